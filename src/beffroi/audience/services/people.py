"""Subscribers and their subscriptions, as the other verbs of the room lock, open and close them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from beffroi.audience import sealed
from beffroi.audience.channels import EMAIL_ONLY, POINT, among, bit, bits
from beffroi.audience.facts import NoSuchSubscriber, NoTheme, PersonName
from beffroi.audience.models import PaperForm, Subscriber, Subscription, Theme
from beffroi.audience.words import Origin, Status
from beffroi.delivery.outgoing import DeliveryRef
from beffroi.delivery.services import contact_points, stops
from beffroi.delivery.words import Channel, StopReason
from beffroi.towns.models import Town

NO_CHANGE: Mapping[int, int] = {}


def locked(town: Town, subscriber_id: int) -> Subscriber:
    """Raises: NoSuchSubscriber."""
    subscriber = (
        Subscriber.objects.of(town)
        .select_for_update(of=("self",))
        .exclude(status=Status.ERASED)
        .filter(pk=subscriber_id)
        .first()
    )
    if subscriber is None:
        raise NoSuchSubscriber(subscriber_id)
    return subscriber


def at_contact_point(town: Town, contact_point_id: int) -> Subscriber | None:
    """Whoever has this address, number or browser. Someone erased who still holds it lets go of it here."""
    here = (
        Subscriber.objects.of(town)
        .select_for_update(of=("self",))
        .filter(_holding(contact_point_id))
    )
    here.filter(status=Status.ERASED).update(email_point=None, phone_point=None, push_point=None)
    return here.first()


def _holding(contact_point_id: int) -> Q:
    """The condition that a subscriber holds it, confirmed."""
    return (
        Q(email_point_id=contact_point_id)
        | Q(phone_point_id=contact_point_id)
        | Q(push_point_id=contact_point_id)
    )


def points(subscriber: Subscriber) -> list[int]:
    """The contact points by which the person is reached."""
    held = (subscriber.email_point_id, subscriber.phone_point_id, subscriber.push_point_id)
    return [point for point in held if point is not None]


def channels(subscriber: Subscriber) -> int:
    """Those the person has a contact point for, or asked for one: what a new theme comes by, unless they say."""
    asked = {
        Channel.EMAIL: subscriber.next_email_point_id,
        Channel.SMS: subscriber.next_phone_point_id,
    }
    held = [
        channel
        for channel, point in POINT.items()
        if getattr(subscriber, f"{point}_id") or asked.get(channel)
    ]
    return bits(held) or EMAIL_ONLY


def let_go(town: Town, contact_point_ids: Iterable[int | None], *, at: datetime) -> None:
    """Forgets these addresses, except those that somebody else holds or is asking for."""
    for point in set(contact_point_ids) - {None}:
        asking = Q(next_email_point_id=point) | Q(next_phone_point_id=point)
        if not Subscriber.objects.of(town).filter(_holding(point or 0) | asking).exists():
            contact_points.erase(town, point or 0, at=at)


def stop(
    town: Town,
    subscriber: Subscriber,
    *,
    reason: StopReason,
    at: datetime,
    theme_id: int | None = None,
    until: datetime | None = None,
    through: DeliveryRef | None = None,
) -> None:
    """By every channel, even for a message that is being sent."""
    for point in points(subscriber):
        stops.stop(
            town, point, reason=reason, theme_id=theme_id, until=until, through=through, at=at
        )


def lift_stop(
    town: Town,
    subscriber: Subscriber,
    *,
    at: datetime,
    theme_id: int | None = None,
    reason: StopReason | None = None,
) -> None:
    for point in points(subscriber):
        stops.lift_stop(town, point, theme_id=theme_id, reason=reason, at=at)


def open_themes(town: Town, theme_ids: Iterable[int], *, public_only: bool = False) -> list[Theme]:
    """The open themes among these. Raises: NoTheme when there is none."""
    themes = Theme.objects.of(town).filter(pk__in=list(theme_ids), ended_at=None)
    found = list(themes.filter(is_public=True) if public_only else themes)
    if not found:
        raise NoTheme
    return found


def give_name(town: Town, subscriber: Subscriber, name: PersonName) -> None:
    """Seals the name; an empty one forgets it. The caller saves."""
    if not (name.first_name or name.family_name):
        subscriber.sealed_name = subscriber.key_id = subscriber.family_hash = None
        return
    packed = sealed.seal(town, sealed.NAME, sealed.pack_name(name))
    subscriber.sealed_name, subscriber.key_id = packed.bytes, packed.key_id
    family = sealed.family_plain(name)
    subscriber.family_hash = sealed.fingerprint(town, sealed.NAME, family) if family else None


def subscriptions(town: Town, subscriber: Subscriber) -> "QuerySet[Subscription]":
    """The open ones."""
    return Subscription.objects.of(town).filter(subscriber=subscriber, until=None)


def subscribe_to(
    town: Town,
    subscriber: Subscriber,
    themes: Sequence[Theme],
    *,
    origin: Origin,
    at: datetime,
    by: Mapping[int, int] = NO_CHANGE,
    paper_form: PaperForm | None = None,
) -> list[Theme]:
    """Opens what is not open yet, adds the channels that `by` names for each theme, and says which were opened."""
    have = {row.theme_id: row for row in subscriptions(town, subscriber)}
    for theme_id, row in have.items():
        set_channels(town, subscriber, row, row.channels | by.get(theme_id, 0), at=at)
    added = [theme for theme in themes if theme.pk not in have]
    otherwise = channels(subscriber)
    Subscription.objects.bulk_create_in(
        town,
        [
            Subscription(
                town=town,
                subscriber=subscriber,
                theme=theme,
                since=at,
                channels=by.get(theme.pk) or otherwise,
                origin=origin,
                paper_form=paper_form,
            )
            for theme in added
        ],
    )
    for theme in added:
        lift_stop(town, subscriber, theme_id=theme.pk, at=at)
    return added


def set_channels(
    town: Town, subscriber: Subscriber, row: Subscription, wanted: int, *, at: datetime
) -> None:
    """From now on by exactly these channels, even for a message that is being sent.

    Whoever asks for a channel again takes back what they had said against it, such as a STOP by SMS.
    """
    before, row.channels = row.channels, wanted
    if before == wanted:
        return
    row.save(update_fields=["channels"])
    for channel, column in POINT.items():
        point = getattr(subscriber, f"{column}_id")
        if point is None:
            continue
        if channel in among(before & ~wanted):
            stops.stop(town, point, theme_id=row.theme_id, reason=StopReason.UNSUBSCRIBED, at=at)
        if channel in among(wanted & ~before):
            stops.lift_stop(town, point, theme_id=row.theme_id, at=at)
            stops.lift_stop(town, point, reason=StopReason.UNSUBSCRIBED, at=at)


def drop_channel(town: Town, subscriber: Subscriber, channel: Channel, *, at: datetime) -> None:
    """Forgets the contact point of this channel; what came by it alone ends. The caller holds the transaction."""
    columns = [f"{POINT[channel]}_id"]
    if channel != Channel.PUSH:
        columns.append(f"next_{POINT[channel]}_id")
    gone = [getattr(subscriber, column) for column in columns]
    for row in subscriptions(town, subscriber):
        left = row.channels & ~bit(channel)
        if left:
            set_channels(town, subscriber, row, left, at=at)
        else:
            subscriptions(town, subscriber).filter(pk=row.pk).update(until=at)
    for column in columns:
        setattr(subscriber, column, None)
    if subscriber.status == Status.ACTIVE and not subscriptions(town, subscriber).exists():
        subscriber.status, subscriber.left_at = Status.LEFT, at
    subscriber.save()
    let_go(town, gone, at=at)


def activate(town: Town, subscriber: Subscriber, *, at: datetime) -> None:
    """The person wants to receive: whatever stopped their addresses before is lifted. The caller saves."""
    if subscriber.status != Status.ACTIVE:
        subscriber.status, subscriber.confirmed_at, subscriber.left_at = Status.ACTIVE, at, None
    subscriber.paused_until = subscriber.erase_on = None
    lift_stop(town, subscriber, at=at)
