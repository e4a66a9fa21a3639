"""Green, amber or red: each record compared by what it does, not by its wording."""

from collections.abc import Callable
from dataclasses import replace

from beffroi.kit.mail_records import spf, tags
from beffroi.kit.mail_records.seen import Answer, Fact, Finding, Light, Sight, Status
from beffroi.kit.mail_records.wanted import Kind, Wanted

Opinion = tuple[Light, Fact]
RIGHT: Opinion = (Light.GREEN, Fact.RIGHT)

_NEEDED = frozenset({Kind.MX, Kind.SPF, Kind.DKIM, Kind.DMARC})
"""Without these, mail does not come in, or is taken for junk or for a forgery."""


def judge(wanted: Wanted, sight: Sight) -> Finding:
    asked = sight.authority if sight.authority.status is not Status.SILENT else sight.world
    if asked.status is Status.SILENT:
        return Finding(wanted=wanted, light=Light.AMBER, fact=Fact.NO_ANSWER)
    if asked.status is Status.NO_DOMAIN:
        return Finding(wanted=wanted, light=Light.RED, fact=Fact.NO_DOMAIN)
    light, fact = _opinion(wanted, asked)
    finding = Finding(wanted=wanted, light=light, fact=fact, seen=asked.values)
    if light is Light.GREEN and _lags(wanted, sight):
        wait_s = max(sight.world.ttl_s, 60)
        return replace(finding, light=Light.AMBER, fact=Fact.NOT_YET_EVERYWHERE, wait_s=wait_s)
    return finding


def _lags(wanted: Wanted, sight: Sight) -> bool:
    if sight.world.status is Status.SILENT:
        return False
    gone = sight.world.status is Status.NO_DOMAIN
    return gone or _opinion(wanted, sight.world)[0] is not Light.GREEN


def _opinion(wanted: Wanted, answer: Answer) -> Opinion:
    if answer.status is not Status.FOUND or not answer.values:
        return _missing(wanted)
    light, fact = _READERS[wanted.kind](wanted, answer.values)
    if wanted.awaited and light is Light.RED:
        return Light.AMBER, Fact.DKIM_AWAITED
    return light, fact


def _missing(wanted: Wanted) -> Opinion:
    if wanted.awaited:
        return Light.AMBER, Fact.DKIM_AWAITED
    return (Light.RED if wanted.kind in _NEEDED else Light.AMBER), Fact.MISSING


def _mx(wanted: Wanted, values: tuple[str, ...]) -> Opinion:
    ours = _host(wanted.value)
    found = sorted((int(v.split()[0]), _host(v)) for v in values)
    if found == [(found[0][0], "")]:
        return Light.RED, Fact.MX_NULL
    if ours not in {host for _, host in found}:
        return Light.RED, Fact.ELSEWHERE
    best = min(preference for preference, host in found if host == ours)
    others = [preference for preference, host in found if host != ours]
    if not others:
        return RIGHT
    return (Light.RED, Fact.MX_SHARED) if min(others) <= best else (Light.AMBER, Fact.MX_SPARE)


def _host(value: str) -> str:
    return value.split()[-1].rstrip(".").lower()


def _spf(wanted: Wanted, values: tuple[str, ...]) -> Opinion:
    found = spf.policies(values)
    if len(found) != 1:
        return Light.RED, Fact.SEVERAL if found else Fact.MISSING
    try:
        policy = spf.read(found[0])
    except spf.NotSpf:
        return Light.RED, Fact.BROKEN
    include = spf.read(wanted.value).terms[0].value
    if policy.closing == "+":
        return Light.RED, Fact.SPF_OPEN
    if policy.lookups > spf.MAX_LOOKUPS:
        return Light.RED, Fact.SPF_TOO_LONG
    if any(term.value.lower() == include.lower() for term in policy.behind_all):
        return Light.RED, Fact.SPF_BEHIND_ALL
    if not (policy.lets_in("include", include) or policy.redirect.lower() == include.lower()):
        return _without_us(policy)
    if policy.closing in {"~", "-"} or policy.redirect:
        return RIGHT
    return Light.AMBER, Fact.SPF_NEUTRAL


def _without_us(policy: spf.Policy) -> Opinion:
    """« mx » lets our servers in as long as the domain's mail comes to us."""
    if policy.lets_in("mx", ""):
        return Light.AMBER, Fact.SPF_BY_MX
    return Light.RED, Fact.SPF_WITHOUT_US


def _dkim(wanted: Wanted, values: tuple[str, ...]) -> Opinion:
    if len(values) > 1:
        return Light.RED, Fact.SEVERAL
    found = tags.read(values[0])
    if found is None or found.get("v", "DKIM1") != "DKIM1" or "p" not in found:
        return Light.RED, Fact.BROKEN
    ours = tags.read(wanted.value) or {}
    if found["p"] != ours["p"] or found.get("k", "rsa") != ours["k"]:
        return Light.RED, Fact.DKIM_OTHER_KEY
    if "y" in found.get("t", "").split(":"):
        return Light.AMBER, Fact.DKIM_TESTING
    return RIGHT


def _dmarc(wanted: Wanted, values: tuple[str, ...]) -> Opinion:
    found = tags.of_version(values, "DMARC1")
    if len(found) != 1:
        return Light.RED, Fact.SEVERAL if found else Fact.MISSING
    policy = tags.read(found[0])
    if policy is None or policy.get("p", "").lower() not in {"none", "quarantine", "reject"}:
        return Light.RED, Fact.BROKEN
    if policy["p"].lower() == "none":
        return Light.AMBER, Fact.DMARC_WATCHES_ONLY
    if policy.get("pct", "100") != "100" or policy.get("sp", "").lower() == "none":
        return Light.AMBER, Fact.DMARC_IN_PART
    return _reports(wanted, policy)


def _reports(wanted: Wanted, found: dict[str, str]) -> Opinion:
    ours = tags.addresses(tags.read(wanted.value) or {})
    if set(ours) <= set(tags.addresses(found)):
        return RIGHT
    return Light.AMBER, Fact.REPORTS_ELSEWHERE


def _tls_rpt(wanted: Wanted, values: tuple[str, ...]) -> Opinion:
    found = tags.of_version(values, "TLSRPTv1")
    if len(found) != 1:
        return Light.AMBER, Fact.SEVERAL if found else Fact.MISSING
    read = tags.read(found[0])
    return (Light.AMBER, Fact.BROKEN) if read is None else _reports(wanted, read)


def _mta_sts(wanted: Wanted, values: tuple[str, ...]) -> Opinion:
    found = tags.of_version(values, "STSv1")
    if len(found) != 1:
        return Light.AMBER, Fact.SEVERAL if found else Fact.MISSING
    read, ours = tags.read(found[0]), tags.read(wanted.value) or {}
    if read is None or "id" not in read:
        return Light.AMBER, Fact.BROKEN
    return RIGHT if read["id"] == ours["id"] else (Light.AMBER, Fact.STS_OLD)


def _alias(wanted: Wanted, values: tuple[str, ...]) -> Opinion:
    if _host(values[0]) == wanted.value.lower():
        return RIGHT
    return Light.AMBER, Fact.ELSEWHERE


def _site(wanted: Wanted, values: tuple[str, ...]) -> Opinion:
    """A town that has a site keeps it."""
    if _host(values[0]) == wanted.value.lower():
        return RIGHT
    return Light.GREEN, Fact.SITE_ELSEWHERE


def _door(wanted: Wanted, values: tuple[str, ...]) -> Opinion:
    ours = wanted.value.lower().split()[2:]
    if any(value.lower().rstrip(".").split()[2:] == ours for value in values):
        return RIGHT
    return Light.AMBER, Fact.ELSEWHERE


_READERS: dict[Kind, Callable[[Wanted, tuple[str, ...]], Opinion]] = {
    Kind.MX: _mx,
    Kind.SPF: _spf,
    Kind.DKIM: _dkim,
    Kind.DMARC: _dmarc,
    Kind.TLS_RPT: _tls_rpt,
    Kind.MTA_STS: _mta_sts,
    Kind.MTA_STS_HOST: _alias,
    Kind.AUTOCONFIG: _alias,
    Kind.AUTODISCOVER: _alias,
    Kind.SRV_IMAPS: _door,
    Kind.SRV_SUBMISSIONS: _door,
    Kind.SRV_SUBMISSION: _door,
    Kind.WWW: _site,
}
