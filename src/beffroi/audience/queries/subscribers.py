"""Subscribers as pages show them: masked, with their themes and the proof of their consent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from beffroi.audience import sealed
from beffroi.audience.channels import Rhythm, among
from beffroi.audience.facts import (
    Confirmation,
    HeldPoint,
    NoSuchSubscriber,
    NothingToConfirm,
    PersonName,
    ProofView,
    SubscriberView,
    SubscriptionView,
    ThemeChoice,
)
from beffroi.audience.models import ConsentProof, Subscriber, Subscription
from beffroi.audience.services.proofs import answered, chosen
from beffroi.audience.words import Origin, ProofAction, Status
from beffroi.delivery.outgoing import DeliveryRef
from beffroi.delivery.queries import people
from beffroi.delivery.services import contact_points
from beffroi.delivery.words import Channel, StopReason
from beffroi.kit.contacts import NotAnAddress
from beffroi.kit.names import fold
from beffroi.kit.phones import NotAPhone
from beffroi.kit.push_points import NotASubscription
from beffroi.towns.models import Town

PAUSED = "paused"
"""A filter beside the values of `Status`: active people who are on a pause."""

_IN_ERROR = (StopReason.BOUNCED, StopReason.COMPLAINED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """What the list is narrowed to; empty fields narrow nothing."""

    text: str = ""
    """An exact address, a telephone number, or a family name."""
    theme_id: int | None = None
    status: str = ""
    """A `Status`, or `PAUSED`."""
    origin: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SubscriberPage:
    subscribers: Sequence[SubscriberView]
    total: int
    number: int
    pages: int


def search(
    town: Town, search: Search, *, at: datetime, page: int = 1, size: int = 50
) -> SubscriberPage:
    """The newest first."""
    found = matching(town, search, at=at).order_by("-id")
    total = found.count()
    pages = max(1, -(-total // size))
    number = min(max(page, 1), pages)
    rows = list(found[(number - 1) * size : number * size])
    return SubscriberPage(
        subscribers=views(town, rows, at=at), total=total, number=number, pages=pages
    )


def matching(town: Town, search: Search, *, at: datetime) -> QuerySet[Subscriber]:
    """The rows behind `search`, for the list and for the export."""
    found = Subscriber.objects.of(town).exclude(status=Status.ERASED)
    if search.status == PAUSED:
        found = found.filter(status=Status.ACTIVE, paused_until__gt=at)
    elif search.status:
        found = found.filter(status=search.status)
    if search.origin:
        found = found.filter(origin=search.origin)
    if search.theme_id:
        chosen = Subscription.objects.of(town).filter(theme_id=search.theme_id, until=None)
        found = found.filter(pk__in=chosen.values("subscriber_id"))
    text = search.text.strip()
    return found.filter(_said(town, text)) if text else found


def subscriber(town: Town, subscriber_id: int, *, at: datetime) -> SubscriberView:
    """Raises: NoSuchSubscriber, also for those who were erased."""
    row = Subscriber.objects.of(town).exclude(status=Status.ERASED).filter(pk=subscriber_id).first()
    if row is None:
        raise NoSuchSubscriber(subscriber_id)
    return views(town, [row], at=at)[0]


def by_contact_point(town: Town, contact_point_id: int, *, at: datetime) -> SubscriberView | None:
    """Whose address, number or browser this is: what a preference or unsubscribe link leads to."""
    held = (
        Q(email_point_id=contact_point_id)
        | Q(phone_point_id=contact_point_id)
        | Q(push_point_id=contact_point_id)
    )
    row = Subscriber.objects.of(town).exclude(status=Status.ERASED).filter(held).first()
    return views(town, [row], at=at)[0] if row else None


def by_address(
    town: Town, address: str, *, channel: Channel = Channel.EMAIL, at: datetime
) -> SubscriberView | None:
    """None as well when this is not an address, a number or a browser."""
    try:
        point = contact_points.find(town, channel, address)
    except (NotAnAddress, NotAPhone, NotASubscription):
        return None
    return by_contact_point(town, point, at=at) if point is not None else None


def confirmation(town: Town, ref: DeliveryRef, *, at: datetime) -> Confirmation:
    """What the page behind a confirmation link shows before its button. Raises: NothingToConfirm."""
    kind, _, number = ref.reference.partition(":")
    masked = contact_points.masked(town, [ref.contact_point_id]).get(ref.contact_point_id)
    if not number.isdecimal() or masked is None:
        raise NothingToConfirm
    if kind == "address":
        row = Subscriber.objects.of(town).exclude(status=Status.ERASED).filter(pk=number).first()
        wanted = (row.email_point_id, row.next_email_point_id) if row else ()
        if row is None or ref.contact_point_id not in wanted:
            raise NothingToConfirm
        return Confirmation(
            subscriber_id=row.pk,
            contact_point_id=ref.contact_point_id,
            masked=masked,
            theme_names=(),
            is_change_of_address=True,
            done=row.email_point_id == ref.contact_point_id,
        )
    mine = Q(subscriber__email_point_id=ref.contact_point_id) | Q(
        subscriber__next_email_point_id=ref.contact_point_id
    )
    given = (
        ConsentProof.objects.of(town)
        .filter(mine, pk=number, action=ProofAction.GIVEN)
        .select_related("subscriber")
        .first()
    )
    if kind != "confirm" or given is None or given.subscriber is None:
        raise NothingToConfirm
    proved = given.subscriber.email_point_id == ref.contact_point_id
    return Confirmation(
        subscriber_id=given.subscriber.pk,
        contact_point_id=ref.contact_point_id,
        masked=masked,
        theme_names=tuple(given.theme_names),
        is_change_of_address=False,
        done=proved and answered(town, given),
    )


def subscriptions(town: Town, subscriber_id: int) -> list[SubscriptionView]:
    """Open and past ones, the open first."""
    rows = (
        Subscription.objects.of(town)
        .filter(subscriber_id=subscriber_id)
        .select_related("theme")
        .order_by("until", "theme__position")
    )
    shown = [
        SubscriptionView(
            theme_id=row.theme_id,
            theme_name=row.theme.name,
            since=row.since,
            until=row.until,
            origin=Origin(row.origin),
            channels=among(row.channels),
        )
        for row in rows
    ]
    return sorted(shown, key=lambda one: one.until is not None)


def proofs(town: Town, subscriber_id: int) -> list[ProofView]:
    """The newest first."""
    rows = (
        ConsentProof.objects.of(town)
        .filter(subscriber_id=subscriber_id)
        .select_related("text", "agent")
    )
    return [
        ProofView(
            id=row.pk,
            action=ProofAction(row.action),
            at=row.at,
            origin=Origin(row.origin),
            text_version=row.text.version if row.text else None,
            wording=row.text.wording if row.text else "",
            theme_names=tuple(row.theme_names),
            form_number=row.form_number,
            signed_on=row.signed_on,
            agent_name=row.agent.full_name if row.agent else "",
            import_id=row.imported_by_id,
            line=row.line,
            technical_origin=row.technical_origin,
            channels=tuple(among(choice) for choice in chosen(row).values()),
        )
        for row in rows
    ]


def views(town: Town, rows: Sequence[Subscriber], *, at: datetime) -> list[SubscriberView]:
    """A page of subscribers in four queries, whatever their number."""
    points = {point for row in rows for point in _points(row)}
    masked = contact_points.masked(town, sorted(points))
    stopped = dict(
        people.stopped(town, at=at, reasons=(*_IN_ERROR, StopReason.UNSUBSCRIBED))
        .filter(contact_point_id__in=points)
        .order_by("reason")  # what is wrong with an address is told before what its owner said
        .values_list("contact_point_id", "reason")
    )
    held = {
        point: HeldPoint(id=point, masked=masked[point], stopped_for=_why(stopped.get(point)))
        for point in masked
    }
    in_error = {point: reason for point, reason in stopped.items() if reason in _IN_ERROR}
    chosen = _choices(town, rows)
    return [
        _view(row, held=held, stopped=in_error, themes=chosen.get(row.pk, []), at=at)
        for row in rows
    ]


def _points(row: Subscriber) -> Iterable[int]:
    held = (
        row.email_point_id,
        row.next_email_point_id,
        row.phone_point_id,
        row.next_phone_point_id,
        row.push_point_id,
    )
    return (point for point in held if point is not None)


def _choices(
    town: Town, rows: Sequence[Subscriber]
) -> Mapping[int, Sequence[tuple[ThemeChoice, str]]]:
    """By subscriber: each open subscription, with the name of its theme."""
    found: dict[int, list[tuple[ThemeChoice, str]]] = {}
    open_rows = (
        Subscription.objects.of(town)
        .filter(subscriber__in=rows, until=None)
        .order_by("theme__position", "theme_id")
        .values_list("subscriber_id", "theme_id", "channels", "rhythm", "theme__name")
    )
    for subscriber_id, theme_id, channels, rhythm, theme_name in open_rows:
        choice = ThemeChoice(theme_id=theme_id, channels=channels, rhythm=Rhythm(rhythm))
        found.setdefault(subscriber_id or 0, []).append((choice, theme_name))
    return found


def _why(reason: int | None) -> str:
    return str(StopReason(reason).label) if reason else ""


def _view(
    row: Subscriber,
    *,
    held: Mapping[int, HeldPoint],
    stopped: Mapping[int, int],
    themes: Sequence[tuple[ThemeChoice, str]],
    at: datetime,
) -> SubscriberView:
    name = name_of(row)
    masked = {point: one.masked for point, one in held.items()}
    return SubscriberView(
        id=row.pk,
        contact_point_id=row.email_point_id,
        next_contact_point_id=row.next_email_point_id,
        masked=masked.get(row.email_point_id or 0, ""),
        next_masked=masked.get(row.next_email_point_id or 0, ""),
        first_name=name.first_name,
        family_name=name.family_name,
        status=Status(row.status),
        paused_until=row.paused_until if row.paused_until and row.paused_until > at else None,
        origin=Origin(row.origin),
        created_at=row.created_at,
        confirmed_at=row.confirmed_at,
        left_at=row.left_at,
        erase_on=row.erase_on,
        stopped_for=_why(stopped.get(row.email_point_id or 0)),
        theme_ids=frozenset(choice.theme_id for choice, _ in themes),
        theme_names=tuple(theme_name for _, theme_name in themes),
        phone=held.get(row.phone_point_id or 0),
        next_phone=held.get(row.next_phone_point_id or 0),
        push=held.get(row.push_point_id or 0),
        choices=tuple(choice for choice, _ in themes),
        wants_drills=row.wants_drills,
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
    )


def name_of(row: Subscriber) -> PersonName:
    if row.sealed_name is None or row.key_id is None:
        return PersonName()
    packed = sealed.unseal(row.town_id, sealed.NAME, bytes(row.sealed_name), row.key_id)
    return sealed.unpack_name(packed)


def _said(town: Town, text: str) -> Q:
    if "@" in text:
        return _at(town, Channel.EMAIL, text, "email_point_id")
    if any(character.isdigit() for character in text):
        return _at(town, Channel.SMS, text, "phone_point_id")
    names = [fold(text), *(fold(word) for word in text.split())]
    hashes = [
        mark
        for name in dict.fromkeys(filter(None, names))
        for mark in sealed.fingerprints(town, sealed.NAME, name.encode())
    ]
    return Q(family_hash__in=hashes)


def _at(town: Town, channel: Channel, text: str, column: str) -> Q:
    try:
        point = contact_points.find(town, channel, text)
    except (NotAnAddress, NotAPhone):
        return Q(pk=None)
    return Q(**{column: point}) if point is not None else Q(pk=None)
