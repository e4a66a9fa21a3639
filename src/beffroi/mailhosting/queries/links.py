"""Links through which a holder chooses the password of a box."""

from datetime import datetime

from django.db.models import QuerySet

from beffroi.mailhosting import passwords
from beffroi.mailhosting.models import PasswordLink
from beffroi.towns.models import Town


def link_with(town: Town, token: str, *, at: datetime) -> PasswordLink | None:
    """The link that this token opens; None when it is dead."""
    return _live(town, at=at).filter(digest=passwords.digest(token)).first()


def link(town: Town, link_id: int, *, at: datetime) -> PasswordLink | None:
    """None when it is dead."""
    return _live(town, at=at).filter(pk=link_id).first()


def waiting_link(town: Town, mailbox_id: int, *, at: datetime) -> PasswordLink | None:
    """The one that the holder has not used yet."""
    return _live(town, at=at).filter(mailbox_id=mailbox_id).first()


def _live(town: Town, *, at: datetime) -> QuerySet[PasswordLink]:
    rows = PasswordLink.objects.of(town).select_related("mailbox__address")
    return rows.filter(used_at=None, expires_at__gt=at)
