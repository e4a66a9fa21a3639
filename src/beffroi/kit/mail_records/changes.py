"""What to write so that a domain gets its records, touching nothing that does the same or is not mail's."""

from dataclasses import dataclass

from beffroi.kit.mail_records import spf, tags
from beffroi.kit.mail_records.seen import Fact, Finding, Light
from beffroi.kit.mail_records.wanted import TTL_S, Kind, Type, Wanted

_LEAVE = frozenset({Fact.NOT_YET_EVERYWHERE, Fact.NO_ANSWER, Fact.NO_DOMAIN, Fact.SITE_ELSEWHERE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    kind: Kind
    name: str
    type: Type
    remove: tuple[str, ...]
    add: str
    ttl_s: int = TTL_S


def plan(findings: tuple[Finding, ...]) -> tuple[Change, ...]:
    """Empty where nothing is to be done. A record that works but is weaker is left to the town's own choice."""
    return tuple(_change(one) for one in findings if _is_to_do(one))


def _is_to_do(finding: Finding) -> bool:
    if finding.fact in _LEAVE or finding.light is Light.GREEN:
        return False
    return finding.light is Light.RED or finding.fact in {
        Fact.MISSING,
        Fact.ELSEWHERE,
        Fact.REPORTS_ELSEWHERE,
        Fact.STS_OLD,
        Fact.DKIM_AWAITED,
        Fact.BROKEN,
        Fact.SEVERAL,
        Fact.SPF_BY_MX,
    }


def _change(finding: Finding) -> Change:
    wanted = finding.wanted
    return Change(
        kind=wanted.kind,
        name=wanted.name,
        type=wanted.type,
        remove=_replaced(wanted, finding.seen),
        add=_written(wanted, finding.seen),
    )


def _replaced(wanted: Wanted, seen: tuple[str, ...]) -> tuple[str, ...]:
    """At the domain's own name other texts live too: proofs for search engines and the like."""
    if wanted.kind is Kind.SPF:
        return tuple(spf.policies(seen))
    if wanted.kind is Kind.DMARC:
        return tuple(tags.of_version(seen, "DMARC1"))
    return seen


def _written(wanted: Wanted, seen: tuple[str, ...]) -> str:
    if wanted.kind is Kind.SPF and spf.policies(seen):
        return spf.merged(seen, spf.read(wanted.value).terms[0].value)
    if wanted.kind in {Kind.DMARC, Kind.TLS_RPT}:
        return _with_reports(wanted, seen)
    return wanted.value


def _with_reports(wanted: Wanted, seen: tuple[str, ...]) -> str:
    """A town's own policy stays, ours is only one more address for its reports."""
    ours = tags.read(wanted.value) or {}
    kept = [tags.read(text) for text in tags.of_version(seen, ours["v"])]
    if len(kept) != 1 or kept[0] is None or (wanted.kind is Kind.DMARC and "p" not in kept[0]):
        return wanted.value
    if ours["rua"].lower() in tags.addresses(kept[0]):
        return tags.write(kept[0])
    return tags.write(tags.with_address(kept[0], ours["rua"]))
