"""What the running servers must be told, written in the transaction of the act that makes it necessary."""

from datetime import datetime

from beffroi.mailhosting.models import Mailbox, Nudge


def open_box(box: Mailbox, *, at: datetime) -> None:
    """Its folders are made, and the right of its roster to see them."""
    _tell(Nudge.Kind.OPEN, box, login=box.address.email, at=at)


def kick(box: Mailbox, *, at: datetime, login: str = "") -> None:
    """Its open sessions end at that time; programs sign in again and see what they may see now."""
    _tell(Nudge.Kind.KICK, box, login=login or box.address.email, at=at)


def _tell(kind: Nudge.Kind, box: Mailbox, *, login: str, at: datetime) -> None:
    Nudge.objects.create_in(box.town, kind=kind, mailbox=box, login=login, due_at=at)
