"""The two figures from which the saved paper is told."""

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.doors import AgentRequest, go, say, show
from beffroi.bilan import services
from beffroi.bilan.queries import report as told

MAX_LETTERS, MAX_SHEETS = 10_000_000, 100


class PaperForm(forms.Form):
    letters_per_sending = forms.IntegerField(
        label=_("Lettres imprimées autrefois pour un envoi"),
        min_value=0,
        max_value=MAX_LETTERS,
        help_text=_(
            "Ce que la commune imprimait et distribuait à chaque fois. Zéro : rien n’est dit."
        ),
    )
    sheets_per_letter = forms.IntegerField(
        label=_("Feuilles par lettre"), min_value=0, max_value=MAX_SHEETS
    )


def change(request: AgentRequest) -> HttpResponse:
    row = told.paper_figures(request.town)
    initial = {
        "letters_per_sending": row.letters_per_sending if row else 0,
        "sheets_per_letter": row.sheets_per_letter if row else 1,
    }
    form = PaperForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.set_paper(
            request.town,
            letters_per_sending=form.cleaned_data["letters_per_sending"],
            sheets_per_letter=form.cleaned_data["sheets_per_letter"],
            by=request.agent,
            at=request.at,
        )
        say(request, gettext("Les chiffres du papier sont enregistrés."))
        return go(request, "bilan")
    return show(request, "backoffice/bilan/paper.html", form=form)
