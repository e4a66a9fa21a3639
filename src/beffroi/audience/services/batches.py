"""A batch of an imported file, written in sets: a dozen statements, however many people."""

from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from beffroi.audience import sealed
from beffroi.audience.facts import PersonName
from beffroi.audience.importer.rows import Person
from beffroi.audience.importer.wanted import Result, Wanted, Way, explain
from beffroi.audience.models import Import, Subscriber, Theme
from beffroi.audience.services import carried
from beffroi.audience.words import Origin, ProofAction, RowReason, Status
from beffroi.delivery import bulk
from beffroi.delivery.services import contact_points
from beffroi.delivery.words import Channel, StopReason
from beffroi.towns.models import Town

_ERASED = """
UPDATE audience_subscriber SET {point} = NULL
WHERE town_id = %b AND {point} = ANY(%b::bigint[]) AND status = %b
"""
_KNOWN = """
SELECT s.{point}, s.id, s.status, s.erase_on IS NOT NULL,
    ARRAY(SELECT o.theme_id FROM audience_subscription o WHERE o.subscriber_id = s.id AND o.until IS NULL
        AND o.channels & %b > 0),
    (SELECT min(p.line) FILTER (WHERE p.imported_by_id = %b) FROM audience_consentproof p WHERE p.subscriber_id = s.id)
FROM audience_subscriber s
WHERE s.town_id = %b AND s.{point} = ANY(%b::bigint[])
"""
_STOPS = """
SELECT contact_point_id, theme_id, reason FROM delivery_stop
WHERE town_id = %b AND contact_point_id = ANY(%b::bigint[]) AND (until IS NULL OR until > %b) AND reason <> %b
"""
_SUBSCRIBERS = """
INSERT INTO audience_subscriber (town_id, {point}, sealed_name, key_id, family_hash, status, origin,
    created_at, confirmed_at, imported_by_id)
SELECT %b, new.point, new.name, new.key_id, new.family, %b, %b, %b, %b, %b
FROM unnest(%b::bigint[], %b::bytea[], %b::smallint[], %b::bytea[]) AS new(point, name, key_id, family)
RETURNING {point}, id
"""
_SUBSCRIPTIONS = """
INSERT INTO audience_subscription (town_id, subscriber_id, theme_id, since, origin, imported_by_id, channels)
SELECT %b, new.subscriber, new.theme, %b, %b, %b, new.channels
FROM unnest(%b::bigint[], %b::bigint[], %b::smallint[]) AS new(subscriber, theme, channels)
ON CONFLICT DO NOTHING
"""
_MORE_CHANNELS = """
UPDATE audience_subscription s SET channels = s.channels | new.channels
FROM unnest(%b::bigint[], %b::bigint[], %b::smallint[]) AS new(subscriber, theme, channels)
WHERE s.town_id = %b AND s.subscriber_id = new.subscriber AND s.theme_id = new.theme AND s.until IS NULL
    AND s.channels | new.channels <> s.channels
"""
_PROOFS = """
INSERT INTO audience_consentproof (town_id, subscriber_id, action, at, origin, text_id, theme_ids, theme_names,
    theme_channels, form_number, signed_on, agent_id, imported_by_id, line, technical_origin)
SELECT %b, new.subscriber, %b, %b, %b, %b, %b::bigint[], %b::varchar[], %b::smallint[], '', %b, %b, %b, new.line, ''
FROM unnest(%b::bigint[], %b::int[]) AS new(subscriber, line)
"""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the town knows of the addresses of a batch."""

    subscribers: dict[int, tuple[int, str, bool]]
    """By contact point: subscriber, status, whether erasure was asked."""
    themes: dict[int, set[int]]
    """By subscriber: open subscriptions."""
    lines: dict[int, int]
    """By subscriber: line of this very file that named them first."""
    stops: dict[int, StopReason]
    theme_stops: set[tuple[int, int]]


def write(town: Town, row: Import, people: Sequence[Person], *, at: datetime) -> Result:
    """Adds who is new, completes who is known, leaves alone who left. The caller holds the transaction."""
    result = Result()
    by_address = [person for person in people if person.address]
    by_number = [person for person in people if not person.address]
    for channel, known_by in ((Channel.EMAIL, by_address), (Channel.SMS, by_number)):
        _write(town, row, known_by, Way(channel), result, at=at)
    return result


def _write(
    town: Town,
    row: Import,
    people: Sequence[Person],
    way: Way,
    result: Result,
    *,
    at: datetime,
) -> None:
    wanted = _merge(people, way, result)
    if not wanted:
        return
    entered = contact_points.enter_many(
        town, way.channel, [one.person.address or one.person.phone for one in wanted], at=at
    )
    for one, point in zip(wanted, entered.ids, strict=True):
        one.point = point
    known = _look_up(town, row, set(entered.ids) - entered.made, way, at=at)
    kept = [one for one in wanted if _sort(one, known, result)]
    _add(town, row, [one for one in kept if one.subscriber is None], way, at=at)
    _wake(town, known, kept, at=at)
    if way.channel == Channel.EMAIL:
        carried.attach(town, row, wanted, result, at=at)
    _subscribe(town, row, wanted, known, at=at)


def _merge(people: Sequence[Person], way: Way, result: Result) -> list[Wanted]:
    """One entry per address; what a later row adds is kept, and the row is told of."""
    merged: dict[bytes, Wanted] = {}
    for person in people:
        first = merged.get(person.key)
        if first is None:
            themes = set(person.theme_ids)
            merged[person.key] = Wanted(
                person=person, theme_ids=themes, phone=person.phone, channels=way.bit
            )
            continue
        first.theme_ids.update(person.theme_ids)
        first.phone = first.phone or person.phone
        explain(result, person, RowReason.DUPLICATE, other_line=first.person.line)
    for one in merged.values():
        one.asked = set(one.theme_ids)
    return list(merged.values())


def _look_up(town: Town, row: Import, points: Set[int], way: Way, *, at: datetime) -> _Known:
    if not points:
        return _Known(subscribers={}, themes={}, lines={}, stops={}, theme_stops=set())
    bulk.execute(way.sql(_ERASED), [town.pk, list(points), Status.ERASED.value])
    subscribers: dict[int, tuple[int, str, bool]] = {}
    themes: dict[int, set[int]] = {}
    lines: dict[int, int] = {}
    for point, id_, status, leaving, theme_ids, line in bulk.execute(
        way.sql(_KNOWN), [way.bit, row.pk, town.pk, list(points)]
    ):
        subscribers[point] = (id_, status, leaving)
        themes[id_] = set(theme_ids)
        if line is not None:
            lines[id_] = line
    stops, theme_stops = _stops(town, points, at=at)
    return _Known(
        subscribers=subscribers, themes=themes, lines=lines, stops=stops, theme_stops=theme_stops
    )


def _stops(
    town: Town, points: Set[int], *, at: datetime
) -> tuple[dict[int, StopReason], set[tuple[int, int]]]:
    whole: dict[int, StopReason] = {}
    themes: set[tuple[int, int]] = set()
    for point, theme, reason in bulk.execute(
        _STOPS, [town.pk, list(points), at, int(StopReason.PAUSED)]
    ):
        if theme is None:
            whole[point] = StopReason(reason)
        else:
            themes.add((point, theme))
    return whole, themes


def _sort(one: Wanted, known: _Known, result: Result) -> bool:
    """Whether anything is to be written for this address; counts and tells why not."""
    subscriber, status, leaving = known.subscribers.get(one.point, (None, "", False))
    stop = known.stops.get(one.point)
    if subscriber is None and stop is None:
        result.added += 1
        return True
    one.subscriber = subscriber
    if stop in (StopReason.BOUNCED, StopReason.COMPLAINED):
        return _refuse(one, RowReason.BOUNCED, result)
    one.theme_ids -= {t for t in one.theme_ids if (one.point, t) in known.theme_stops}
    if status == Status.LEFT or leaving or stop is not None or not one.theme_ids:
        return _refuse(one, RowReason.STOPPED, result)
    first_line = known.lines.get(subscriber or 0)
    missing = one.theme_ids - known.themes.get(subscriber or 0, set())
    if first_line is not None:
        explain(result, one.person, RowReason.DUPLICATE, other_line=first_line)
    elif not missing:
        result.known += 1
        explain(result, one.person, RowReason.KNOWN)
    else:
        result.extended += 1
    one.theme_ids = missing
    return bool(missing)


def _refuse(one: Wanted, reason: RowReason, result: Result) -> bool:
    one.is_refused = True
    one.theme_ids = set()
    result.stopped += 1
    explain(result, one.person, reason)
    return False


def _add(town: Town, row: Import, new: Sequence[Wanted], way: Way, *, at: datetime) -> None:
    if not new:
        return
    sealer = sealed.Sealer(town)
    names = [_seal_name(sealer, one.person.name) for one in new]
    made = dict(
        bulk.execute(
            way.sql(_SUBSCRIBERS),
            [
                town.pk,
                Status.ACTIVE.value,
                Origin.IMPORT.value,
                at,
                at,
                row.pk,
                [one.point for one in new],
                [name for name, _, _ in names],
                [key_id for _, key_id, _ in names],
                [family for _, _, family in names],
            ],
        )
    )
    for one in new:
        one.subscriber = made[one.point]


def _seal_name(
    sealer: sealed.Sealer, name: PersonName
) -> tuple[bytes | None, int | None, bytes | None]:
    if not (name.first_name or name.family_name):
        return None, None, None
    packed = sealer.seal(sealed.NAME, sealed.pack_name(name))
    family = sealed.family_plain(name)
    mark = sealer.fingerprint(sealed.NAME, family) if family else None
    return packed.bytes, packed.key_id, mark


def _wake(town: Town, known: _Known, kept: Sequence[Wanted], *, at: datetime) -> None:
    """People who asked on the public page and never confirmed: this consent is proof enough."""
    waiting = [
        one.subscriber or 0
        for one in kept
        if known.subscribers.get(one.point, (0, "", False))[1] == Status.PENDING
    ]
    if waiting:
        Subscriber.objects.of(town).filter(pk__in=waiting).update(
            status=Status.ACTIVE, confirmed_at=at
        )


def _columns(wanted: Sequence[Wanted]) -> list[list[int]]:
    """Subscribers, themes, channels; empty when nothing is wanted."""
    rows = [(one.subscriber or 0, theme, one.channels) for one in wanted for theme in one.theme_ids]
    return [list(column) for column in zip(*sorted(rows), strict=True)]


def _subscribe(
    town: Town, row: Import, wanted: Sequence[Wanted], known: _Known, *, at: datetime
) -> None:
    """Opens what is missing, adds a channel to what is open already, and proves each."""
    if columns := _columns(wanted):
        bulk.execute(_SUBSCRIPTIONS, [town.pk, at, Origin.IMPORT.value, row.pk, *columns])
    if columns := _columns([one for one in wanted if one.point in known.subscribers]):
        bulk.execute(_MORE_CHANNELS, [*columns, town.pk])
    groups: dict[tuple[tuple[int, ...], int], list[Wanted]] = defaultdict(list)
    for one in wanted:
        if one.theme_ids:
            groups[tuple(sorted(one.theme_ids)), one.channels].append(one)
    names = dict(Theme.objects.of(town).values_list("id", "name"))
    for (themes, channels), group in groups.items():
        bulk.execute(
            _PROOFS,
            [
                town.pk,
                ProofAction.GIVEN.value,
                at,
                Origin.IMPORT.value,
                row.consent_text_id,
                list(themes),
                [names[theme] for theme in themes],
                [channels] * len(themes),
                row.collected_on,
                row.created_by_id,
                row.pk,
                [one.subscriber for one in group],
                [one.person.line for one in group],
            ],
        )
