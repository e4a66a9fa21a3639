"""Opting in on the public page: asked, then confirmed by the owner of the address, of the number, or of both.

A link proves an address and a code proves a number: until each is proved, nothing reaches it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from beffroi.audience import letters
from beffroi.audience.channels import bits
from beffroi.audience.facts import Confirmation, NoSuchSubscriber, NothingToConfirm, Visitor
from beffroi.audience.models import ConsentProof, Subscriber, Theme
from beffroi.audience.services import attempts, codes, numbers, people, proofs
from beffroi.audience.words import AttemptKind, Origin, ProofAction, Status
from beffroi.delivery.outgoing import DeliveryRef
from beffroi.delivery.services import contact_points, stops
from beffroi.delivery.words import Channel, StopReason
from beffroi.towns.models import Town

CONFIRM, ADDRESS, NUMBER = "confirm:", "address:", "number:"
"""References of the messages that carry a confirmation link or code; see `letters` and `sms`."""


@transaction.atomic
def subscribe(
    town: Town,
    address: str,
    *,
    phone: str = "",
    theme_ids: Sequence[int],
    channels: Mapping[int, int] = people.NO_CHANGE,
    text_version: int,
    visitor: Visitor,
    at: datetime,
) -> UUID | None:
    """Sends the owner of the address a link to confirm, or to their choices when they are subscribed already.

    With a telephone, sends it a code and gives the handle of the page that takes the code. Either may be empty,
    not both. `channels` says for each theme by which (audience.channels); without, by whatever was given.
    Nothing tells the visitor what is known. Raises: kit.contacts.NotAnAddress, kit.phones.NotAPhone, NoTheme,
    NoSuchText, TooManyAttempts.
    """
    themes = people.open_themes(town, theme_ids, public_only=True)
    text = proofs.text_version(town, text_version)
    given = [Channel.EMAIL] * bool(address) + [Channel.SMS] * bool(phone)
    by = {theme.pk: channels.get(theme.pk) or bits(given) for theme in themes}
    asked = _Asked(themes, proofs.Source(origin=Origin.WEB, text=text, visitor=visitor, by=by))
    calling = numbers.begin(town, phone, visitor=visitor, at=at) if phone else None
    proof = _ask_address(town, address, asked, calling, at=at) if address else None
    if calling is None:
        return None
    if calling.may_send:
        proof = proof or _ask_number(town, calling, asked, at=at)
        calling.send(town, reference=f"{NUMBER}{proof.pk}", at=at)
    return calling.handle


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one visit to the public page asks for."""

    themes: list[Theme]
    source: proofs.Source


def _ask_address(
    town: Town, address: str, asked: _Asked, calling: numbers.Calling | None, *, at: datetime
) -> ConsentProof | None:
    """The proof of what was asked; None when this address is subscribed, or was written to too often."""
    visitor = asked.source.visitor
    attempt = attempts.begin(town, AttemptKind.SUBSCRIBE, address, visitor=visitor, at=at)
    if attempt.too_many_for_address:
        return None
    point = contact_points.find_or_create(town, Channel.EMAIL, address, at=at)
    subscriber = people.at_contact_point(town, point)
    if subscriber is not None and subscriber.status == Status.ACTIVE and not subscriber.erase_on:
        letters.already_subscribed(town, point, at=at)
        return None
    if subscriber is None:
        subscriber = _pending(town, email_point_id=point, at=at)
    if calling is not None and calling.may_send:
        subscriber.next_phone_point_id = calling.contact_point_id
        subscriber.save(update_fields=["next_phone_point"])
    proof = proofs.record(town, subscriber, ProofAction.GIVEN, asked.themes, asked.source, at=at)
    letters.ask_to_confirm(
        town,
        point,
        [theme.name for theme in asked.themes],
        number=calling.masked if calling is not None and calling.may_send else "",
        proof_id=proof.pk,
        at=at,
    )
    return proof


def _ask_number(
    town: Town, calling: numbers.Calling, asked: _Asked, *, at: datetime
) -> ConsentProof:
    """Of whoever has this number, or of somebody new."""
    point = calling.contact_point_id
    subscriber = (
        people.at_contact_point(town, point)
        or Subscriber.objects.of(town)
        .filter(status=Status.PENDING, next_phone_point_id=point, email_point=None)
        .first()
        or _pending(town, next_phone_point_id=point, at=at)
    )
    return proofs.record(town, subscriber, ProofAction.GIVEN, asked.themes, asked.source, at=at)


def _pending(town: Town, *, at: datetime, **points: int) -> Subscriber:
    return Subscriber.objects.create_in(
        town, status=Status.PENDING, origin=Origin.WEB, created_at=at, **points
    )


def enter_number_code(
    town: Town, handle: UUID, code: str, *, visitor: Visitor, at: datetime
) -> Confirmation:
    """The owner of the number typed its code: subscribed, or their number added. `is_change_of_address` says which.

    Raises: codes.WrongCode, codes.CodeExpired, NothingToConfirm.
    """
    ref = codes.check(town, handle, code, at=at)  # on its own: a wrong code stays counted
    with transaction.atomic():
        return _settle_number(town, ref, visitor=visitor, at=at)


def _settle_number(town: Town, ref: DeliveryRef, *, visitor: Visitor, at: datetime) -> Confirmation:
    kind, _, number = ref.reference.partition(":")
    if not number.isdecimal():
        raise NothingToConfirm
    if f"{kind}:" == numbers.NEW:
        return numbers.settle(town, ref, int(number), visitor=visitor, at=at)
    if f"{kind}:" != NUMBER:
        raise NothingToConfirm
    proof, subscriber = _asked_by(town, int(number))
    if ref.contact_point_id not in (subscriber.phone_point_id, subscriber.next_phone_point_id):
        raise NothingToConfirm
    done = proofs.answered(town, proof)
    if subscriber.status == Status.PENDING:  # the address is not proved by the number
        subscriber.next_email_point_id = subscriber.email_point_id or subscriber.next_email_point_id
        subscriber.email_point_id = None
    numbers.take(town, subscriber, ref.contact_point_id, at=at)
    if not done:
        _begin(town, subscriber, proof, visitor=visitor, at=at)
    return _confirmation(town, proof, subscriber, ref, done=done)


@transaction.atomic
def confirm(town: Town, ref: DeliveryRef, *, visitor: Visitor, at: datetime) -> Confirmation:
    """The owner of the address agrees to exactly what that message showed. Saying it twice changes nothing.

    Raises: NothingToConfirm.
    """
    kind, _, number = ref.reference.partition(":")
    if f"{kind}:" == CONFIRM and number.isdecimal():
        return _confirm_subscription(town, ref, int(number), visitor=visitor, at=at)
    if f"{kind}:" == ADDRESS and number.isdecimal():
        return _confirm_address(town, ref, int(number), visitor=visitor, at=at)
    raise NothingToConfirm


def _confirm_subscription(
    town: Town, ref: DeliveryRef, proof_id: int, *, visitor: Visitor, at: datetime
) -> Confirmation:
    proof, subscriber = _asked_by(town, proof_id)
    if ref.contact_point_id not in (subscriber.email_point_id, subscriber.next_email_point_id):
        raise NothingToConfirm
    done = proofs.answered(town, proof)
    if subscriber.email_point_id != ref.contact_point_id:  # a number was proved first
        done = False
        if people.at_contact_point(town, ref.contact_point_id) is not None:
            raise NothingToConfirm
        _move(town, subscriber, at=at)
    if not proofs.answered(town, proof):
        _begin(town, subscriber, proof, visitor=visitor, at=at)
    return _confirmation(town, proof, subscriber, ref, done=done)


def _asked_by(town: Town, proof_id: int) -> tuple[ConsentProof, Subscriber]:
    """A request and who made it. Raises: NothingToConfirm."""
    proof = ConsentProof.objects.of(town).filter(pk=proof_id, action=ProofAction.GIVEN).first()
    if proof is None or proof.subscriber_id is None:
        raise NothingToConfirm
    try:
        return proof, people.locked(town, proof.subscriber_id)
    except NoSuchSubscriber as gone:
        raise NothingToConfirm from gone


def _begin(
    town: Town, subscriber: Subscriber, proof: ConsentProof, *, visitor: Visitor, at: datetime
) -> None:
    """The person receives, from now on, exactly what the proof shows."""
    themes = list(Theme.objects.of(town).filter(pk__in=proof.theme_ids, ended_at=None))
    by = proofs.chosen(proof)
    people.activate(town, subscriber, at=at)
    people.subscribe_to(town, subscriber, themes, by=by, origin=Origin.WEB, at=at)
    subscriber.save()
    source = proofs.Source(origin=Origin.WEB, text=proof.text, visitor=visitor, by=by)
    proofs.record(town, subscriber, ProofAction.CONFIRMED, themes, source, at=at)


def _confirmation(
    town: Town, proof: ConsentProof, subscriber: Subscriber, ref: DeliveryRef, *, done: bool
) -> Confirmation:
    return Confirmation(
        subscriber_id=subscriber.pk,
        contact_point_id=ref.contact_point_id,
        masked=contact_points.masked(town, [ref.contact_point_id])[ref.contact_point_id],
        theme_names=tuple(proof.theme_names),
        is_change_of_address=False,
        done=done,
    )


def _confirm_address(
    town: Town, ref: DeliveryRef, subscriber_id: int, *, visitor: Visitor, at: datetime
) -> Confirmation:
    subscriber = (
        Subscriber.objects.of(town)
        .select_for_update(of=("self",))
        .exclude(status=Status.ERASED)
        .filter(pk=subscriber_id)
        .first()
    )
    if subscriber is None:
        raise NothingToConfirm
    done = subscriber.email_point_id == ref.contact_point_id
    if not done:
        taken = people.at_contact_point(town, ref.contact_point_id)
        if subscriber.next_email_point_id != ref.contact_point_id or taken is not None:
            raise NothingToConfirm
        _move(town, subscriber, at=at)
        source = proofs.Source(origin=Origin.WEB, visitor=visitor)
        themes = [
            row.theme for row in people.subscriptions(town, subscriber).select_related("theme")
        ]
        proofs.record(town, subscriber, ProofAction.CHANGED, themes, source, at=at)
    return Confirmation(
        subscriber_id=subscriber.pk,
        contact_point_id=ref.contact_point_id,
        masked=contact_points.masked(town, [ref.contact_point_id])[ref.contact_point_id],
        theme_names=(),
        is_change_of_address=True,
        done=done,
    )


def _move(town: Town, subscriber: Subscriber, *, at: datetime) -> None:
    """The new address takes over, pause included; the old one is forgotten."""
    old, subscriber.email_point_id = subscriber.email_point_id, subscriber.next_email_point_id
    subscriber.next_email_point_id = None
    subscriber.save()
    if subscriber.email_point_id is not None:
        stops.lift_stop(town, subscriber.email_point_id, at=at)
        if subscriber.paused_until is not None and subscriber.paused_until > at:
            stops.stop(
                town,
                subscriber.email_point_id,
                reason=StopReason.PAUSED,
                until=subscriber.paused_until,
                at=at,
            )
    people.let_go(town, [old], at=at)
