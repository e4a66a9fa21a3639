"""Notifications in a browser, without an account: whoever shows the subscription that a browser made is its owner.

Its address is a secret that only this browser and its push service know (RFC 8030, 8.3).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from beffroi.audience.channels import Rhythm, bit
from beffroi.audience.facts import TooManyAttempts, Visitor
from beffroi.audience.models import Attempt, Subscriber, Theme
from beffroi.audience.services import attempts, erasure, people, proofs
from beffroi.audience.words import AttemptKind, Origin, ProofAction, Status
from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.services import contact_points, messages
from beffroi.delivery.words import Channel, ContactState, Lane, StopReason
from beffroi.kit import paths
from beffroi.towns.models import Town

PUSH = bit(Channel.PUSH)


class NotSubscribed(Exception):
    """The town does not know this browser (any more)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """What a browser asks for."""

    theme_ids: Sequence[int]
    daily: Collection[int] = ()
    """Those of the themes whose notifications come together in the evening."""
    quiet_from: time | None = None
    quiet_until: time | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class BrowserView:
    """What a browser receives."""

    theme_ids: tuple[int, ...]
    daily: tuple[int, ...]
    quiet_from: time | None
    quiet_until: time | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    sent_at: datetime
    arrived_at: datetime | None

    @property
    def seconds(self) -> float | None:
        return (self.arrived_at - self.sent_at).total_seconds() if self.arrived_at else None


@transaction.atomic
def subscribe(
    town: Town,
    subscription: str,
    wishes: Wishes,
    *,
    text_version: int,
    visitor: Visitor,
    at: datetime,
) -> None:
    """From now on exactly these themes by notification here; what comes by other channels stays.

    Raises: kit.push_points.NotASubscription, NoTheme, NoSuchText, TooManyAttempts.
    """
    themes = people.open_themes(town, wishes.theme_ids, public_only=True)
    text = proofs.text_version(town, text_version)
    subscriber = _known(town, subscription) or _welcome(town, subscription, visitor, at=at)
    subscriber.quiet_from, subscriber.quiet_until = wishes.quiet_from, wishes.quiet_until
    if subscriber.status != Status.ACTIVE:
        people.activate(town, subscriber, at=at)
    subscriber.save()
    _drop(town, subscriber, keep=themes, at=at)
    by = {theme.pk: PUSH for theme in themes}
    people.subscribe_to(town, subscriber, themes, by=by, origin=Origin.WEB, at=at)
    rows = people.subscriptions(town, subscriber)
    rows.filter(theme__in=wishes.daily).update(rhythm=Rhythm.DAILY)
    rows.exclude(theme__in=wishes.daily).update(rhythm=Rhythm.NOW)
    source = proofs.Source(origin=Origin.WEB, text=text, visitor=visitor, by=by)
    proofs.record(town, subscriber, ProofAction.GIVEN, themes, source, at=at)


def view(town: Town, subscription: str) -> BrowserView:
    """Raises: kit.push_points.NotASubscription, NotSubscribed."""
    subscriber = _known(town, subscription)
    if subscriber is None or subscriber.status != Status.ACTIVE:
        raise NotSubscribed
    open_rows = people.subscriptions(town, subscriber).order_by("theme__position", "theme_id")
    rows = [
        (theme_id, rhythm)
        for theme_id, channels, rhythm in open_rows.values_list("theme_id", "channels", "rhythm")
        if channels & PUSH
    ]
    return BrowserView(
        theme_ids=tuple(theme_id for theme_id, _ in rows),
        daily=tuple(theme_id for theme_id, rhythm in rows if rhythm == Rhythm.DAILY),
        quiet_from=subscriber.quiet_from,
        quiet_until=subscriber.quiet_until,
    )


@transaction.atomic
def leave(town: Town, subscription: str, *, visitor: Visitor, at: datetime) -> None:
    """No notification here any more; someone known by nothing else is forgotten.

    Raises: kit.push_points.NotASubscription.
    """
    subscriber = _known(town, subscription)
    if subscriber is None:
        return
    if subscriber.email_point_id is None and subscriber.phone_point_id is None:
        erasure.forget(town, subscriber, at=at)
        return
    _drop(town, subscriber, keep=[], at=at)
    gone, subscriber.push_point_id = subscriber.push_point_id, None
    subscriber.save()
    people.let_go(town, [gone], at=at)
    rows = list(people.subscriptions(town, subscriber).select_related("theme"))
    source = proofs.Source(
        origin=Origin.WEB, visitor=visitor, by={row.theme_id: row.channels for row in rows}
    )
    themes = [row.theme for row in rows]
    proofs.record(town, subscriber, ProofAction.CHANGED, themes, source, at=at)


@transaction.atomic
def renew(town: Town, old: str, new: str, *, at: datetime) -> None:
    """The browser changed its subscription by itself; its owner's choices go with it.

    Raises: kit.push_points.NotASubscription, NotSubscribed.
    """
    subscriber = _known(town, old)
    if subscriber is None:
        raise NotSubscribed
    gone = subscriber.push_point_id
    subscriber.push_point_id = contact_points.find_or_create(town, Channel.PUSH, new, at=at)
    if subscriber.push_point_id == gone:
        return
    other = people.at_contact_point(town, subscriber.push_point_id)
    if other is not None and other.pk != subscriber.pk:
        raise NotSubscribed  # two browsers cannot have become one
    subscriber.save()
    people.let_go(town, [gone], at=at)


@transaction.atomic
def attach(
    town: Town, subscriber_id: int, subscription: str, *, visitor: Visitor, at: datetime
) -> None:
    """Someone on their own page wants their themes on this device too; what it received alone is theirs.

    Raises: NoSuchSubscriber, kit.push_points.NotASubscription, TooManyAttempts.
    """
    subscriber = people.locked(town, subscriber_id)
    _count(town, AttemptKind.SUBSCRIBE, subscription, visitor, at=at)
    point = contact_points.find_or_create(town, Channel.PUSH, subscription, at=at)
    alone = people.at_contact_point(town, point)
    if alone is not None and alone.pk != subscriber.pk:
        _hand_over(town, alone, at=at)
    gone, subscriber.push_point_id = subscriber.push_point_id, point
    subscriber.save()
    people.lift_stop(town, subscriber, at=at)
    for row in people.subscriptions(town, subscriber):
        people.set_channels(town, subscriber, row, row.channels | PUSH, at=at)
    if gone != point:
        people.let_go(town, [gone], at=at)
    rows = list(people.subscriptions(town, subscriber).select_related("theme"))
    source = proofs.Source(
        origin=Origin.WEB,
        text=proofs.current_text(town),
        visitor=visitor,
        by={row.theme_id: row.channels for row in rows},
    )
    themes = [row.theme for row in rows]
    proofs.record(town, subscriber, ProofAction.CHANGED, themes, source, at=at)


@transaction.atomic
def try_out(town: Town, subscription: str, *, visitor: Visitor, at: datetime) -> UUID:
    """Sends this browser one notification, which tells us when it arrived.

    Raises: kit.push_points.NotASubscription, NotSubscribed, TooManyAttempts.
    """
    subscriber = _known(town, subscription)
    if subscriber is None or subscriber.push_point_id is None:
        raise NotSubscribed
    attempt = _count(town, AttemptKind.TRIAL, subscription, visitor, at=at)
    if attempt.too_many_for_address:
        raise TooManyAttempts
    base = paths.town_url(settings.BEFFROI_URL, town.slug)
    attempt.row.message_id = messages.enqueue(
        town,
        OutgoingMessage(
            lane=Lane.TRANSACTIONAL,
            channel=Channel.PUSH,
            subject=gettext("Essai réussi"),
            text=gettext("Les notifications de la mairie arrivent bien sur cet appareil."),
            page_url=f"{base}{paths.NOTIFICATIONS}?essai={attempt.row.handle}",
            from_name=town.name,
            base_url=base,
            reference="trial",
            with_list_unsubscribe=False,
        ),
        recipients=[subscriber.push_point_id],
        at=at,
    )
    attempt.row.save(update_fields=["message_id"])
    return attempt.row.handle


@transaction.atomic
def forget_gone(town: Town, *, at: datetime) -> int:
    """Browsers that their push service knows no more: whoever was known by nothing else is forgotten."""
    gone = list(
        Subscriber.objects.of(town)
        .select_for_update(of=("self",))
        .exclude(status=Status.ERASED)
        .filter(push_point__state=ContactState.ERASED)
    )
    for subscriber in gone:
        _drop(town, subscriber, keep=[], at=at)
        subscriber.push_point_id = None
        subscriber.save(update_fields=["push_point"])
        if not people.points(subscriber):
            erasure.forget(town, subscriber, at=at)
    return len(gone)


def arrived(town: Town, handle: UUID, *, at: datetime) -> None:
    """The worker of that browser has shown the notification of this trial."""
    trials = Attempt.objects.of(town).filter(kind=AttemptKind.TRIAL, handle=handle)
    trials.filter(used_at=None).update(used_at=at)


def trial(town: Town, handle: UUID) -> Trial | None:
    row = Attempt.objects.of(town).filter(kind=AttemptKind.TRIAL, handle=handle).first()
    return Trial(sent_at=row.at, arrived_at=row.used_at) if row else None


def _known(town: Town, subscription: str) -> Subscriber | None:
    point = contact_points.find(town, Channel.PUSH, subscription)
    return people.at_contact_point(town, point) if point is not None else None


def _welcome(town: Town, subscription: str, visitor: Visitor, *, at: datetime) -> Subscriber:
    _count(town, AttemptKind.SUBSCRIBE, subscription, visitor, at=at)
    return Subscriber.objects.create_in(
        town,
        push_point_id=contact_points.find_or_create(town, Channel.PUSH, subscription, at=at),
        status=Status.PENDING,
        origin=Origin.WEB,
        created_at=at,
    )


def _count(
    town: Town, kind: AttemptKind, subscription: str, visitor: Visitor, *, at: datetime
) -> attempts.Begun:
    return attempts.begin(town, kind, subscription, visitor=visitor, at=at, channel=Channel.PUSH)


def _drop(town: Town, subscriber: Subscriber, *, keep: Sequence[Theme], at: datetime) -> None:
    """Ends the notifications of every other theme; a theme that came by nothing else is over."""
    for row in people.subscriptions(town, subscriber).exclude(theme__in=list(keep)):
        left = row.channels & ~PUSH
        if left:
            people.set_channels(town, subscriber, row, left, at=at)
        elif row.channels:
            people.subscriptions(town, subscriber).filter(pk=row.pk).update(until=at)
            reason, theme_id = StopReason.UNSUBSCRIBED, row.theme_id
            people.stop(town, subscriber, reason=reason, theme_id=theme_id, at=at)


def _hand_over(town: Town, alone: Subscriber, *, at: datetime) -> None:
    """This browser was somebody without a name: it is known by another way from now on."""
    alone.push_point_id = None
    alone.save(update_fields=["push_point"])
    if people.points(alone):
        _drop(town, alone, keep=[], at=at)
    else:
        erasure.forget(town, alone, at=at)
