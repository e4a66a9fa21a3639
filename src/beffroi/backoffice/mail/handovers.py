"""After an election: who goes and who sits where; what will happen; the inventory and its record."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.doors import AgentRequest, go, page, say, show, warn
from beffroi.backoffice.fields import DayInput
from beffroi.backoffice.mail import handover_record, leaving_words as words, papers
from beffroi.mailhosting.queries import boxes, departures, effects, handovers as queries, replies
from beffroi.mailhosting.services import handovers as services, inventories
from beffroi.mailhosting.services.handovers import Plan
from beffroi.mailhosting.stages import ALLOWED, Leaving
from beffroi.mailhosting.texts import BLANKS, Text
from beffroi.mailhosting.words import Reply
from beffroi.towns.permissions import Permission

if TYPE_CHECKING:
    from beffroi.mailhosting.models import HandOver

ANSWERS_LAST = timedelta(days=183)
READ, WRITE = Permission.MAIL_READ, Permission.MAIL_WRITE
SEATS = "roster-"


class HandOverForm(forms.Form):
    takes_place_on = forms.DateField(
        label=_("Jour de la passation"),
        widget=DayInput(),
        help_text=_("Tout prend effet à minuit, au début de ce jour."),
    )
    archive_on = forms.DateField(
        label=_("Archivage"),
        widget=DayInput(),
        help_text=_("Jusque-là, la passation peut être annulée et tout est rendu."),
    )
    outgoing_mayor = forms.CharField(label=_("Maire sortant"), max_length=120)
    incoming_mayor = forms.CharField(label=_("Nouveau maire"), max_length=120)
    outgoing = forms.TypedMultipleChoiceField(
        label=_("Dont le mandat s’achève"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Leurs boîtes sont figées\N{NO-BREAK SPACE}: plus personne n’y entre."),
    )
    custodian = forms.ChoiceField(
        label=_("Qui garde ces boîtes"),
        required=False,
        help_text=_(
            "Peut les lire, jamais y écrire, en donnant chaque fois une raison que le journal garde."
        ),
    )
    answers = forms.BooleanField(label=_("Répondre automatiquement"), required=False)
    subject = forms.CharField(label=_("Objet de la réponse"), required=False, max_length=150)
    text = forms.CharField(
        label=_("Texte de la réponse"), required=False, widget=forms.Textarea(attrs={"rows": 9})
    )

    def __init__(self, *args: object, request: AgentRequest, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        gone = departures.left(request.town, at=request.at)
        here = boxes.boxes(request.town, kind="person").exclude(state="archived")
        people = list(here.exclude(pk__in=gone))
        named = words.named(people)
        self.fields["outgoing"].choices = named  # type: ignore[attr-defined]
        self.fields["custodian"].choices = [("", _("Personne")), *named]  # type: ignore[attr-defined]
        self.shared = list(boxes.boxes(request.town, kind="commission").exclude(state="archived"))
        names = [(box.pk, box.display_name) for box in people]
        for box in self.shared:
            self.fields[f"{SEATS}{box.pk}"] = forms.TypedMultipleChoiceField(
                label=box.display_name,
                required=False,
                coerce=int,
                choices=names,
                widget=forms.CheckboxSelectMultiple,
            )

    def roster_fields(self) -> list[forms.BoundField]:
        return [self[f"{SEATS}{box.pk}"] for box in self.shared]

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        if clean.get("answers") and not (clean.get("subject") and clean.get("text")):
            self.add_error("text", gettext("Écrivez la réponse et son objet, ou retirez-la."))
        return clean

    def plan(self) -> Plan:
        clean = self.cleaned_data
        return Plan(
            takes_place_at=words.start_of(clean["takes_place_on"]),
            archive_at=words.start_of(clean["archive_on"]),
            outgoing_mayor=clean["outgoing_mayor"].strip(),
            incoming_mayor=clean["incoming_mayor"].strip(),
            answer=Text(subject=clean["subject"], text=clean["text"]) if clean["answers"] else None,
            outgoing_ids=clean["outgoing"],
            custodian_id=words.optional_id(clean["custodian"]),
            seats={box.pk: clean[f"{SEATS}{box.pk}"] for box in self.shared},
        )


def listing(request: AgentRequest) -> HttpResponse:
    rows = [
        (one, stage, words.TONES[stage])
        for one in queries.hand_overs(request.town)
        if (stage := queries.stage(one, at=request.at)) != Leaving.CANCELLED
    ]
    may_prepare = queries.open_hand_over(request.town) is None
    return show(request, "backoffice/mail/handovers.html", rows=rows, may_prepare=may_prepare)


def prepare(request: AgentRequest) -> HttpResponse:
    tomorrow = timezone.localdate(request.at) + timedelta(days=1)
    usual = replies.text_of(request.town, Reply.HAND_OVER)
    initial: dict[str, Any] = {
        "takes_place_on": tomorrow,
        "archive_on": tomorrow + ANSWERS_LAST,
        "answers": True,
        "subject": usual.subject,
        "text": usual.text,
    }
    for box in boxes.boxes(request.town, kind="commission"):
        there = boxes.roster(request.town, box.pk, at=request.at)
        initial[f"{SEATS}{box.pk}"] = list(there.values_list("person_id", flat=True))
    return _written(request, None, initial)


def change(request: AgentRequest, hand_over_id: int) -> HttpResponse:
    row = _found(request, hand_over_id)
    if Leaving.PLANNED not in ALLOWED[queries.stage(row, at=request.at)]:
        warn(request, gettext("Cette passation ne se modifie plus."))
        return go(request, "hand-over", row.pk)
    usual = replies.text_of(request.town, Reply.HAND_OVER)
    initial: dict[str, Any] = {
        "takes_place_on": timezone.localdate(row.takes_place_at),
        "archive_on": timezone.localdate(row.archive_at),
        "outgoing_mayor": row.outgoing_mayor,
        "incoming_mayor": row.incoming_mayor,
        "outgoing": list(row.outgoing.values_list("mailbox_id", flat=True)),
        "custodian": row.custodian_id or "",
        "answers": bool(row.text),
        "subject": row.subject or usual.subject,
        "text": row.text or usual.text,
    }
    for roster in queries.rosters(row):
        seats = [seat.person_id for seat in roster.seats.all()]
        initial[f"{SEATS}{roster.shared_id}"] = seats
    return _written(request, row, initial)


def _written(
    request: AgentRequest, row: "HandOver | None", initial: dict[str, Any]
) -> HttpResponse:
    form = HandOverForm(request.POST or None, initial=initial, request=request)
    if request.method == "POST" and form.is_valid():
        try:
            plan = form.plan()
            if row is None:
                done = services.prepare(request.town, plan, by=request.agent, at=request.at)
            else:
                done = services.change(request.town, row.pk, plan, by=request.agent, at=request.at)
        except words.KNOWN as fact:
            form.add_error(None, words.sentence(fact))
        else:
            say(request, gettext("La passation est enregistrée. Relisez, puis décidez."))
            return go(request, "hand-over", done.pk)
    return show(
        request,
        "backoffice/mail/handover_form.html",
        form=form,
        hand_over=row,
        blanks=BLANKS.items(),
    )


def show_one(request: AgentRequest, hand_over_id: int) -> HttpResponse:
    row = _found(request, hand_over_id)
    stage = queries.stage(row, at=request.at)
    trouble, found = "", []
    try:
        if stage == Leaving.DRAFT:
            found = services.preview(request.town, row.pk, at=request.at)
        elif stage != Leaving.CANCELLED:
            found = effects.of_hand_over(row)
    except words.KNOWN as fact:
        trouble = words.sentence(fact)
    return show(
        request,
        "backoffice/mail/handover.html",
        hand_over=row,
        stage=stage,
        tone=words.TONES[stage],
        trouble=trouble,
        days=words.by_day(found),
        may_cancel=Leaving.CANCELLED in ALLOWED[stage],
        may_change=Leaving.PLANNED in ALLOWED[stage],
        lines=handover_record.lines(row),
        is_unknown=any(line.messages is None for line in queries.inventory(row)),
    )


def decide(request: AgentRequest, hand_over_id: int) -> HttpResponse:
    try:
        services.decide(request.town, hand_over_id, by=request.agent, at=request.at)
        say(
            request,
            gettext("La passation est décidée. Elle peut être annulée jusqu’à l’archivage."),
        )
    except words.KNOWN as fact:
        warn(request, words.sentence(fact))
    return go(request, "hand-over", hand_over_id)


def cancel(request: AgentRequest, hand_over_id: int) -> HttpResponse:
    try:
        services.cancel(request.town, hand_over_id, by=request.agent, at=request.at)
        say(
            request,
            gettext(
                "La passation est annulée\N{NO-BREAK SPACE}: les boîtes s’ouvrent de nouveau et chacun retrouve ses commissions."
            ),
        )
    except words.KNOWN as fact:
        warn(request, words.sentence(fact))
    return go(request, "hand-overs")


def count_again(request: AgentRequest, hand_over_id: int) -> HttpResponse:
    try:
        inventories.count_again(request.town, hand_over_id, by=request.agent, at=request.at)
        say(request, gettext("Les boîtes sont mesurées de nouveau, dans la minute."))
    except words.KNOWN as fact:
        warn(request, words.sentence(fact))
    return go(request, "hand-over", hand_over_id)


def make_record(request: AgentRequest, hand_over_id: int) -> HttpResponse:
    row = _found(request, hand_over_id)
    try:
        pdf = handover_record.pdf(request, row)
        inventories.keep_record(request.town, row.pk, pdf, by=request.agent, at=request.at)
        say(
            request,
            gettext(
                "Le procès-verbal est établi. Imprimez-le\N{NO-BREAK SPACE}: les deux maires le signent."
            ),
        )
    except words.KNOWN as fact:
        warn(request, words.sentence(fact))
    return go(request, "hand-over", hand_over_id)


def record(request: AgentRequest, hand_over_id: int) -> HttpResponse:
    return papers.shown(
        queries.record(request.town, hand_over_id), f"passation-{request.town.slug}"
    )


def _found(request: AgentRequest, hand_over_id: int) -> "HandOver":
    row = queries.hand_over(request.town, hand_over_id)
    if row is None:
        raise Http404
    return row


_ONE, FORM, POST = "courrier/passations/<int:hand_over_id>/", ("GET", "POST"), ("POST",)
PAGES = [
    page("courrier/passations/", listing, READ, name="hand-overs", tab=_("Passation")),
    page("courrier/passations/preparer/", prepare, WRITE, name="hand-over-new", methods=FORM),
    page(_ONE, show_one, READ, name="hand-over"),
    page(f"{_ONE}modifier/", change, WRITE, name="hand-over-edit", methods=FORM),
    page(f"{_ONE}decider/", decide, WRITE, name="hand-over-decide", methods=POST),
    page(f"{_ONE}annuler/", cancel, WRITE, name="hand-over-cancel", methods=POST),
    page(f"{_ONE}mesurer/", count_again, WRITE, name="hand-over-count", methods=POST),
    page(f"{_ONE}proces-verbal/etablir/", make_record, WRITE, name="hand-over-sign", methods=POST),
    page(f"{_ONE}proces-verbal/", record, READ, name="hand-over-record"),
]
