"""Addresses in clear: one revealed, or a list taken out. Always with a reason, always in the journal."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext

from beffroi.audience.models import Subscriber
from beffroi.audience.queries import subscribers
from beffroi.audience.queries.subscribers import Search
from beffroi.audience.services import people
from beffroi.audience.words import Status
from beffroi.delivery.services import contact_points
from beffroi.delivery.words import Channel
from beffroi.kit import spreadsheets
from beffroi.kit.phones import readable_phone
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town

MIN_REASON = 5
BATCH = 500


class NoReason(Exception):
    """A reason in a few words is required: the journal keeps it."""


@transaction.atomic
def reveal(
    town: Town,
    subscriber_id: int,
    *,
    channel: Channel = Channel.EMAIL,
    reason: str,
    by: Agent,
    at: datetime,
) -> str:
    """The address or the number, for this once. Raises: NoSuchSubscriber, NoReason, NoSuchContactPoint."""
    words = _reason(reason)
    subscriber = people.locked(town, subscriber_id)
    point = subscriber.phone_point_id if channel == Channel.SMS else subscriber.email_point_id
    address = clear(town, [point or 0])[point or 0]
    journal.write(
        town,
        journal.Kind.ADDRESS_REVEALED,
        at=at,
        by=by,
        about=("subscriber", subscriber_id),
        detail=words,
    )
    return address


def clear(town: Town, contact_point_ids: Sequence[int | None]) -> dict[int, str]:
    """Addresses and numbers in clear, as people write them. The caller writes the journal.

    Raises: NoSuchContactPoint.
    """
    wanted = [point for point in contact_point_ids if point is not None]
    revealed = contact_points.reveal_many(town, wanted)
    return {
        point: readable_phone(text) if "@" not in text else text for point, text in revealed.items()
    }


@transaction.atomic
def begin_export(
    town: Town, search: Search, *, reason: str, by: Agent, at: datetime
) -> Sequence[int]:
    """The ids to export, once the journal has it. Raises: NoReason."""
    words = _reason(reason)
    ids = list(
        subscribers.matching(town, search, at=at).order_by("id").values_list("id", flat=True)
    )
    journal.write(
        town,
        journal.Kind.SUBSCRIBERS_EXPORTED,
        at=at,
        by=by,
        detail=gettext("{count} abonnés : {reason}").format(count=len(ids), reason=words),
    )
    return ids


def export_csv(town: Town, ids: Sequence[int], *, at: datetime) -> Iterator[str]:
    """One line per subscriber, in clear; made while it is sent."""
    return spreadsheets.rows(_lines(town, ids, at=at))


def _lines(town: Town, ids: Sequence[int], *, at: datetime) -> Iterator[Sequence[object]]:
    yield [
        gettext("Adresse électronique"),
        gettext("Mobile"),
        gettext("Nom"),
        gettext("Prénom"),
        gettext("État"),
        gettext("Thèmes"),
        gettext("Origine"),
        gettext("Depuis"),
        gettext("En pause jusqu’au"),
    ]
    for start in range(0, len(ids), BATCH):
        rows = list(
            Subscriber.objects.of(town)
            .filter(pk__in=ids[start : start + BATCH])
            .exclude(status=Status.ERASED)
            .order_by("id")
        )
        points = [point for row in rows for point in (row.email_point_id, row.phone_point_id)]
        known = clear(town, points)
        for one in subscribers.views(town, rows, at=at):
            yield [
                known.get(one.contact_point_id or 0, ""),
                known.get(one.phone.id, "") if one.phone else "",
                one.family_name,
                one.first_name,
                str(one.status.label),
                ", ".join(one.theme_names),
                str(one.origin.label),
                _day(one.confirmed_at or one.created_at),
                _day(one.paused_until) if one.paused_until else "",
            ]


def _day(at: datetime) -> str:
    return localtime(at).strftime("%d/%m/%Y")


def _reason(reason: str) -> str:
    words = " ".join(reason.split())
    if len(words) < MIN_REASON:
        raise NoReason
    return words[:300]
