"""What the running servers say of a box, and how its files are destroyed."""

import logging
from pathlib import Path

from django.conf import settings

from beffroi.gateways.doveadm import Doveadm, NotReachable
from beffroi.mailhosting.services.inventories import Volume

log = logging.getLogger(__name__)


def dovecot() -> Doveadm | None:
    """None: mail is off here."""
    if not settings.BEFFROI_DOVEADM_PORT:
        return None
    return Doveadm(port=settings.BEFFROI_DOVEADM_PORT, key=settings.MAIL_DOVEADM_KEY)


def size_bytes(login: str) -> int | None:
    """None: the servers are off, or cannot say."""
    servers = dovecot()
    if servers is None:
        return None
    try:
        return servers.size_bytes(login)
    except NotReachable:
        log.warning("Dovecot does not answer; a volume stays unknown")
        return None


def contents(login: str) -> Volume | None:
    """None: the servers are off, or cannot say."""
    servers = dovecot()
    if servers is None:
        return None
    try:
        found = servers.contents(login)
    except NotReachable:
        log.warning("Dovecot does not answer; a volume stays unknown")
        return None
    if found is None:
        return None
    return Volume(
        messages=found.messages,
        size_bytes=found.size_bytes,
        first_at=found.first_at,
        last_at=found.last_at,
    )


def erase(mailbox_id: int) -> bool:
    """All files of the box. False: the servers are off, or could not; what they had begun is done again."""
    servers = dovecot()
    if servers is None:
        return False
    try:
        return servers.erase(str(Path(settings.BEFFROI_MAIL_DIR) / "boxes" / str(int(mailbox_id))))
    except NotReachable:
        log.warning("Dovecot does not answer; a destruction waits")
        return False
