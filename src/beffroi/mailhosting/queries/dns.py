"""What the pages say of a domain in the DNS, and of what mail hosts report."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.db.models import Sum

from beffroi.gateways.dns.registrars import REGISTRARS
from beffroi.kit import domain_names
from beffroi.kit.domain_names import Proposal
from beffroi.kit.mail_records.seen import Fact, Finding, Light
from beffroi.kit.mail_records.wanted import Kind, Wanted
from beffroi.mailhosting import dns_words, findings
from beffroi.mailhosting.models import DnsCheck, Domain, MailReport, Publisher
from beffroi.mailhosting.models.dns import BY_UPDATE
from beffroi.towns import communes
from beffroi.towns.models import Town

NEEDED = frozenset({Kind.MX, Kind.SPF, Kind.DKIM, Kind.DMARC})


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One line as a registrar's page asks for it."""

    label: str
    technical: str
    host: str
    """The part before the domain; « @ » for the domain itself."""
    wanted: Wanted
    light: Light
    sentence: str
    seen: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    checked_at: datetime
    light: Light
    """Of what mail needs; the rest is comfort."""
    exists: bool
    needed: tuple[Record, ...]
    comfort: tuple[Record, ...]

    @property
    def to_do(self) -> int:
        return sum(record.light is Light.RED for record in self.needed)


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """Who writes the records from now on."""

    name: str
    is_here: bool
    written_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reported:
    """Sums over a period: how much was good, and what was bad, the most frequent first."""

    reporters: int
    good: int
    bad: int
    details: tuple[tuple[str, int], ...]


def verdict(town: Town, domain: Domain) -> Verdict | None:
    """As it was seen last; None before the first look."""
    check = DnsCheck.objects.of(town).filter(domain=domain).first()
    if check is None:
        return None
    found = findings.read(check.findings)
    needed = tuple(_record(domain, one) for one in found if one.wanted.kind in NEEDED)
    comfort = tuple(_record(domain, one) for one in found if one.wanted.kind not in NEEDED)
    return Verdict(
        checked_at=check.checked_at,
        light=findings.worst(tuple(one for one in found if one.wanted.kind in NEEDED)),
        exists=not any(one.fact is Fact.NO_DOMAIN for one in found),
        needed=needed,
        comfort=comfort,
    )


def _record(domain: Domain, finding: Finding) -> Record:
    kind = finding.wanted.kind
    return Record(
        label=str(dns_words.LABELS[kind]),
        technical=dns_words.TECHNICAL[kind],
        host=finding.wanted.name.removesuffix(domain.name).rstrip(".") or "@",
        wanted=finding.wanted,
        light=finding.light,
        sentence=dns_words.sentence(finding),
        seen=finding.seen if finding.light is not Light.GREEN else (),
    )


def way(town: Town, domain: Domain) -> Way | None:
    """None: by hand."""
    row = Publisher.objects.of(town).filter(domain=domain).first()
    if row is None:
        return None
    is_here = row.way == BY_UPDATE
    name = "" if is_here else REGISTRARS[row.way].name
    return Way(name=name, is_here=is_here, written_at=row.written_at)


def registrars(town: Town) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """(key, name, page of its API keys, names of the keys)."""
    return [(key, one.name, one.keys_page, one.keys) for key, one in REGISTRARS.items()]


def proposals(town: Town) -> tuple[Proposal, ...]:
    """Names for the commune that nobody of this house has taken; empty for a town that is no commune."""
    commune = communes.everyone().get(town.insee_code)
    if commune is None:
        return ()
    return domain_names.proposals(
        commune.name,
        department=commune.department_code,
        bearers=lambda form: _bearers().get(form, 0),
    )


@cache
def _bearers() -> dict[str, int]:
    return domain_names.count_bearers(one.name for one in communes.everyone().values())


def reported(town: Town, domain: Domain, kind: str, *, since: timedelta, at: datetime) -> Reported:
    rows = MailReport.objects.of(town).filter(domain=domain, kind=kind, ends__gte=at - since)
    sums = rows.aggregate(good=Sum("good", default=0), bad=Sum("bad", default=0))
    bad: Counter[str] = Counter()
    for details in rows.values_list("details", flat=True):
        for what, count in details:
            bad[str(what)] += int(count)
    return Reported(
        reporters=rows.values("reporter").distinct().count(),
        good=sums["good"],
        bad=sums["bad"],
        details=tuple(bad.most_common(5)),
    )
