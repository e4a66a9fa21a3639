"""Opting in on the public page: asked, then confirmed by the owner of the address."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from beffroi.audience import letters
from beffroi.audience.facts import Confirmation, NothingToConfirm, Visitor
from beffroi.audience.models import ConsentProof, Subscriber, Theme
from beffroi.audience.services import attempts, people, proofs
from beffroi.audience.words import AttemptKind, Origin, ProofAction, Status
from beffroi.delivery.outgoing import DeliveryRef
from beffroi.delivery.services import contact_points, stops
from beffroi.delivery.words import Channel, StopReason
from beffroi.kit.contacts import mask
from beffroi.towns.models import Town

CONFIRM, ADDRESS = "confirm:", "address:"
"""References of the messages that carry a confirmation link; see `letters`."""


@transaction.atomic
def subscribe(
    town: Town,
    address: str,
    *,
    theme_ids: Sequence[int],
    text_version: int,
    visitor: Visitor,
    at: datetime,
) -> None:
    """Sends the owner of the address a link to confirm, or to their choices when they are subscribed already.

    Nothing tells the visitor which. Raises: kit.contacts.NotAnAddress, NoTheme, NoSuchText, TooManyAttempts.
    """
    themes = people.open_themes(town, theme_ids, public_only=True)
    text = proofs.text_version(town, text_version)
    attempt = attempts.begin(town, AttemptKind.SUBSCRIBE, address, visitor=visitor, at=at)
    if attempt.too_many_for_address:
        return
    point = contact_points.find_or_create(town, Channel.EMAIL, address, at=at)
    subscriber = people.at_contact_point(town, point)
    if subscriber is not None and subscriber.status == Status.ACTIVE and not subscriber.erase_on:
        letters.already_subscribed(town, point, at=at)
        return
    if subscriber is None:
        subscriber = Subscriber.objects.create_in(
            town,
            email_point_id=point,
            status=Status.PENDING,
            origin=Origin.WEB,
            created_at=at,
        )
    source = proofs.Source(origin=Origin.WEB, text=text, visitor=visitor)
    proof = proofs.record(town, subscriber, ProofAction.GIVEN, themes, source, at=at)
    letters.ask_to_confirm(town, point, [theme.name for theme in themes], proof_id=proof.pk, at=at)


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
    proof = ConsentProof.objects.of(town).filter(pk=proof_id, action=ProofAction.GIVEN).first()
    subscriber = people.at_contact_point(town, ref.contact_point_id)
    if proof is None or subscriber is None or proof.subscriber_id != subscriber.pk:
        raise NothingToConfirm
    done = proofs.answered(town, proof)
    if not done:
        themes = list(Theme.objects.of(town).filter(pk__in=proof.theme_ids, ended_at=None))
        people.activate(town, subscriber, at=at)
        people.subscribe_to(town, subscriber, themes, origin=Origin.WEB, at=at)
        subscriber.save()
        source = proofs.Source(origin=Origin.WEB, text=proof.text, visitor=visitor)
        proofs.record(town, subscriber, ProofAction.CONFIRMED, themes, source, at=at)
    return Confirmation(
        subscriber_id=subscriber.pk,
        contact_point_id=ref.contact_point_id,
        masked=mask(contact_points.reveal(town, ref.contact_point_id)),
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
        masked=mask(contact_points.reveal(town, ref.contact_point_id)),
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
    if old is not None:
        contact_points.erase(town, old, at=at)
