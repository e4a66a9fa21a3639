"""Reports that belong to no delivery: what the operator may know of them without opening one."""

from dataclasses import dataclass
from datetime import datetime

from beffroi.delivery.models import StrayReturn


@dataclass(frozen=True, kw_only=True, slots=True)
class Stray:
    id: int
    at: datetime
    why: str
    """« forged or gone », « no reference » or « unreadable » (services.returns)."""


def strays() -> list[Stray]:
    """The newest first."""
    return [Stray(id=row.pk, at=row.at, why=row.why) for row in StrayReturn.objects.defer("raw")]
