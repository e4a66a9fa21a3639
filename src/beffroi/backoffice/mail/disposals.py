"""Conservation: boxes whose retention has ended, from the list for the archives to their destruction."""

from typing import TYPE_CHECKING, NamedTuple

from django import forms
from django.http import Http404, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from beffroi.backoffice.doors import AgentRequest, go, page, say, show, warn
from beffroi.backoffice.fields import DayInput
from beffroi.backoffice.mail import leaving_words as words, papers
from beffroi.mailhosting.queries import disposals as queries
from beffroi.mailhosting.services import disposals as services
from beffroi.mailhosting.services.disposals import Visa
from beffroi.mailhosting.stages import NEXT, Disposing
from beffroi.towns.permissions import Permission

if TYPE_CHECKING:
    from beffroi.mailhosting.models import Disposal, DisposalLine

TONES = {
    Disposing.PREPARED: "wait",
    Disposing.LISTED: "wait",
    Disposing.PLANNED: "live",
    Disposing.RUNNING: "live",
    Disposing.DONE: "ok",
    Disposing.CANCELLED: "",
}


class ChooseForm(forms.Form):
    boxes = forms.TypedMultipleChoiceField(
        label=_("Boîtes à détruire"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=_("Motif"),
        max_length=200,
        help_text=_(
            "Par exemple «\N{NO-BREAK SPACE}durée d’utilité administrative échue\N{NO-BREAK SPACE}». Il figure au bordereau et au journal."
        ),
    )

    def __init__(self, *args: object, choices: list[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["boxes"].choices = choices  # type: ignore[attr-defined]


class VisaForm(forms.Form):
    reference = forms.CharField(
        label=_("Référence du visa"),
        max_length=100,
        help_text=_("Celle que les archives départementales ont portée sur le bordereau signé."),
    )
    given_on = forms.DateField(label=_("Date du visa"), widget=DayInput())

    def visa(self) -> Visa:
        return Visa(**self.cleaned_data)


class Row(NamedTuple):
    """A line of the list, in words."""

    words: papers.Line
    kept: str
    line: "DisposalLine"


def listed(request: AgentRequest) -> list[tuple["Disposal", Disposing, str]]:
    """All lists of the town, with how far each is."""
    found = queries.disposals(request.town)
    staged = [(one, queries.stage(one, at=request.at)) for one in found]
    return [(one, stage, TONES[stage]) for one, stage in staged]


def prepare(request: AgentRequest) -> HttpResponse:
    proposed = queries.proposed(request.town, at=request.at)
    form = ChooseForm(
        request.POST or None,
        choices=words.named(one.box for one in proposed),
        initial={"boxes": [one.box.pk for one in proposed]},
    )
    if request.method == "POST" and form.is_valid():
        chosen, reason = form.cleaned_data["boxes"], form.cleaned_data["reason"]
        try:
            row = services.prepare(
                request.town, chosen, reason=reason, by=request.agent, at=request.at
            )
        except words.KNOWN as fact:
            form.add_error(None, words.sentence(fact))
        else:
            say(request, gettext("La liste est prête. Rien n’est détruit à ce stade."))
            return go(request, "disposal", row.pk)
    return show(request, "backoffice/mail/disposal_form.html", form=form, proposed=proposed)


def show_one(request: AgentRequest, disposal_id: int) -> HttpResponse:
    row = _found(request, disposal_id)
    stage = queries.stage(row, at=request.at)
    rows = _rows(row)
    return show(
        request,
        "backoffice/mail/disposal.html",
        disposal=row,
        stage=stage,
        tone=TONES[stage],
        rows=rows,
        total=_total(rows),
        is_unknown=_is_unknown(rows),
        may_cancel=Disposing.CANCELLED in NEXT[stage],
    )


def count_again(request: AgentRequest, disposal_id: int) -> HttpResponse:
    try:
        services.count_again(request.town, disposal_id, by=request.agent, at=request.at)
        say(request, gettext("Les boîtes sont mesurées de nouveau, dans la minute."))
    except words.KNOWN as fact:
        warn(request, words.sentence(fact))
    return go(request, "disposal", disposal_id)


def make_record(request: AgentRequest, disposal_id: int) -> HttpResponse:
    row = _found(request, disposal_id)
    rows = _rows(row)
    told = {
        "disposal": row,
        "rows": rows,
        "total": _total(rows),
        "is_unknown": _is_unknown(rows),
    }
    try:
        pdf = papers.pdf(request, "backoffice/mail/disposal_pdf.html", told)
        services.keep_record(request.town, row.pk, pdf, by=request.agent, at=request.at)
        say(
            request,
            gettext(
                "Le bordereau est établi. Imprimez-le, faites-le signer et envoyez-le aux archives départementales."
            ),
        )
    except words.KNOWN as fact:
        warn(request, words.sentence(fact))
    return go(request, "disposal", disposal_id)


def record(request: AgentRequest, disposal_id: int) -> HttpResponse:
    return papers.shown(queries.record(request.town, disposal_id), f"elimination-{disposal_id}")


def confirm(request: AgentRequest, disposal_id: int) -> HttpResponse:
    """The visa, then what it will do, then the decision."""
    row = _found(request, disposal_id)
    if Disposing.PLANNED not in NEXT[queries.stage(row, at=request.at)]:
        warn(request, gettext("Ce n’est plus possible à ce stade. Rien n’a été changé."))
        return go(request, "disposal", row.pk)
    form = VisaForm(request.POST or None)
    template = "backoffice/mail/disposal_visa.html"
    if request.method == "POST" and form.is_valid() and "back" not in request.POST:
        visa = form.visa()
        try:
            services.checked(row, visa, at=request.at)
            if "confirm" in request.POST:
                services.confirm(request.town, row.pk, visa, by=request.agent, at=request.at)
                say(
                    request,
                    gettext("La destruction est confirmée. Elle s’annule jusqu’à son jour."),
                )
                return go(request, "disposal", row.pk)
            template = "backoffice/mail/disposal_preview.html"
        except words.KNOWN as fact:
            form.add_error(None, words.sentence(fact))
    rows = _rows(row)
    return show(
        request,
        template,
        form=form,
        disposal=row,
        rows=rows,
        total=_total(rows),
        destroy_at=request.at + services.DELAY,
    )


def cancel(request: AgentRequest, disposal_id: int) -> HttpResponse:
    try:
        services.cancel(request.town, disposal_id, by=request.agent, at=request.at)
        say(request, gettext("L’élimination est abandonnée\N{NO-BREAK SPACE}: rien n’est détruit."))
    except words.KNOWN as fact:
        warn(request, words.sentence(fact))
    return go(request, "keeping")


def _found(request: AgentRequest, disposal_id: int) -> "Disposal":
    row = queries.disposal(request.town, disposal_id)
    if row is None:
        raise Http404
    return row


def _rows(row: "Disposal") -> list[Row]:
    return [Row(words=papers.line(one), kept=_kept(one), line=one) for one in queries.lines(row)]


def _kept(one: "DisposalLine") -> str:
    day = f"{timezone.localtime(one.archived_at):%d/%m/%Y}"
    words = gettext("%(n)d mois depuis le %(day)s")
    return words % {"n": one.retention_months, "day": day}


def _total(rows: list[Row]) -> str:
    known = [row.line for row in rows if row.line.messages is not None]
    boxes = ngettext("%(n)d boîte", "%(n)d boîtes", len(rows)) % {"n": len(rows)}
    number = sum(one.messages or 0 for one in known)
    letters = ngettext("%(n)d message", "%(n)d messages", number) % {"n": number}
    volume = papers.size(sum(one.size_bytes or 0 for one in known))
    return gettext("Total\N{NO-BREAK SPACE}: %(boxes)s, %(letters)s, %(volume)s.") % {
        "boxes": boxes,
        "letters": letters,
        "volume": volume,
    }


def _is_unknown(rows: list[Row]) -> bool:
    return any(row.line.messages is None for row in rows)


READ, DESTROY, POST, FORM = (
    Permission.MAIL_READ,
    Permission.MAIL_DESTROY,
    ("POST",),
    ("GET", "POST"),
)
_ALL = "courrier/conservation/eliminations/"
_ONE = f"{_ALL}<int:disposal_id>/"
PAGES: list[URLPattern] = [
    page(f"{_ALL}preparer/", prepare, DESTROY, name="disposal-new", methods=FORM),
    page(_ONE, show_one, READ, name="disposal"),
    page(f"{_ONE}mesurer/", count_again, DESTROY, name="disposal-count", methods=POST),
    page(f"{_ONE}bordereau/etablir/", make_record, DESTROY, name="disposal-list", methods=POST),
    page(f"{_ONE}bordereau/", record, READ, name="disposal-record"),
    page(f"{_ONE}visa/", confirm, DESTROY, name="disposal-confirm", methods=FORM),
    page(f"{_ONE}annuler/", cancel, DESTROY, name="disposal-cancel", methods=POST),
]
