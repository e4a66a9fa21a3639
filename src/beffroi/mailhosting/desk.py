"""The desk: tells running mail servers what changed, and keeps the files that rspamd and the keeper read. For every town.

Done more than once, each of it comes to the same; so nothing is locked while a socket is open.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import F

from beffroi.gateways.doveadm import Doveadm, NotReachable
from beffroi.mailhosting import sealed
from beffroi.mailhosting.models import DkimKey, Mailbox, Nudge
from beffroi.mailhosting.models.domains import LIVE
from beffroi.servers.mail import keeper, signing

log = logging.getLogger(__name__)

WHY = "the desk serves every town"
BATCH = 200
LONGEST_WAIT_S = 30.0
AWAY_S = 0.5
PATIENCE = timedelta(seconds=2)
"""Between two tries of an order that was refused; longer each time."""


def work(dovecot: Doveadm, *, now: datetime) -> float:
    """Does what is due, ends of sessions first; seconds until there may be more to do."""
    due = Nudge.objects.across_towns(why=WHY).filter(due_at__lte=now)
    ends_first = due.select_related("mailbox__address__domain").order_by("kind", "due_at", "id")
    for nudge in ends_first[:BATCH]:
        try:
            obeyed = _do(dovecot, nudge)
        except NotReachable:
            log.warning("Dovecot does not answer; nudges wait")
            return AWAY_S
        row = Nudge.objects.across_towns(why=WHY).filter(pk=nudge.pk)
        if obeyed:
            row.delete()
        else:
            log.warning("Dovecot refused an order", extra={"nudge": nudge.pk})
            row.update(tries=F("tries") + 1, due_at=now + PATIENCE * 2 ** min(nudge.tries, 10))
    return _wait_s(now=now)


def _do(dovecot: Doveadm, nudge: Nudge) -> bool:
    if nudge.kind == Nudge.Kind.OPEN:
        return dovecot.open_box(nudge.mailbox.server_login, nudge.mailbox_id)
    return dovecot.end_sessions(nudge.login)


def _wait_s(*, now: datetime) -> float:
    first = Nudge.objects.across_towns(why=WHY).order_by("due_at").first()
    if first is None:
        return LONGEST_WAIT_S
    return min(max((first.due_at - now).total_seconds(), 0.0), LONGEST_WAIT_S)


def write_keys(folder: Path) -> None:
    """The current key of every domain that a town holds, unsealed, where rspamd reads it."""
    signing.write_keys(folder, _keys())


def write_held(file: Path) -> None:
    """The boxes from which nothing is destroyed, for the keeper of deleted letters."""
    rows = Mailbox.objects.across_towns(why=WHY).filter(legal_hold=True)
    keeper.write_held(file, rows.order_by("pk").values_list("pk", flat=True).iterator())


def _keys() -> Iterator[signing.SigningKey]:
    rows = DkimKey.objects.across_towns(why=WHY).filter(state=DkimKey.State.CURRENT)
    rows = rows.filter(domain__state__in=LIVE).select_related("domain")
    for row in rows.iterator():
        yield signing.SigningKey(
            domain=row.domain.name,
            selector=row.selector,
            pem=sealed.unseal(
                row.town_id, row.domain_id, bytes(row.sealed_private_key), key_id=row.key_id
            ),
        )
