"""One town in figures, read from inside that town."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from beffroi.audience.queries import figures
from beffroi.towns import queries

if TYPE_CHECKING:
    from beffroi.towns.models import Town


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    town: "Town"
    agents: int
    subscribers: int
    last_at: datetime | None


def row_of(town: "Town", *, at: datetime) -> Row:
    """The scope must have entered this town."""
    last = queries.journal(town).first()
    return Row(
        town=town,
        agents=queries.members(town).count(),
        subscribers=figures.standing(town, at=at).active,
        last_at=last.at if last else None,
    )
