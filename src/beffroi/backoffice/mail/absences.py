"""The answer that goes out while a holder is away: dates, words, and how it will read."""

from datetime import date, datetime, timedelta
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
from beffroi.mailhosting import dates, texts
from beffroi.mailhosting.queries import replies
from beffroi.mailhosting.services import away
from beffroi.mailhosting.services.facts import BadTimes
from beffroi.mailhosting.texts import Text
from beffroi.mailhosting.words import SUBJECT_MAX_LENGTH
from beffroi.towns.permissions import Permission

if TYPE_CHECKING:
    from beffroi.mailhosting.models import Mailbox

_END = _("\n\nCeci est une réponse automatique.\n[commune]")
MODELS = {
    "conges": (
        _("Congés"),
        _("Absence jusqu’au [fin]"),
        _(
            "Bonjour,\n\nJe suis en congé jusqu’au [fin] et lirai votre message à mon retour."
            "\nSi cela ne peut attendre, écrivez à [adresse]."
        ),
    ),
    "deplacement": (
        _("Formation, déplacement"),
        _("Réponse le [retour]"),
        _(
            "Bonjour,\n\nJe suis en déplacement et vous réponds à partir du [retour]."
            "\nSi cela ne peut attendre, écrivez à [adresse]."
        ),
    ),
    "fermeture": (
        _("Mairie fermée"),
        _("[commune] : fermeture jusqu’au [fin]"),
        _(
            "Bonjour,\n\nNos bureaux sont fermés jusqu’au [fin]. Votre message est bien arrivé :"
            " nous y répondrons à la réouverture, le [retour]."
        ),
    ),
}


class AbsenceForm(forms.Form):
    since = forms.DateField(label=_("Premier jour"), widget=DayInput())
    until = forms.DateField(label=_("Dernier jour"), widget=DayInput())
    subject = forms.CharField(label=_("Objet"), max_length=SUBJECT_MAX_LENGTH)
    text = forms.CharField(
        label=_("Réponse"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("[fin], [retour], [adresse] et [commune] sont remplacés."),
    )


def absence(request: AgentRequest, mailbox_id: int) -> HttpResponse:
    """Written, looked at, then planned; htmx asks for the look alone."""
    box = kept_or_404(request, mailbox_id)
    form = AbsenceForm(request.POST or None, initial=_initial(request))
    shown = _seen(request, box)
    if request.headers.get("HX-Request") == "true":
        return show(request, "backoffice/mail/parts/answer.html", shown=shown)
    decides = request.method == "POST" and "voir" not in request.POST
    if decides and form.is_valid() and _plan(request, box, form, shown):
        return go(request, *_back(request, box))
    return show(
        request,
        "backoffice/mail/absence.html",
        box=box,
        form=form,
        shown=shown,
        models=[(key, name, key == _model(request)) for key, (name, _s, _t) in MODELS.items()],
        back=_back(request, box)[0],
    )


def end(request: AgentRequest, mailbox_id: int) -> HttpResponse:
    box = kept_or_404(request, mailbox_id)
    away.end_absence(request.town, box.pk, by=request.agent, at=request.at)
    say(request, gettext("L’absence est terminée : plus rien n’est répondu."))
    return go(request, *_back(request, box))


def _plan(request: AgentRequest, box: "Mailbox", form: AbsenceForm, shown: Text) -> bool:
    said = form.cleaned_data
    since, until = days.begins(said["since"]), days.ends(said["until"])
    try:
        away.plan_absence(
            request.town,
            box.pk,
            shown,
            since=since or request.at,
            until=until,
            by=request.agent,
            at=request.at,
        )
    except BadTimes:
        form.add_error("until", gettext("Ce jour est passé, ou vient avant le premier."))
        return False
    say(
        request,
        gettext("La réponse est prête. Chaque correspondant la reçoit une fois par semaine."),
    )
    return True


def _seen(request: AgentRequest, box: "Mailbox") -> Text:
    """The answer as it will be read; blanks whose day is not typed yet stay."""
    said = request.POST or _initial(request)
    text = Text(subject=str(said.get("subject", "")), text=str(said.get("text", "")))
    blanks = {
        "[nom]": box.display_name,
        "[commune]": request.town.name,
        "[adresse]": replies.contact(request.town),
    }
    last = _day(str(said.get("until", "")))
    if last is not None:
        blanks["[fin]"] = dates.day(last)
        blanks["[retour]"] = dates.day(last + timedelta(days=1))
    return texts.filled(text, blanks)


def _day(typed: str) -> datetime | None:
    try:
        return days.begins(date.fromisoformat(typed))
    except ValueError:
        return None


def _model(request: AgentRequest) -> str:
    asked = request.GET.get("modele", "")
    return asked if asked in MODELS else "conges"


def _initial(request: AgentRequest) -> dict[str, object]:
    _name, subject, text = MODELS[_model(request)]
    return {
        "since": timezone.localdate(request.at).isoformat(),
        "subject": str(subject),
        "text": f"{text}{_END}",
    }


def _back(request: AgentRequest, box: "Mailbox") -> tuple[str, int]:
    """To the holder's page, or to that of the town's mail for whoever helps."""
    return ("my-box" if box.holder_id == request.agent.pk else "box", box.pk)


BOX = "courrier/moi/<int:mailbox_id>/absence/"

PAGES: list[URLPattern] = [
    page(BOX, absence, Permission.HOME, name="absence", methods=("GET", "POST")),
    page(f"{BOX}finir/", end, Permission.HOME, name="absence-end", methods=("POST",)),
]
