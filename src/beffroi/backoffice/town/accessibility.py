"""The audit of accessibility, as the statement for residents tells it."""

from decimal import Decimal

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.doors import AgentRequest, go, say, show
from beffroi.backoffice.fields import DayInput
from beffroi.towns import audits
from beffroi.towns.audits import Audit


class AuditForm(forms.Form):
    day = forms.DateField(
        label=_("Date de l’audit"), widget=DayInput(), help_text=_("Celle du rapport.")
    )
    by = forms.CharField(
        label=_("Réalisé par"),
        max_length=150,
        help_text=_("Le nom du cabinet ou du service qui a contrôlé les pages."),
    )
    rate = forms.DecimalField(
        label=_("Critères respectés (%)"),
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
        localize=True,
        help_text=_("Le taux global, par exemple 72,5."),
    )
    failings = forms.CharField(
        label=_("Ce qui n’est pas accessible"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Un défaut par ligne, avec sa raison s’il y en a une : charge disproportionnée, contenu exempté."
        ),
    )
    report = forms.URLField(
        label=_("Adresse du rapport"),
        required=False,
        assume_scheme="https",
        help_text=_("S’il est publié. Un habitant pourra le lire."),
    )


def audit(request: AgentRequest) -> HttpResponse:
    kept = audits.last(request.town)
    initial = {
        "day": kept.day, "by": kept.by, "rate": kept.rate, "failings": kept.failings, "report": kept.report,
    } if kept else {}  # fmt: skip
    form = AuditForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = Audit(**form.cleaned_data)
        if told.day > request.at.date():
            form.add_error("day", gettext("Cette date n’est pas encore venue."))
        elif told.rate < 100 and not told.failings.strip():
            form.add_error(
                "failings", gettext("En dessous de 100 %, la déclaration doit dire ce qui manque.")
            )
        else:
            audits.record(request.town, told, by=request.agent, at=request.at)
            say(request, gettext("L’audit est inscrit dans la déclaration d’accessibilité."))
            return go(request, "town")
    return show(request, "backoffice/town/audit.html", form=form, kept=kept)


def drop_audit(request: AgentRequest) -> HttpResponse:
    audits.record(request.town, None, by=request.agent, at=request.at)
    say(request, gettext("La déclaration dit de nouveau qu’aucun audit n’a été mené."))
    return go(request, "town")
