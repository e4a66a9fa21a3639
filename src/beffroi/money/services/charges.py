"""The charge of a message, frozen in the transaction that sends it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from beffroi.delivery.models import Message
from beffroi.delivery.services.messages import NoSuchMessage
from beffroi.money import reckoning
from beffroi.money.facts import BudgetExceeded, Estimate, PricedLine
from beffroi.money.models import Charge
from beffroi.money.queries import estimates, pending, spending, tariffs
from beffroi.towns import queries as towns, zones
from beffroi.towns.models import Town
from beffroi.towns.services import take_turn


@transaction.atomic
def charge(
    town: Town,
    message_ids: Iterable[int],
    *,
    service_id: int | None,
    at: datetime,
    is_bounded: bool = True,
) -> Estimate:
    """Charges messages that the caller's transaction has just enqueued, all in one call and last of all.

    Last, because from here to the commit every other send of the town waits: two sends in one second cannot use
    the same free parts, nor the same euros. With `is_bounded` false (an emergency) no budget refuses, yet every
    euro is counted. Raises: BudgetExceeded (let it undo the send), NoSuchMessage.
    """
    take_turn(town)
    messages = _enqueued(town, message_ids)
    _collect(town, at=at, but=messages)
    lines = [pending.line_of(message) for message in messages]
    estimate = estimates.reckon(town, lines, waiting=(), service_id=service_id, at=at)
    if is_bounded and estimate.blocked_by is not None:
        raise BudgetExceeded(estimate.blocked_by, estimate.before_tax)
    rows = _rows(town, messages, estimate.lines, service_id=service_id, at=at)
    Charge.objects.bulk_create_in(town, rows)
    return estimate


@transaction.atomic
def charge_again(
    town: Town,
    counts: Mapping[int, int],
    *,
    service_id: int | None,
    at: datetime,
    is_bounded: bool = True,
) -> Estimate:
    """The same for messages that were sent before and go again to so many of their recipients.

    Raises: BudgetExceeded (let it undo the sending), NoSuchMessage.
    """
    take_turn(town)
    messages = _enqueued(town, counts)
    _collect(town, at=at, but=())
    lines = [replace(pending.line_of(one), recipients=counts[one.pk]) for one in messages]
    estimate = estimates.reckon(town, lines, waiting=(), service_id=service_id, at=at)
    if is_bounded and estimate.blocked_by is not None:
        raise BudgetExceeded(estimate.blocked_by, estimate.before_tax)
    before = Charge.objects.of(town).filter(message__in=messages).values_list("message_id")
    rows = _rows(town, messages, estimate.lines, service_id=service_id, at=at)
    times = dict(before.annotate(times=Count("pk")))
    lost = dict(
        spending.lost_by_message(town)
        .filter(message_id__in=counts)
        .values_list("message_id", "lost")
    )
    for row in rows:
        row.n, row.lost_before = times.get(row.message_id, 0), lost.get(row.message_id, 0)
    Charge.objects.bulk_create_in(town, rows)
    return estimate


@transaction.atomic
def collect(town: Town, *, at: datetime) -> int:
    """Charges to the town itself whatever left without a charge, e.g. codes; says how many messages."""
    if not pending.uncharged(town, at=at).exists():
        return 0
    take_turn(town)
    return _collect(town, at=at, but=())


def collect_all(*, at: datetime) -> int:
    """The same for every open town, every minute."""
    return sum(collect(town, at=at) for town in zones.each(towns.open_towns()))


def _enqueued(town: Town, message_ids: Iterable[int]) -> list[Message]:
    ids = list(message_ids)
    messages = list(Message.objects.of(town).filter(pk__in=ids).order_by("pk"))
    if len(messages) != len(set(ids)):
        raise NoSuchMessage(*ids)
    return messages


def _collect(town: Town, *, at: datetime, but: Sequence[Message]) -> int:
    """Each at the prices of the day it was sent, drawing on the free parts of its month."""
    own = {message.pk for message in but}
    waiting = [message for message in pending.uncharged(town, at=at) if message.pk not in own]
    for day, group in groupby(waiting, key=lambda message: timezone.localdate(message.frozen_at)):
        messages = list(group)
        prices = tariffs.prices(town, on=day)
        priced = reckoning.price(
            prices,
            [pending.line_of(message) for message in messages],
            free_left=spending.free_left(town, prices, month=day.replace(day=1)),
        )
        rows = _rows(town, messages, priced, service_id=None, at=None)
        Charge.objects.bulk_create_in(town, rows)
    return len(waiting)


def _rows(
    town: Town,
    messages: Sequence[Message],
    priced: Sequence[PricedLine],
    *,
    service_id: int | None,
    at: datetime | None,
) -> list[Charge]:
    """`at` None: each when it was sent."""
    rows = []
    for message, line in zip(messages, priced, strict=True):
        moment = at or message.frozen_at
        rows.append(
            Charge(
                town=town,
                message=message,
                channel=line.channel,
                service_id=service_id,
                recipients=line.recipients,
                parts=line.parts,
                unit_price=line.unit_price,
                vat_rate=line.vat_rate,
                free_parts=line.free_parts,
                at=moment,
                month=spending.month_of(moment),
            )
        )
    return rows
