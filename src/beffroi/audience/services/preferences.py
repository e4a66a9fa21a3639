"""What a subscriber, or an agent for them, changes: themes, address, pause, departure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from beffroi.audience import letters, notices, sms
from beffroi.audience.channels import adds, among
from beffroi.audience.facts import PersonName, Visitor
from beffroi.audience.models import Subscriber, Theme
from beffroi.audience.services import people, proofs
from beffroi.audience.words import Origin, ProofAction, Status
from beffroi.delivery.outgoing import DeliveryRef
from beffroi.delivery.services import contact_points, stops
from beffroi.delivery.words import Channel, StopReason
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town


class NotConfirmed(Exception):
    """The address has not been confirmed by its owner: only they can go on."""


class AlreadyOver(Exception):
    """The pause would end in the past."""


@transaction.atomic
def change_themes(
    town: Town,
    subscriber_id: int,
    *,
    theme_ids: Sequence[int],
    channels: Mapping[int, int] = people.NO_CHANGE,
    at: datetime,
    by: Agent | None = None,
    visitor: Visitor = Visitor(),  # noqa: B008 - frozen
) -> None:
    """From now on exactly these themes, by the channels named for each; none at all is a departure.

    When an agent adds something, the person agreed to the wording as it stands, and is written to.
    Raises: NoSuchSubscriber, NotConfirmed.
    """
    subscriber = people.locked(town, subscriber_id)
    if subscriber.status == Status.PENDING:
        raise NotConfirmed(subscriber_id)
    wanted = list(Theme.objects.of(town).filter(pk__in=list(theme_ids), ended_at=None))
    source = _source(by, visitor)
    if not wanted:
        _leave(town, subscriber, source, at=at)
        _tell(town, subscriber, gettext("Désinscrit de tous les thèmes"), by=by, at=at)
        return
    before = _choices(town, subscriber)
    dropped = people.subscriptions(town, subscriber).exclude(theme__in=wanted)
    _close(town, subscriber, list(dropped.values_list("theme_id", flat=True)), at=at)
    if subscriber.status == Status.LEFT:
        people.activate(town, subscriber, at=at)
        subscriber.save()
    for row in people.subscriptions(town, subscriber):
        if channels.get(row.theme_id):
            people.set_channels(town, subscriber, row, channels[row.theme_id], at=at)
    people.subscribe_to(town, subscriber, wanted, by=channels, origin=source.origin, at=at)
    if by is not None and adds(before, _choices(town, subscriber)):
        source = replace(source, text=proofs.current_text(town))
        _confirm_to(town, subscriber, at=at)
    _prove(town, subscriber, ProofAction.CHANGED, wanted, source, at=at)
    names = ", ".join(theme.name for theme in wanted)
    _tell(town, subscriber, gettext("Thèmes : {names}").format(names=names), by=by, at=at)


def _choices(town: Town, subscriber: Subscriber) -> dict[int, int]:
    return dict(people.subscriptions(town, subscriber).values_list("theme_id", "channels"))


def _confirm_to(town: Town, subscriber: Subscriber, *, at: datetime) -> None:
    """By e-mail where there is one: it has room for every choice and for the way out."""
    if subscriber.email_point_id is not None:
        rows = people.subscriptions(town, subscriber).select_related("theme").order_by("theme")
        choices = [
            f"{row.theme.name} ({', '.join(str(one.label) for one in among(row.channels))})"
            for row in rows
        ]
        letters.chosen_at_desk(town, subscriber.email_point_id, choices, at=at)
    elif subscriber.phone_point_id is not None:
        sms.chosen_at_desk(town, subscriber.phone_point_id, at=at)
    elif subscriber.push_point_id is not None:
        notices.chosen_at_desk(town, subscriber.push_point_id, at=at)


@transaction.atomic
def change_name(
    town: Town, subscriber_id: int, name: PersonName, *, by: Agent | None, at: datetime
) -> None:
    """Raises: NoSuchSubscriber."""
    subscriber = people.locked(town, subscriber_id)
    people.give_name(town, subscriber, name)
    subscriber.save()
    _tell(town, subscriber, gettext("Nom modifié"), by=by, at=at)


@transaction.atomic
def change_address(
    town: Town, subscriber_id: int, address: str, *, at: datetime, by: Agent | None = None
) -> None:
    """Asks the owner of the new address to confirm; until then nothing changes.

    When the address is already a subscriber's, its owner is told, and nobody else.
    Raises: NoSuchSubscriber, kit.contacts.NotAnAddress.
    """
    subscriber = people.locked(town, subscriber_id)
    point = contact_points.find_or_create(town, Channel.EMAIL, address, at=at)
    if point == subscriber.email_point_id:
        return
    if people.at_contact_point(town, point) is not None:
        letters.already_subscribed(town, point, at=at)
        return
    subscriber.next_email_point_id = point
    subscriber.save(update_fields=["next_email_point"])
    letters.confirm_address(town, point, subscriber_id=subscriber.pk, at=at)
    _tell(town, subscriber, gettext("Changement d’adresse demandé"), by=by, at=at)


@transaction.atomic
def volunteer(
    town: Town, subscriber_id: int, *, wants: bool, at: datetime, by: Agent | None = None
) -> None:
    """Whether exercises of the emergency chain reach this person. Raises: NoSuchSubscriber."""
    subscriber = people.locked(town, subscriber_id)
    subscriber.wants_drills = wants
    subscriber.save(update_fields=["wants_drills"])
    sentence = (
        gettext("Volontaire pour les exercices") if wants else gettext("N’est plus volontaire")
    )
    _tell(town, subscriber, sentence, by=by, at=at)


@transaction.atomic
def pause(
    town: Town, subscriber_id: int, *, until: datetime, at: datetime, by: Agent | None = None
) -> None:
    """Nothing until then, not even from a campaign being sent. Raises: NoSuchSubscriber, AlreadyOver."""
    subscriber = people.locked(town, subscriber_id)
    if until <= at:
        raise AlreadyOver
    subscriber.paused_until = until
    subscriber.save(update_fields=["paused_until"])
    people.stop(town, subscriber, reason=StopReason.PAUSED, until=until, at=at)
    day = date_format(localtime(until), "j F Y")
    _tell(town, subscriber, gettext("En pause jusqu’au {day}").format(day=day), by=by, at=at)


@transaction.atomic
def resume(town: Town, subscriber_id: int, *, at: datetime, by: Agent | None = None) -> None:
    """Ends the pause. Raises: NoSuchSubscriber."""
    subscriber = people.locked(town, subscriber_id)
    subscriber.paused_until = None
    subscriber.save(update_fields=["paused_until"])
    people.lift_stop(town, subscriber, reason=StopReason.PAUSED, at=at)
    _tell(town, subscriber, gettext("Fin de la pause"), by=by, at=at)


@transaction.atomic
def unsubscribe(
    town: Town,
    subscriber_id: int,
    *,
    theme_ids: Sequence[int] | None = None,
    at: datetime,
    by: Agent | None = None,
    through: DeliveryRef | None = None,
    visitor: Visitor = Visitor(),  # noqa: B008 - frozen
) -> None:
    """Leaves these themes, or everything (None), at once, even for a message that is being sent.

    Raises: NoSuchSubscriber.
    """
    subscriber = people.locked(town, subscriber_id)
    have = set(people.subscriptions(town, subscriber).values_list("theme_id", flat=True))
    gone = have if theme_ids is None else have & set(theme_ids)
    source = _source(by, visitor)
    if theme_ids is None or gone == have:
        _leave(town, subscriber, source, at=at, through=through)
        _tell(town, subscriber, gettext("Désinscrit de tous les thèmes"), by=by, at=at)
        return
    _close(town, subscriber, sorted(gone), at=at, through=through)
    themes = list(Theme.objects.of(town).filter(pk__in=gone))
    proofs.record(town, subscriber, ProofAction.WITHDRAWN, themes, source, at=at)
    names = ", ".join(theme.name for theme in themes)
    _tell(town, subscriber, gettext("Désinscrit : {names}").format(names=names), by=by, at=at)


@transaction.atomic
def unsubscribe_through(
    town: Town,
    ref: DeliveryRef,
    *,
    everything: bool,
    at: datetime,
    visitor: Visitor = Visitor(),  # noqa: B008 - frozen
) -> None:
    """The unsubscribe link of a message, one click (RFC 8058): its themes, or everything.

    A message without themes stops everything. Works even for an address that is nobody's any more.
    """
    subscriber = people.at_contact_point(town, ref.contact_point_id)
    themes = None if everything or not ref.theme_ids else list(ref.theme_ids)
    stopped: list[int | None] = [None] if themes is None else [*themes]
    if subscriber is not None and subscriber.status != Status.ERASED:
        unsubscribe(town, subscriber.pk, theme_ids=themes, at=at, through=ref, visitor=visitor)
        return
    for theme_id in stopped:
        stops.stop(
            town,
            ref.contact_point_id,
            reason=StopReason.UNSUBSCRIBED,
            theme_id=theme_id,
            at=at,
            through=ref,
        )


def _leave(
    town: Town,
    subscriber: Subscriber,
    source: proofs.Source,
    *,
    at: datetime,
    through: DeliveryRef | None = None,
) -> None:
    rows = people.subscriptions(town, subscriber).select_related("theme")
    themes = [row.theme for row in rows]
    rows.update(until=at)
    subscriber.status, subscriber.left_at, subscriber.paused_until = Status.LEFT, at, None
    subscriber.save(update_fields=["status", "left_at", "paused_until"])
    people.stop(town, subscriber, reason=StopReason.UNSUBSCRIBED, at=at, through=through)
    proofs.record(town, subscriber, ProofAction.WITHDRAWN, themes, source, at=at)


def _close(
    town: Town,
    subscriber: Subscriber,
    theme_ids: Sequence[int],
    *,
    at: datetime,
    through: DeliveryRef | None = None,
) -> None:
    people.subscriptions(town, subscriber).filter(theme_id__in=theme_ids).update(until=at)
    for theme_id in theme_ids:
        people.stop(
            town,
            subscriber,
            reason=StopReason.UNSUBSCRIBED,
            theme_id=theme_id,
            at=at,
            through=through,
        )


def _prove(
    town: Town,
    subscriber: Subscriber,
    action: ProofAction,
    themes: list[Theme],
    source: proofs.Source,
    *,
    at: datetime,
) -> None:
    """With the channels as they stand now."""
    now = people.subscriptions(town, subscriber).values_list("theme_id", "channels")
    proofs.record(town, subscriber, action, themes, replace(source, by=dict(now)), at=at)


def _source(by: Agent | None, visitor: Visitor) -> proofs.Source:
    return proofs.Source(origin=Origin.AGENT if by else Origin.WEB, agent=by, visitor=visitor)


def _tell(
    town: Town, subscriber: Subscriber, sentence: str, *, by: Agent | None, at: datetime
) -> None:
    """The journal answers for what agents do; residents' own acts are in the proof."""
    if by is not None:
        journal.write(
            town,
            journal.Kind.SUBSCRIBER_CHANGED,
            at=at,
            by=by,
            about=("subscriber", subscriber.pk),
            detail=sentence,
        )
