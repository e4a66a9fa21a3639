"""Someone leaves: prepared, previewed, decided; changed or cancelled until the archive date."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.doors import AgentRequest, go, page, say, show, warn
from beffroi.backoffice.fields import DayInput
from beffroi.backoffice.mail import leaving_words as words
from beffroi.mailhosting.queries import boxes, departures as queries, effects, replies
from beffroi.mailhosting.services import departures as services
from beffroi.mailhosting.services.departures import Plan
from beffroi.mailhosting.stages import ALLOWED, Leaving
from beffroi.mailhosting.texts import BLANKS, Text
from beffroi.mailhosting.words import Reply
from beffroi.towns.permissions import Permission

if TYPE_CHECKING:
    from beffroi.mailhosting.models import Departure

MONTHS_OF_ANSWERS = timedelta(days=92)
READ, WRITE = Permission.MAIL_READ, Permission.MAIL_WRITE


class DepartureForm(forms.Form):
    mailbox = forms.TypedChoiceField(label=_("Qui part"), coerce=int)
    last_day = forms.DateField(
        label=_("Dernier jour"),
        widget=DayInput(),
        help_text=_("La boîte se ferme à minuit, à la fin de ce jour."),
    )
    successor = forms.ChoiceField(
        label=_("Qui prend la suite"),
        required=False,
        help_text=_("Les messages qui arrivent lui sont envoyés."),
    )
    keep_copy = forms.BooleanField(label=_("Garder aussi une copie dans la boîte"), required=False)
    answers = forms.BooleanField(label=_("Répondre automatiquement"), required=False)
    subject = forms.CharField(label=_("Objet de la réponse"), required=False, max_length=150)
    text = forms.CharField(
        label=_("Texte de la réponse"), required=False, widget=forms.Textarea(attrs={"rows": 9})
    )
    custodian = forms.ChoiceField(
        label=_("Qui garde la boîte"),
        required=False,
        help_text=_(
            "Peut la lire, jamais y écrire, en donnant chaque fois une raison que le journal garde."
        ),
    )
    archive_on = forms.DateField(
        label=_("Archivage"),
        widget=DayInput(),
        help_text=_(
            "Ce jour-là, les réponses et les renvois s’arrêtent et le contenu est conservé. Jusque-là, le départ peut être annulé."
        ),
    )

    def __init__(
        self, *args: object, request: AgentRequest, row: "Departure | None", **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        chosen = {row.mailbox_id, row.successor_id, row.custodian_id} if row is not None else set()
        gone = queries.left(request.town, at=request.at).keys() - chosen
        found = boxes.boxes(request.town).exclude(state="archived").exclude(pk__in=gone)
        people = words.named(found.filter(kind="person"))
        self.fields["mailbox"].choices = people  # type: ignore[attr-defined]
        nobody = [("", _("Personne"))]
        self.fields["successor"].choices = [*nobody, *words.named(found)]  # type: ignore[attr-defined]
        self.fields["custodian"].choices = [*nobody, *people]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        clean: dict[str, object] = super().clean() or {}
        if clean.get("answers") and not (clean.get("subject") and clean.get("text")):
            self.add_error("text", gettext("Écrivez la réponse et son objet, ou retirez-la."))
        return clean

    def plan(self, request: AgentRequest, *, leaves_at: "Departure | None" = None) -> Plan:
        clean = self.cleaned_data
        day = clean["last_day"]
        leaves = words.end_of(day)
        if leaves_at is not None and words.last_day(leaves_at.leaves_at) == day:
            leaves = leaves_at.leaves_at
        elif day == timezone.localdate(request.at) - timedelta(days=1):
            leaves = request.at
        answer = Text(subject=clean["subject"], text=clean["text"]) if clean["answers"] else None
        return Plan(
            mailbox_id=clean["mailbox"],
            leaves_at=leaves,
            archive_at=words.start_of(clean["archive_on"]),
            answer=answer,
            successor_id=words.optional_id(clean["successor"]),
            keep_copy=clean["keep_copy"],
            custodian_id=words.optional_id(clean["custodian"]),
        )


def listing(request: AgentRequest) -> HttpResponse:
    rows = [
        {"departure": one, "stage": stage, "tone": words.TONES[stage], "last_day": one.leaves_at}
        for one in queries.departures(request.town)
        if (stage := queries.stage(one, at=request.at)) != Leaving.CANCELLED
    ]
    return show(request, "backoffice/mail/departures.html", rows=rows)


def prepare(request: AgentRequest) -> HttpResponse:
    today = timezone.localdate(request.at)
    usual = replies.text_of(request.town, Reply.DEPARTURE)
    initial = {
        "mailbox": request.GET.get("boite", ""),
        "last_day": today,
        "archive_on": today + MONTHS_OF_ANSWERS,
        "answers": True,
        "keep_copy": True,
        "subject": usual.subject,
        "text": usual.text,
    }
    return _judge(request, None, initial)


def change(request: AgentRequest, departure_id: int) -> HttpResponse:
    row = _found(request, departure_id)
    if not ALLOWED[queries.stage(row, at=request.at)] & {Leaving.PLANNED, Leaving.IN_FORCE}:
        warn(request, gettext("Ce départ ne se modifie plus."))
        return go(request, "departure", row.pk)
    usual = replies.text_of(request.town, Reply.DEPARTURE)
    initial = {
        "mailbox": row.mailbox_id,
        "last_day": words.last_day(row.leaves_at),
        "archive_on": timezone.localdate(row.archive_at) if row.archive_at else None,
        "answers": bool(row.text),
        "keep_copy": row.keep_copy,
        "successor": row.successor_id or "",
        "custodian": row.custodian_id or "",
        "subject": row.subject or usual.subject,
        "text": row.text or usual.text,
    }
    return _judge(request, row, initial)


def _judge(
    request: AgentRequest, row: "Departure | None", initial: dict[str, object]
) -> HttpResponse:
    """The form, then what it would do, then the decision: one address, three steps."""
    form = DepartureForm(request.POST or None, initial=initial, request=request, row=row)
    shown: dict[str, Any] = {"form": form, "departure": row, "blanks": BLANKS.items()}
    if request.method != "POST" or not form.is_valid() or "back" in request.POST:
        return show(request, "backoffice/mail/departure_form.html", **shown)
    try:
        plan = form.plan(request, leaves_at=row)
        if "decide" in request.POST:
            return _decided(request, row, plan)
        found = services.preview(
            request.town, plan, departure_id=row.pk if row else None, at=request.at
        )
    except words.KNOWN as fact:
        form.add_error(None, words.sentence(fact))
        return show(request, "backoffice/mail/departure_form.html", **shown)
    who = boxes.box(request.town, plan.mailbox_id)
    return show(
        request,
        "backoffice/mail/departure_preview.html",
        days=words.by_day(found),
        who=who,
        **shown,
    )


def _decided(request: AgentRequest, row: "Departure | None", plan: Plan) -> HttpResponse:
    if row is None:
        done = services.decide(request.town, plan, by=request.agent, at=request.at)
        say(request, gettext("Le départ est décidé. Il peut être annulé jusqu’à l’archivage."))
    else:
        done = services.change(request.town, row.pk, plan, by=request.agent, at=request.at)
        say(request, gettext("Le départ est modifié."))
    return go(request, "departure", done.pk)


def show_one(request: AgentRequest, departure_id: int) -> HttpResponse:
    row = _found(request, departure_id)
    stage = queries.stage(row, at=request.at)
    return show(
        request,
        "backoffice/mail/departure.html",
        departure=row,
        stage=stage,
        tone=words.TONES[stage],
        days=words.by_day(effects.of_departure(row)),
        at=request.at,
        may_cancel=Leaving.CANCELLED in ALLOWED[stage],
        consultations=queries.consultations(request.town, row.pk),
    )


def cancel(request: AgentRequest, departure_id: int) -> HttpResponse:
    try:
        row = services.cancel(request.town, departure_id, by=request.agent, at=request.at)
    except words.KNOWN as fact:
        warn(request, words.sentence(fact))
    else:
        say(
            request,
            gettext(
                "Le départ de %(name)s est annulé\N{NO-BREAK SPACE}: la boîte s’ouvre de nouveau et les boîtes partagées sont rendues."
            )
            % {"name": row.mailbox.display_name},
        )
    return go(request, "departure", departure_id)


def _found(request: AgentRequest, departure_id: int) -> "Departure":
    row = queries.departure(request.town, departure_id)
    if row is None:
        raise Http404
    return row


_ONE = "courrier/departs/<int:departure_id>/"
PAGES = [
    page("courrier/departs/", listing, READ, name="departures", tab=_("Départs")),
    page(
        "courrier/departs/preparer/",
        prepare,
        WRITE,
        name="departure-new",
        methods=("GET", "POST"),
    ),
    page(_ONE, show_one, READ, name="departure"),
    page(f"{_ONE}modifier/", change, WRITE, name="departure-edit", methods=("GET", "POST")),
    page(f"{_ONE}annuler/", cancel, WRITE, name="departure-cancel", methods=("POST",)),
]
