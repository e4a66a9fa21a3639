"""Subscribers as pages show them: masked, with their themes and the proof of their consent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from beffroi.audience import sealed
from beffroi.audience.facts import (
    Confirmation,
    NoSuchSubscriber,
    NothingToConfirm,
    PersonName,
    ProofView,
    SubscriberView,
    SubscriptionView,
)
from beffroi.audience.models import ConsentProof, Subscriber, Subscription
from beffroi.audience.services.proofs import answered
from beffroi.audience.words import Origin, ProofAction, Status
from beffroi.delivery.outgoing import DeliveryRef
from beffroi.delivery.queries import people
from beffroi.delivery.services import contact_points
from beffroi.delivery.words import Channel, StopReason
from beffroi.kit.contacts import NotAnAddress
from beffroi.kit.names import fold
from beffroi.towns.models import Town

PAUSED = "paused"
"""A filter beside the values of `Status`: active people who are on a pause."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """What the list is narrowed to; empty fields narrow nothing."""

    text: str = ""
    """An exact address, a family name, or a masked address such as c••••e@orange.fr."""
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
    """The subscriber whose address this is: what a preference or unsubscribe link leads to."""
    row = (
        Subscriber.objects.of(town)
        .exclude(status=Status.ERASED)
        .filter(email_point_id=contact_point_id)
        .first()
    )
    return views(town, [row], at=at)[0] if row else None


def by_address(town: Town, address: str, *, at: datetime) -> SubscriberView | None:
    """None as well when this is not an address."""
    try:
        point = contact_points.find(town, Channel.EMAIL, address)
    except NotAnAddress:
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
    proof = ConsentProof.objects.of(town).filter(
        pk=number, action=ProofAction.GIVEN, subscriber__email_point_id=ref.contact_point_id
    )
    given = proof.first()
    if kind != "confirm" or given is None or given.subscriber_id is None:
        raise NothingToConfirm
    return Confirmation(
        subscriber_id=given.subscriber_id,
        contact_point_id=ref.contact_point_id,
        masked=masked,
        theme_names=tuple(given.theme_names),
        is_change_of_address=False,
        done=answered(town, given),
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
        )
        for row in rows
    ]


def views(town: Town, rows: Sequence[Subscriber], *, at: datetime) -> list[SubscriberView]:
    """A page of subscribers in four queries, whatever their number."""
    points = [row.email_point_id for row in rows if row.email_point_id is not None]
    following = [row.next_email_point_id for row in rows if row.next_email_point_id is not None]
    masked = contact_points.masked(town, [*points, *following])
    stopped = dict(
        people.stopped(town, at=at, reasons=(StopReason.BOUNCED, StopReason.COMPLAINED))
        .filter(contact_point_id__in=points)
        .values_list("contact_point_id", "reason")
    )
    chosen: dict[int, list[tuple[int, str]]] = {}
    open_rows = (
        Subscription.objects.of(town)
        .filter(subscriber__in=rows, until=None)
        .order_by("theme__position", "theme_id")
        .values_list("subscriber_id", "theme_id", "theme__name")
    )
    for subscriber_id, theme_id, theme_name in open_rows:
        chosen.setdefault(subscriber_id or 0, []).append((theme_id, theme_name))
    return [
        _view(row, masked=masked, stopped=stopped, themes=chosen.get(row.pk, []), at=at)
        for row in rows
    ]


def _view(
    row: Subscriber,
    *,
    masked: dict[int, str],
    stopped: dict[int, int],
    themes: list[tuple[int, str]],
    at: datetime,
) -> SubscriberView:
    name = name_of(row)
    reason = stopped.get(row.email_point_id or 0)
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
        stopped_for=str(StopReason(reason).label) if reason else "",
        theme_ids=frozenset(theme_id for theme_id, _ in themes),
        theme_names=tuple(theme_name for _, theme_name in themes),
    )


def name_of(row: Subscriber) -> PersonName:
    if row.sealed_name is None or row.key_id is None:
        return PersonName()
    packed = sealed.unseal(row.town_id, sealed.NAME, bytes(row.sealed_name), row.key_id)
    return sealed.unpack_name(packed)


def _said(town: Town, text: str) -> Q:
    if "@" in text:
        try:
            point = contact_points.find(town, Channel.EMAIL, text)
        except NotAnAddress:
            return Q(pk=None)
        return Q(email_point_id=point) if point is not None else Q(pk=None)
    names = [fold(text), *(fold(word) for word in text.split())]
    hashes = [
        mark
        for name in dict.fromkeys(filter(None, names))
        for mark in sealed.fingerprints(town, sealed.NAME, name.encode())
    ]
    return Q(family_hash__in=hashes)
