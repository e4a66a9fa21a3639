"""What answers for a holder, and where mail is sent on."""

from datetime import datetime

from django.db.models import Q

from beffroi.mailhosting.models import Absence, Redirect
from beffroi.towns.models import Town


def absence(town: Town, mailbox_id: int, *, at: datetime) -> Absence | None:
    """In force, or planned."""
    rows = Absence.objects.of(town).filter(mailbox_id=mailbox_id, cancelled_at=None)
    return rows.filter(Q(until=None) | Q(until__gt=at)).first()


def redirect(town: Town, mailbox_id: int, *, at: datetime) -> Redirect | None:
    """In force, or planned."""
    rows = Redirect.objects.of(town).filter(mailbox_id=mailbox_id, cancelled_at=None)
    return rows.filter(Q(until=None) | Q(until__gt=at)).first()
