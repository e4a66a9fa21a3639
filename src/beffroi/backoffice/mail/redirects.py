"""Mail of a box sent on to another address, between two days."""

from typing import TYPE_CHECKING

from django import forms
from django.http import HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.doors import AgentRequest, go, page, say, show
from beffroi.backoffice.fields import DayInput
from beffroi.backoffice.mail import days
from beffroi.backoffice.mail.found import kept_or_404
from beffroi.kit.contacts import NotAnAddress
from beffroi.mailhosting.services import away
from beffroi.mailhosting.services.facts import BadTimes, LeadsBack
from beffroi.towns.permissions import Permission

if TYPE_CHECKING:
    from beffroi.mailhosting.models import Mailbox


class RedirectForm(forms.Form):
    to = forms.EmailField(label=_("Vers l’adresse"))
    keep_copy = forms.BooleanField(
        label=_("Garder aussi chaque message dans la boîte"), required=False, initial=True
    )
    since = forms.DateField(label=_("Premier jour"), widget=DayInput())
    until = forms.DateField(
        label=_("Dernier jour"),
        widget=DayInput(),
        required=False,
        help_text=_("Vide : jusqu’à ce que vous l’arrêtiez."),
    )
    understood = forms.BooleanField(
        label=_("Oui, ce courrier peut quitter les boîtes de la commune"),
        required=False,
    )


def send_on(request: AgentRequest, mailbox_id: int) -> HttpResponse:
    box = kept_or_404(request, mailbox_id)
    initial = {"since": timezone.localdate(request.at), "keep_copy": True}
    form = RedirectForm(request.POST or None, initial=initial)
    leaves = request.method == "POST" and form.is_valid() and _leaves(request, form)
    if request.method == "POST" and form.is_valid():
        if leaves and not form.cleaned_data["understood"]:
            form.add_error(
                "understood",
                gettext(
                    "Cette adresse n’est pas à la commune. Cochez si c’est bien ce qu’il faut."
                ),
            )
        elif _plan(request, box, form):
            return go(request, *_back(request, box))
    return show(
        request,
        "backoffice/mail/redirect.html",
        box=box,
        form=form,
        leaves=leaves,
        back=_back(request, box)[0],
    )


def end(request: AgentRequest, mailbox_id: int) -> HttpResponse:
    box = kept_or_404(request, mailbox_id)
    away.end_redirect(request.town, box.pk, by=request.agent, at=request.at)
    say(request, gettext("Le renvoi est arrêté : le courrier reste dans la boîte."))
    return go(request, *_back(request, box))


def _leaves(request: AgentRequest, form: RedirectForm) -> bool:
    return away.is_outside(request.town, form.cleaned_data["to"])


def _plan(request: AgentRequest, box: "Mailbox", form: RedirectForm) -> bool:
    said = form.cleaned_data
    try:
        away.plan_redirect(
            request.town,
            box.pk,
            said["to"],
            keep_copy=said["keep_copy"],
            since=days.begins(said["since"]) or request.at,
            until=days.ends(said["until"]),
            by=request.agent,
            at=request.at,
        )
    except BadTimes:
        form.add_error("until", gettext("Ce jour est passé, ou vient avant le premier."))
    except LeadsBack:
        form.add_error(
            "to",
            gettext("Ce courrier reviendrait dans la même boîte. Choisissez une autre adresse."),
        )
    except NotAnAddress:
        form.add_error("to", gettext("Ce n’est pas une adresse e-mail."))
    else:
        say(request, gettext("Le renvoi est noté."))
        return True
    return False


def _back(request: AgentRequest, box: "Mailbox") -> tuple[str, int]:
    return ("my-box" if box.holder_id == request.agent.pk else "box", box.pk)


BOX = "courrier/moi/<int:mailbox_id>/renvoi/"

PAGES: list[URLPattern] = [
    page(BOX, send_on, Permission.HOME, name="redirect", methods=("GET", "POST")),
    page(f"{BOX}finir/", end, Permission.HOME, name="redirect-end", methods=("POST",)),
]
