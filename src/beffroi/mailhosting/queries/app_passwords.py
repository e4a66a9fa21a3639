"""Passwords of devices."""

from beffroi.mailhosting.models import AppPassword
from beffroi.towns.models import Agent, Town


def app_password(town: Town, app_password_id: int, *, holder: Agent | None) -> AppPassword | None:
    """One that still opens a box; with a holder, only of a box that is theirs."""
    rows = AppPassword.objects.of(town).select_related("mailbox").filter(revoked_at=None)
    if holder is not None:
        rows = rows.filter(mailbox__holder=holder)
    return rows.filter(pk=app_password_id).first()
