"""What telephone networks report: kept first, applied as soon as the delivery is known. Names no town: the
reference says which delivery it is."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from beffroi.delivery import references
from beffroi.delivery.models import WaitingReceipt
from beffroi.delivery.services import bounces, replies
from beffroi.delivery.statements import statement
from beffroi.delivery.words import DeliveryState, ReceiptState
from beffroi.gateways.parcels import Report, ReportKind
from beffroi.towns.models import Town

log = logging.getLogger(__name__)

NOBODYS_KEPT = timedelta(days=30)
"""For review; a network gives up after three days at most."""

MAX_CODE = 2**31 - 1

_STATES = {ReportKind.DELIVERED: ReceiptState.DELIVERED, ReportKind.FAILED: ReceiptState.FAILED}


def keep(reports: Sequence[Report], *, at: datetime) -> None:
    """Commits these reports and all that follows from them. In any order, and as often as one likes."""
    with transaction.atomic():
        take_in(reports, at=at)
        _apply(at=at)
    for report in reports:
        if report.kind is ReportKind.REPLY:
            replies.keep(report, at=at)


def take_in(reports: Sequence[Report], *, at: datetime) -> None:
    """Keeps the receipts among these until `apply_waiting`; needs to see no town."""
    receipts = [report for report in reports if report.kind in _STATES]
    if not receipts:
        return
    named = [
        (name, _STATES[report.kind], min(report.code, MAX_CODE))
        for report in receipts
        if (name := references.split(report.reference)) is not None
    ]
    if len(named) < len(receipts):
        log.warning("Receipts without a name", extra={"count": len(receipts) - len(named)})
    with connection.cursor() as cursor:
        cursor.execute(
            statement("receipts_in"),
            {
                "providers": [provider for (provider, _), _, _ in named],
                "references": [reference for (_, reference), _, _ in named],
                "states": [int(state) for _, state, _ in named],
                "codes": [code for _, _, code in named],
                "at": at,
            },
        )


def apply_waiting(*, at: datetime) -> int:
    """Applies receipts that came before their delivery was committed; says how many deliveries changed."""
    with transaction.atomic():
        return _apply(at=at)


def forget_nobodys(*, at: datetime) -> int:
    """Drops receipts that no delivery has claimed for a month; says how many."""
    dropped, _ = WaitingReceipt.objects.filter(at__lt=at - NOBODYS_KEPT).delete()
    return dropped


def _apply(*, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement("receipts_match"))
        touched = cursor.fetchall()
        if not touched:
            return 0
        messages, seqs, codes = (list(column) for column in zip(*touched, strict=True))
        cursor.execute(
            statement("receipts_apply"),
            {"messages": messages, "seqs": seqs, "codes": codes, "at": at},
        )
        changed = cursor.fetchall()
        settled_late = [(row[1], row[2]) for row in changed if row[5] < DeliveryState.ACCEPTED]
        if settled_late:
            cursor.execute(
                statement("recount"),
                {"messages": [m for m, _ in settled_late], "seqs": [s for _, s in settled_late]},
            )
    lost: dict[int, set[int]] = defaultdict(set)
    for town_id, _, _, contact_point_id, state, _ in changed:
        if state == DeliveryState.BOUNCED:
            lost[town_id].add(contact_point_id)
    for town in Town.objects.filter(pk__in=lost):
        bounces.soft(town, lost[town.pk], at=at)
    log.info("Receipts were applied", extra={"deliveries": len(changed), "lost": len(lost)})
    return len(changed)
