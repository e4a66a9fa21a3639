"""Subscribers and their subscriptions, as the other verbs of the room lock, open and close them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import QuerySet

from beffroi.audience import sealed
from beffroi.audience.facts import NoSuchSubscriber, NoTheme, PersonName
from beffroi.audience.models import PaperForm, Subscriber, Subscription, Theme
from beffroi.audience.words import Origin, Status
from beffroi.delivery.services import stops
from beffroi.towns.models import Town


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
    """Whoever has this address. Someone erased who still holds it lets go of it here."""
    here = (
        Subscriber.objects.of(town)
        .select_for_update(of=("self",))
        .filter(email_point_id=contact_point_id)
    )
    here.filter(status=Status.ERASED).update(email_point=None)
    return here.first()


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
    paper_form: PaperForm | None = None,
) -> list[Theme]:
    """Opens what is not open yet, lifts the stops of these themes, and says which were added."""
    have = set(subscriptions(town, subscriber).values_list("theme_id", flat=True))
    added = [theme for theme in themes if theme.pk not in have]
    Subscription.objects.bulk_create_in(
        town,
        [
            Subscription(
                town=town,
                subscriber=subscriber,
                theme=theme,
                since=at,
                origin=origin,
                paper_form=paper_form,
            )
            for theme in added
        ],
    )
    if subscriber.email_point_id is not None:
        for theme in added:
            stops.lift_stop(town, subscriber.email_point_id, theme_id=theme.pk, at=at)
    return added


def activate(town: Town, subscriber: Subscriber, *, at: datetime) -> None:
    """The person wants to receive: whatever stopped the address before is lifted. The caller saves."""
    if subscriber.status != Status.ACTIVE:
        subscriber.status, subscriber.confirmed_at, subscriber.left_at = Status.ACTIVE, at, None
    subscriber.paused_until = subscriber.erase_on = None
    if subscriber.email_point_id is not None:
        stops.lift_stop(town, subscriber.email_point_id, at=at)
