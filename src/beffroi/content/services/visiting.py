"""A visit to a source: asked for what changed, read, its photographs fetched, taken in. No transaction is open while a socket is."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from beffroi.content import brought, weighing
from beffroi.content.facts import Found, NoSuchSource, Reading
from beffroi.content.models import Entry, Run, Source
from beffroi.content.readers import discover
from beffroi.content.reading import Asked, read
from beffroi.content.services import importing, pictures
from beffroi.content.weighing import LabelLine
from beffroi.content.words import Flaw, Format, Verdict
from beffroi.gateways import sources as gateway
from beffroi.gateways.feeds import Mark
from beffroi.gateways.sources import Fetched
from beffroi.kit import images
from beffroi.towns.models import Agent, Town

log = logging.getLogger(__name__)
MAX_PAGES = 20
"""Of a source that serves itself in pages: 2,000 posts of a WordPress site."""
MAX_PICTURES = 30
"""Fetched in one visit; the next one goes on."""
LOOK_TIMEOUT_S = 8.0
SAMPLES, SAMPLE_THINGS = 4, 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One of the things that a site offers, as the agent is shown it before following it."""

    format: Format
    address: str
    title: str
    count: int
    left_out: int
    """Of these: gone by already."""
    found: tuple[Found, ...]
    """The first."""
    labels: tuple[LabelLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """What a site has to follow; `failure` is a `gateways.sources.Outcome`, empty when it answered."""

    failure: str
    samples: tuple[Sample, ...]


def visit(
    town: Town,
    source_id: int,
    *,
    by: Agent | None,
    at: datetime,
    allow_loopback: bool = False,
) -> Run | None:
    """None: it has not changed, or failed (the source then says how). `by`: None for the agent who waits, or the clock.

    Raises: NoSuchSource.
    """
    rows = Source.objects.of(town).select_related("wanted_by")
    source = rows.filter(pk=source_id, removed_at=None).first()
    if source is None or not source.address:
        raise NoSuchSource(source_id)
    try:
        return _visited(
            town, source, by=by or source.wanted_by, at=at, allow_loopback=allow_loopback
        )
    finally:
        waiting = Source.objects.of(town).filter(pk=source.pk, wanted_at__lte=at)
        waiting.update(wanted_at=None, wanted_by=None)


def _visited(
    town: Town, source: Source, *, by: Agent | None, at: datetime, allow_loopback: bool
) -> Run | None:
    seen = Mark(etag=source.etag, last_modified=source.last_modified)
    fetched = gateway.fetch_document(source.address, seen=seen, allow_loopback=allow_loopback)
    if fetched.outcome == gateway.Outcome.UNCHANGED:
        _mark(source, mark=seen, failure="", at=at)
        return None
    if fetched.outcome != gateway.Outcome.FETCHED:
        _failed(source, fetched.outcome.value, at=at)
        return None
    reading = _read_all(town, source, fetched, at=at, allow_loopback=allow_loopback)
    if not reading.found and any(one.flaw is Flaw.UNREADABLE for one in reading.remarks):
        _failed(source, Flaw.UNREADABLE.value, at=at)
        return None
    held = photos(town, source, reading, at=at, allow_loopback=allow_loopback)
    with transaction.atomic():
        run = importing.take(town, source, reading, by=by, at=at, pictures=held)
        _mark(source, mark=fetched.mark, failure="", at=at)
    return run


def look(town: Town, address: str, *, at: datetime, allow_loopback: bool = False) -> Offer:
    """What can be followed at this address: itself, or what its page announces. Nothing is kept."""
    fetched = gateway.fetch_document(
        address, timeout_s=LOOK_TIMEOUT_S, allow_loopback=allow_loopback
    )
    if fetched.outcome != gateway.Outcome.FETCHED:
        return Offer(failure=fetched.outcome.value, samples=())
    itself = discover.recognise(fetched.body, fetched.content_type)
    samples = []
    if itself is not None:
        samples.append(_sample(town, fetched, itself, "", at=at))
    candidates = discover.discover(
        fetched.body, address=fetched.address or address, link_header=fetched.link
    )
    for one in candidates[:SAMPLES]:
        answer = gateway.fetch_document(
            one.address, timeout_s=LOOK_TIMEOUT_S, allow_loopback=allow_loopback
        )
        if answer.outcome == gateway.Outcome.FETCHED:
            samples.append(_sample(town, answer, one.format, one.title, at=at))
    return Offer(failure="", samples=tuple(one for one in samples if one.count))


def _sample(town: Town, fetched: Fetched, format_: Format, title: str, *, at: datetime) -> Sample:
    asked = Asked(
        format=format_,
        at=at,
        address=fetched.address,
        content_type=fetched.content_type,
        insee_codes=brought.insee_codes(town),
    )
    reading = read(fetched.body, asked)
    verdicts = weighing.weigh_all(town, None, reading, {}, at=at)
    things = weighing.first_things(reading, verdicts, most=SAMPLE_THINGS)
    return Sample(
        format=format_,
        address=fetched.address,
        title=reading.title or title,
        count=len(reading.found),
        left_out=sum(verdict is Verdict.LEFT_OUT for verdict in verdicts.values()),
        found=tuple(one.found for one in things),
        labels=weighing.labels_of(reading.found, {}),
    )


def _read_all(
    town: Town, source: Source, fetched: Fetched, *, at: datetime, allow_loopback: bool
) -> Reading:
    asked = replace(brought.asked(town, source, at=at), address=source.address)
    first = read(
        fetched.body,
        replace(asked, address=fetched.address, content_type=fetched.content_type),
    )
    whole, following = first, first.next_page
    for _ in range(MAX_PAGES):
        if not following or source.asked_at is not None:  # later visits only want what is new
            break
        more = gateway.fetch_document(following, allow_loopback=allow_loopback)
        if more.outcome != gateway.Outcome.FETCHED:
            break
        reading = read(more.body, replace(asked, address=following))
        if not reading.found:
            break
        whole = replace(
            whole, found=whole.found + reading.found, remarks=whole.remarks + reading.remarks
        )
        following = reading.next_page
    return whole


def photos(
    town: Town,
    source: Source | None,
    reading: Reading,
    *,
    at: datetime,
    allow_loopback: bool,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, int]:
    """Of entries that have none yet. A picture that cannot be had is no reason to leave its entry out.

    `tell`: how many were asked for, of how many.
    """
    known = Entry.objects.of(town).filter(source=source, picture__isnull=False)
    held = set(known.values_list("key", flat=True)) if source else set()
    wanted = _wanted(reading.found, held)
    found = {}
    for n, url in enumerate(wanted):
        tell(n, len(wanted))
        fetched = gateway.fetch_picture(url, allow_loopback=allow_loopback)
        if fetched.outcome != gateway.Outcome.FETCHED:
            continue
        try:
            found[url] = pictures.add(town, fetched.body, at=at).pk
        except images.BadImage:
            log.info(
                "source.bad_picture",
                extra={"town_id": town.pk, "source_id": source.pk if source else None},
            )
    if wanted:
        tell(len(wanted), len(wanted))
    return found


def _wanted(found: Iterable[Found], held: set[str]) -> list[str]:
    urls = (one.picture.url for one in found if one.picture and one.key not in held)
    return list(dict.fromkeys(urls))[:MAX_PICTURES]


def _failed(source: Source, failure: str, *, at: datetime) -> None:
    _mark(
        source,
        mark=Mark(etag=source.etag, last_modified=source.last_modified),
        failure=failure,
        at=at,
    )
    log.warning("source.failed", extra={"source_id": source.pk, "why": failure})


def _mark(source: Source, *, mark: Mark, failure: str, at: datetime) -> None:
    Source.objects.of(source.town).filter(pk=source.pk).update(
        etag=mark.etag[:200],
        last_modified=mark.last_modified[:80],
        asked_at=at,
        failure=failure,
        failing_since=(source.failing_since or at) if failure else None,
    )
