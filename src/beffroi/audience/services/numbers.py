"""Mobile numbers: asked for, proved by a code, taken over, taken away."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from beffroi.audience import sms
from beffroi.audience.facts import Confirmation, NoSuchSubscriber, NothingToConfirm, Visitor
from beffroi.audience.models import Attempt, Subscriber
from beffroi.audience.services import attempts, codes, erasure, people, proofs
from beffroi.audience.words import AttemptKind, Origin, ProofAction, Status
from beffroi.delivery.outgoing import DeliveryRef
from beffroi.delivery.services import contact_points, stops
from beffroi.delivery.words import Channel, StopReason
from beffroi.towns.models import Town

NEW = "new-number:"
"""Reference of the code that adds a number to a subscriber."""


class OnlyWay(Exception):
    """The person is reached by this number alone: they leave, or give something else first."""


@dataclass(frozen=True, slots=True)
class Calling:
    """A number that somebody typed, and the page that will take its code."""

    attempt: Attempt
    contact_point_id: int
    masked: str
    may_send: bool
    """False: this number was sent enough codes for now; nothing shows it to a resident."""

    @property
    def handle(self) -> UUID:
        return self.attempt.handle

    def send(
        self, town: Town, *, reference: str, at: datetime, word: Callable[..., int] = sms.code
    ) -> None:
        point = self.contact_point_id
        message_id = word(town, point, minutes=codes.MINUTES, reference=reference, at=at)
        codes.expect(self.attempt, point, message_id)


def begin(town: Town, phone: str, *, visitor: Visitor, at: datetime) -> Calling:
    """Raises: kit.phones.NotAPhone (Landline among them), TooManyAttempts, TooManyCodes."""
    attempt = attempts.begin(
        town, AttemptKind.CODE, phone, visitor=visitor, at=at, channel=Channel.SMS
    )
    codes.spare(town, attempt, at=at)
    point = contact_points.find_or_create(town, Channel.SMS, phone, at=at)
    return Calling(
        attempt=attempt.row,
        contact_point_id=point,
        masked=contact_points.masked(town, [point])[point],
        may_send=not attempt.too_many_for_address,
    )


@transaction.atomic
def ask(town: Town, subscriber_id: int, phone: str, *, visitor: Visitor, at: datetime) -> UUID:
    """Sends the number a code; until it is typed, nothing changes.

    Raises: NoSuchSubscriber, kit.phones.NotAPhone, TooManyAttempts.
    """
    subscriber = people.locked(town, subscriber_id)
    calling = begin(town, phone, visitor=visitor, at=at)
    if calling.may_send:
        subscriber.next_phone_point_id = calling.contact_point_id
        subscriber.save(update_fields=["next_phone_point"])
        calling.send(town, reference=f"{NEW}{subscriber.pk}", at=at)
    return calling.handle


def settle(
    town: Town, ref: DeliveryRef, subscriber_id: int, *, visitor: Visitor, at: datetime
) -> Confirmation:
    """The code of `ask` was typed. The caller holds the transaction. Raises: NothingToConfirm."""
    try:
        subscriber = people.locked(town, subscriber_id)
    except NoSuchSubscriber as gone:
        raise NothingToConfirm from gone
    if subscriber.next_phone_point_id != ref.contact_point_id:
        raise NothingToConfirm
    take(town, subscriber, ref.contact_point_id, at=at)
    prove(town, subscriber, proofs.Source(origin=Origin.WEB, visitor=visitor), at=at)
    return Confirmation(
        subscriber_id=subscriber.pk,
        contact_point_id=ref.contact_point_id,
        masked=contact_points.masked(town, [ref.contact_point_id])[ref.contact_point_id],
        theme_names=(),
        is_change_of_address=True,
        done=False,
    )


def take(town: Town, subscriber: Subscriber, contact_point_id: int, *, at: datetime) -> None:
    """The number is this person's: whoever had it before loses it, and the number they had is forgotten."""
    holder = people.at_contact_point(town, contact_point_id)
    if holder is not None and holder.pk != subscriber.pk:
        _lose(town, holder, at=at)
    old, subscriber.phone_point_id = subscriber.phone_point_id, contact_point_id
    subscriber.next_phone_point_id = None
    subscriber.save()
    stops.lift_stop(town, contact_point_id, at=at)
    if subscriber.paused_until is not None and subscriber.paused_until > at:
        until = subscriber.paused_until
        stops.stop(town, contact_point_id, reason=StopReason.PAUSED, until=until, at=at)
    if old != contact_point_id:
        people.let_go(town, [old], at=at)


@transaction.atomic
def remove(
    town: Town,
    subscriber_id: int,
    *,
    visitor: Visitor = Visitor(),  # noqa: B008 - frozen
    at: datetime,
) -> None:
    """The number is forgotten; what came by SMS alone ends. Raises: NoSuchSubscriber, OnlyWay."""
    subscriber = people.locked(town, subscriber_id)
    if subscriber.email_point_id is None and subscriber.push_point_id is None:
        raise OnlyWay(subscriber_id)
    people.drop_channel(town, subscriber, Channel.SMS, at=at)
    prove(town, subscriber, proofs.Source(origin=Origin.WEB, visitor=visitor), at=at)


def _lose(town: Town, holder: Subscriber, *, at: datetime) -> None:
    """Somebody else has proved that the number is theirs now."""
    holder.phone_point_id = None
    holder.save(update_fields=["phone_point"])
    if not people.points(holder) and holder.status != Status.PENDING:
        erasure.forget(town, holder, at=at)


def prove(town: Town, subscriber: Subscriber, source: proofs.Source, *, at: datetime) -> None:
    """Writes down the choices as they stand now."""
    rows = list(people.subscriptions(town, subscriber).select_related("theme"))
    now = replace(source, by={row.theme_id: row.channels for row in rows})
    themes = [row.theme for row in rows]
    proofs.record(town, subscriber, ProofAction.CHANGED, themes, now, at=at)
