"""What a town may have of official mail: boxes and room, lent by the operator."""

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.doors import OperatorRequest, say, show
from beffroi.backoffice.mail import words
from beffroi.mailhosting.queries import allowances as queries
from beffroi.mailhosting.services import allowances
from beffroi.towns import queries as towns, scope

MOST_BOXES, MOST_GO = 100_000, 1_000_000


class AllowanceForm(forms.Form):
    max_boxes = forms.IntegerField(label=_("Nombre de boîtes"), min_value=0, max_value=MOST_BOXES)
    max_go = forms.IntegerField(label=_("Place en tout, en Go"), min_value=0, max_value=MOST_GO)


def allowance(request: OperatorRequest, town_slug: str) -> HttpResponse:
    town = towns.every_town().filter(slug=town_slug).first()
    if town is None:
        raise Http404
    scope.enter(town_id=town.pk, agent_id=request.agent.pk)
    use = queries.use_of(town)
    initial = {"max_boxes": use.max_boxes, "max_go": use.max_mib // words.MIB_OF_A_GO}
    form = AllowanceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        allowances.lend(
            town,
            max_boxes=said["max_boxes"],
            max_mib=said["max_go"] * words.MIB_OF_A_GO,
            by=request.agent,
            at=request.at,
        )
        say(request, gettext("C’est enregistré. Ce qui existe déjà reste."))
        return redirect("operator:town", town.slug)
    return show(request, "operator/mail.html", shown=town, form=form, use=words.lent(use))
