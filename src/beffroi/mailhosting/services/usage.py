"""How full the boxes are: asked of the servers now and then, and kept for the pages."""

from collections.abc import Callable
from datetime import datetime

from beffroi.mailhosting.models import Mailbox, Usage
from beffroi.mailhosting.words import AT_AN_END
from beffroi.towns.models import Town

Measure = Callable[[str], int | None]
"""Bytes, from the box's address; None: the servers cannot say."""


def look(town: Town, *, measure: Measure, at: datetime) -> None:
    """No transaction is open while the servers are asked; what they cannot say stays as it was."""
    boxes = Mailbox.objects.of(town).exclude(state__in=AT_AN_END)
    for box in boxes.select_related("address__domain"):
        size = measure(box.server_login)
        if size is None:
            continue
        kept = {"size_bytes": size, "seen_at": at}
        if not Usage.objects.of(town).filter(mailbox=box).update(**kept):
            Usage.objects.create_in(town, mailbox=box, **kept)
