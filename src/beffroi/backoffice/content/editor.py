"""Writing an entry: its kind, its form, and what the button asked."""

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.content.found import may_change, opened_or_404, publishes
from beffroi.backoffice.content.posted import Sheet, blank, filled, is_interim, posted
from beffroi.backoffice.content.sentences import attempt, sentence
from beffroi.backoffice.doors import AgentRequest, Say, address, go, say, show, warn
from beffroi.backoffice.messages.posted import number
from beffroi.backoffice.words import moment
from beffroi.content.facts import Incomplete, NotYours, Overwritten, Text
from beffroi.content.queries import desk
from beffroi.content.services import entries
from beffroi.content.words import Kind, Stage

if TYPE_CHECKING:
    from beffroi.content.models import Entry

CHOICES: dict[Kind, tuple[str, Say]] = {
    Kind.NEWS: ("messages", _("Travaux, vie de la commune, décision du conseil, rendez-vous pris.")),
    Kind.EVENT: ("clock", _("Une fête, un marché, une réunion\N{NO-BREAK SPACE}: avec une ou plusieurs dates.")),
    Kind.PLACE: ("phone", _("Un médecin, une association, un commerce\N{NO-BREAK SPACE}: téléphone, adresse, horaires.")),
    Kind.PAGE: ("journal", _("Numéros utiles, logement, menus des écoles, démarches.")),
    Kind.FILM: ("play", _("Un film et ses séances de la semaine.")),
}  # fmt: skip


def entry_new(request: AgentRequest) -> HttpResponse:
    kind = _kind(request.POST.get("kind") or request.GET.get("sorte", ""))
    if kind is None:
        return show(
            request,
            "backoffice/content/choose.html",
            choices=[(kind, icon, words) for kind, (icon, words) in CHOICES.items()],
        )
    if request.method != "POST":
        return _page(request, blank(request, kind))
    sheet = posted(request, kind, Stage.DRAFT, Text(title=""))
    if is_interim(request) or not sheet.is_valid():
        return _page(request, sheet)
    row = entries.create(
        request.town,
        kind,
        sheet.text(request),
        by=request.agent,
        at=request.at,
        service=request.rights.service,
    )
    return _next(request, row)


def entry_edit(request: AgentRequest, entry_id: int) -> HttpResponse:
    opened = opened_or_404(request, entry_id)
    if not may_change(request, opened.row):
        warn(request, sentence(NotYours()))
        return go(request, "entry", entry_id)
    if request.method != "POST":
        return _page(request, filled(request, opened), opened.row)
    sheet = posted(request, Kind(opened.row.kind), Stage(opened.row.stage), opened.text)
    if is_interim(request) or not sheet.is_valid():
        return _page(request, sheet, opened.row)
    return _save(request, sheet, opened)


def _save(request: AgentRequest, sheet: Sheet, opened: desk.Opened) -> HttpResponse:
    try:
        row = entries.edit(
            request.town,
            opened.row.pk,
            sheet.text(request),
            revision=number(request.POST.get("revision", "")) or 0,
            by=request.agent,
            at=request.at,
            own_only=not publishes(request),
        )
    except Overwritten:
        warn(request, _kept_aside(opened.row))
        return go(request, "entry", opened.row.pk)
    except Incomplete as fact:
        sheet.lacks(fact)
        return _page(request, sheet, opened.row)
    except NotYours as fact:
        warn(request, sentence(fact))
        return _page(request, sheet, opened.row)
    return _next(request, row)


def _kept_aside(row: "Entry") -> str:
    who = row.changed_by.full_name if row.changed_by else gettext("La source")
    return gettext(
        "%(name)s a enregistré ce contenu pendant que vous écriviez. Les deux textes sont gardés : le sien est en place, "
        "le vôtre attend dans les versions, plus bas."
    ) % {"name": who}


def _next(request: AgentRequest, row: "Entry") -> HttpResponse:
    do = request.POST.get("do", "save")
    if do == "publish" and publishes(request):
        return _publish(request, row)
    if do == "preview":
        return go(request, "entry-preview", row.pk)
    if do == "propose":
        proposed = attempt(
            request,
            lambda: entries.propose(
                request.town, row.pk, by=request.agent, at=request.at, own_only=True
            ),
        )
        if proposed:
            say(request, gettext("Proposé. La communication le relira avant de le publier."))
        return go(request, "entry", row.pk)
    if row.stage == Stage.PUBLISHED:
        say(request, gettext("Enregistré. Les habitants lisent le nouveau texte."))
    else:
        say(request, gettext("Brouillon enregistré. Les habitants ne le voient pas encore."))
    return go(request, "entry", row.pk)


def _publish(request: AgentRequest, row: "Entry") -> HttpResponse:
    try:
        row = entries.publish(request.town, row.pk, by=request.agent, at=request.at)
    except Incomplete as fact:
        warn(
            request,
            gettext("Votre texte est enregistré, mais il n’est pas publié. ") + sentence(fact),
        )
        return go(request, "entry-edit", row.pk)
    say_published(request, row)
    return go(request, "entry", row.pk)


def say_published(request: AgentRequest, row: "Entry") -> None:
    if row.publish_at and row.publish_at > request.at:
        words = gettext("Programmé : il paraîtra %(when)s.") % {"when": moment(row.publish_at)}
    else:
        words = gettext("Publié. Les habitants peuvent le lire.")
    say(request, words, undo=address(request, "entry-draft", row.pk))


def _kind(asked: str) -> Kind | None:
    return Kind(asked) if asked in Kind.values else None


def _page(request: AgentRequest, sheet: Sheet, row: "Entry | None" = None) -> HttpResponse:
    revision = number(request.POST.get("revision", "")) or (row.revision if row else 0)
    return show(
        request,
        "backoffice/content/edit.html",
        sheet=sheet,
        form=sheet.form,
        row=row,
        revision=revision,
        kind=sheet.kind,
        is_new=row is None,
        is_published=sheet.stage is Stage.PUBLISHED,
        is_proposed=sheet.stage is Stage.PROPOSED,
        key=f"contenu-{row.pk}" if row else f"contenu-{sheet.kind}",
    )
