"""Six digits, by e-mail or by SMS: the way back when the preference link is lost, and the proof of a number."""

import uuid
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import F, Q
from django.utils.timezone import localtime

from beffroi.audience import letters, sms
from beffroi.audience.facts import TooManyCodes, Visitor
from beffroi.audience.models import Attempt
from beffroi.audience.services import attempts, people
from beffroi.audience.words import AttemptKind, Status
from beffroi.delivery.models import Message
from beffroi.delivery.outgoing import DeliveryRef
from beffroi.delivery.queries import links
from beffroi.delivery.services import contact_points
from beffroi.delivery.words import Channel
from beffroi.kit.tokens import BadToken
from beffroi.towns.models import Town

MAX_TRIES = 5
LIFE = links.CODE_LIFE
MINUTES = int(LIFE.total_seconds() // 60)


PER_NUMBER_AND_DAY = 8
_REFERENCES = ("code", "number:", "new-number:")


class WrongCode(Exception):
    """Not the code that was sent."""


class CodeExpired(Exception):
    """Too old, used, or tried too often: ask for another."""


@transaction.atomic
def request_code(
    town: Town,
    address: str,
    *,
    visitor: Visitor,
    at: datetime,
    channel: Channel = Channel.EMAIL,
) -> uuid.UUID:
    """Sends a code if the address or the number is a subscriber's; the handle returned tells nothing.

    Raises: kit.contacts.NotAnAddress, kit.phones.NotAPhone, TooManyAttempts, TooManyCodes.
    """
    attempt = attempts.begin(
        town, AttemptKind.CODE, address, visitor=visitor, at=at, channel=channel
    )
    if channel == Channel.SMS:
        spare(town, attempt, at=at)
    point = contact_points.find(town, channel, address)
    if point is None or attempt.too_many_for_address:
        return attempt.row.handle
    subscriber = people.at_contact_point(town, point)
    if subscriber is not None and subscriber.status != Status.ERASED:
        send = sms.code if channel == Channel.SMS else letters.code
        expect(attempt.row, point, send(town, point, minutes=MINUTES, at=at))
    return attempt.row.handle


def spare(town: Town, attempt: attempts.Begun, *, at: datetime) -> None:
    """Each code by SMS is paid for: so many a day for one number, so many for the town. Known or not, the answer is
    the same. Raises: TooManyCodes."""
    morning = localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    same = Attempt.objects.of(town).filter(
        kind=AttemptKind.CODE, address_hash=attempt.row.address_hash, at__gte=morning
    )
    if same.count() > PER_NUMBER_AND_DAY:
        raise TooManyCodes
    named = reduce(or_, [Q(reference__startswith=reference) for reference in _REFERENCES])
    sent = Message.objects.of(town).filter(named, channel=Channel.SMS, frozen_at__gte=morning)
    if sent.count() >= town.sms_codes_per_day:
        raise TooManyCodes


def expect(attempt: Attempt, contact_point_id: int, message_id: int) -> None:
    """From now on the page of this attempt takes the code of that message."""
    attempt.message_id, attempt.contact_point_id = message_id, contact_point_id
    attempt.save(update_fields=["message_id", "contact_point_id"])


def enter_code(town: Town, handle: uuid.UUID, code: str, *, at: datetime) -> int:
    """The contact point whose owner typed the code. Raises: WrongCode, CodeExpired."""
    return check(town, handle, code, at=at).contact_point_id


def check(town: Town, handle: uuid.UUID, code: str, *, at: datetime) -> DeliveryRef:
    """The delivery whose code was typed, once. Raises: WrongCode, CodeExpired."""
    attempt = _count_try(town, handle, at=at)
    if attempt.contact_point_id is None:
        raise WrongCode
    try:
        ref = links.check_code(town, attempt.contact_point_id, code, at=at, life=LIFE)
    except BadToken as wrong:
        raise WrongCode from wrong
    if ref.message_id != attempt.message_id:
        raise WrongCode
    used = Attempt.objects.of(town).filter(pk=attempt.pk, used_at=None).update(used_at=at)
    if not used:
        raise CodeExpired
    return ref


def _count_try(town: Town, handle: uuid.UUID, *, at: datetime) -> Attempt:
    """Counted on its own, before the code is looked at: a failed try stays counted. Raises: CodeExpired."""
    rows = Attempt.objects.of(town).filter(handle=handle, kind=AttemptKind.CODE)
    open_rows = rows.filter(used_at=None, tries__lt=MAX_TRIES, at__gt=at - LIFE)
    if not open_rows.update(tries=F("tries") + 1):
        raise CodeExpired
    return rows.get()
