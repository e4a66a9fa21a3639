"""Is our mail reaching people? What is known of it, domain by domain."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.cache import cache

from beffroi.gateways.dns.lists import Standing
from beffroi.kit.mail_records.seen import Light
from beffroi.mailhosting.models import Domain, LoopTest, MailReport
from beffroi.mailhosting.queries import dns, domains
from beffroi.mailhosting.queries.dns import Reported
from beffroi.mailhosting.trials import PATIENCE, QUEUE, STANDING
from beffroi.towns.models import Town

PERIOD, STUCK = timedelta(days=30), timedelta(hours=4)


@dataclass(frozen=True, kw_only=True, slots=True)
class Loop:
    """The last letter out and back."""

    sent_at: datetime
    took_s: int | None
    """None: not back."""
    is_lost: bool
    was_refused: bool
    back_lately: int
    sent_lately: int
    """In the last day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue:
    """Letters of the domain that wait to leave."""

    letters: int
    since: datetime | None
    is_stuck: bool
    """The oldest waits for hours: the other side is down, or refuses us."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    domain: Domain
    dns: Light | None
    loop: Loop | None
    queue: Queue | None
    """None: nothing is known of it."""
    dmarc: Reported
    tls: Reported


@dataclass(frozen=True, kw_only=True, slots=True)
class BlackLists:
    asked: bool
    listed: tuple[str, ...]
    clear: int
    unknown: int


def arrivals(town: Town, *, at: datetime) -> list[Arrival]:
    return [_arrival(town, one, at=at) for one in domains.domains(town)]


def _arrival(town: Town, domain: Domain, *, at: datetime) -> Arrival:
    verdict = dns.verdict(town, domain)
    return Arrival(
        domain=domain,
        dns=verdict.light if verdict else None,
        loop=_loop(town, domain, at=at),
        queue=_queue(domain, at=at),
        dmarc=dns.reported(town, domain, MailReport.Kind.DMARC, since=PERIOD, at=at),
        tls=dns.reported(town, domain, MailReport.Kind.TLS, since=PERIOD, at=at),
    )


def _loop(town: Town, domain: Domain, *, at: datetime) -> Loop | None:
    tests = LoopTest.objects.of(town).filter(domain=domain)
    last = tests.first()
    if last is None:
        return None
    day = tests.filter(sent_at__gte=at - timedelta(days=1))
    took = last.back_at - last.sent_at if last.back_at else None
    return Loop(
        sent_at=last.sent_at,
        took_s=int(took.total_seconds()) if took is not None else None,
        is_lost=took is None and last.sent_at < at - PATIENCE,
        was_refused=not last.accepted,
        back_lately=day.exclude(back_at=None).count(),
        sent_lately=day.count(),
    )


def _queue(domain: Domain, *, at: datetime) -> Queue | None:
    found = cache.get(QUEUE)
    if found is None:
        return None
    waiting = found.get(domain.name)
    if waiting is None:
        return Queue(letters=0, since=None, is_stuck=False)
    since = datetime.fromtimestamp(waiting.oldest_s, UTC)
    return Queue(letters=waiting.letters, since=since, is_stuck=since < at - STUCK)


def black_lists(town: Town) -> BlackLists:
    """Of the servers that the town shares with the others of the house."""
    found = cache.get(STANDING)
    listings = found or ()
    return BlackLists(
        asked=found is not None,
        listed=tuple(sorted({one.list for one in listings if one.standing is Standing.LISTED})),
        clear=sum(one.standing is Standing.CLEAR for one in listings),
        unknown=sum(one.standing is Standing.UNKNOWN for one in listings),
    )
