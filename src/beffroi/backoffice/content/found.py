"""What an address of the section names, or 404; and how stages look."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from beffroi.backoffice.doors import AgentRequest, Say
from beffroi.backoffice.words import moment
from beffroi.content.facts import NoSuchEntry, NoSuchSource
from beffroi.content.queries import desk
from beffroi.content.services.entries import is_still_of
from beffroi.content.words import Category, Stage
from beffroi.kit import paths
from beffroi.towns.permissions import Permission

if TYPE_CHECKING:
    from beffroi.content.models import Entry, Source

_SCHEDULED, _OVER = _("Programmé"), _("Fini")
TONES = {Stage.DRAFT: "", Stage.PROPOSED: "wait", Stage.PUBLISHED: "ok", Stage.WITHDRAWN: "bad"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where an entry is, in words: its stage, or what the clock makes of it."""

    words: Say
    tone: str
    note: str = ""


def opened_or_404(request: AgentRequest, entry_id: int) -> desk.Opened:
    try:
        return desk.opened(request.town, entry_id)
    except NoSuchEntry as fact:
        raise Http404 from fact


def source_or_404(request: AgentRequest, source_id: int) -> "Source":
    try:
        return desk.source(request.town, source_id)
    except NoSuchSource as fact:
        raise Http404 from fact


def publishes(request: AgentRequest) -> bool:
    return request.rights.may(Permission.CONTENT_PUBLISH)


def may_change(request: AgentRequest, row: "Entry") -> bool:
    """The services ask again inside their transaction; this only decides which buttons are shown."""
    writes = request.rights.may(Permission.CONTENT_WRITE)
    return writes and (publishes(request) or is_still_of(row, request.agent))


def standing(request: AgentRequest, row: "Entry") -> Standing:
    stage = Stage(row.stage)
    if stage is Stage.PUBLISHED and row.publish_at and row.publish_at > request.at:
        return Standing(words=_SCHEDULED, tone="live", note=moment(row.publish_at))
    if stage is Stage.PUBLISHED and row.expires_at and row.expires_at <= request.at:
        return Standing(words=_OVER, tone="", note=moment(row.expires_at))
    return Standing(words=stage.label, tone=TONES[stage], note=moment(row.changed_at))


def public_path(row: "Entry") -> str:
    """Where residents read it once it is published, under the address of its town."""
    return paths.entry_path(row.kind, row.slug, row.category or Category.USEFUL)


def author(row: "Entry") -> str:
    """Who brought it: a source, an association or a person."""
    if row.source:
        return row.source.name
    if row.contributor:
        return row.contributor.name
    who = row.author.full_name if row.author else ""
    return f"{who}, {row.service.name}" if row.service else who
