"""What an association has proposed, and what became of it, as it may see through its link."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from beffroi.content.facts import Card
from beffroi.content.models import Contributor, Entry
from beffroi.content.queries import public
from beffroi.content.words import Stage
from beffroi.towns.models import Town

SHOWN = 10


class Fate(TextChoices):
    """Of a text that was proposed."""

    WAITING = "waiting", _("la mairie le relit")
    PLANNED = "planned", _("accepté, il paraîtra bientôt")
    ONLINE = "online", _("en ligne")
    OFFLINE = "offline", _("pas en ligne")


@dataclass(frozen=True, kw_only=True, slots=True)
class Contributed:
    card: Card
    fate: Fate

    @property
    def is_online(self) -> bool:
        return self.fate is Fate.ONLINE


def latest(town: Town, contributor: Contributor, *, at: datetime) -> list[Contributed]:
    """The last ten, newest first."""
    rows = list(
        Entry.objects.of(town)
        .filter(contributor=contributor)
        .order_by("-created_at", "-id")[:SHOWN]
    )
    cards = public.cards(town, rows)
    return [
        Contributed(card=card, fate=_fate(row, at=at))
        for row, card in zip(rows, cards, strict=True)
    ]


def _fate(row: Entry, *, at: datetime) -> Fate:
    if row.stage in (Stage.DRAFT, Stage.PROPOSED):
        return Fate.WAITING
    if row.stage != Stage.PUBLISHED or (row.expires_at and row.expires_at <= at):
        return Fate.OFFLINE
    return Fate.ONLINE if row.publish_at and row.publish_at <= at else Fate.PLANNED
