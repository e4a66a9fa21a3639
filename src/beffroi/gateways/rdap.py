"""Is a name free? Asked of the registry itself over RDAP (RFC 9082, 9083, 9224); what is not certain is said to be unknown."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from beffroi.gateways import fetch
from beffroi.gateways.fetch import NotFetched

BOOTSTRAP = "https://data.iana.org/rdap/dns.json"
AFNIC = "https://rdap.nic.fr/"
_KNOWN = dict.fromkeys(("fr", "re", "pm", "tf", "wf", "yt"), AFNIC)
"""The registry of every commune's first choice is known here: one question less, and IANA may be down."""
TIMEOUT_S = 6.0
_MAX_BYTES = 1024 * 1024  # an answer weighs a few kB, the bootstrap file 100 kB
_HEADERS = {"Accept": "application/rdap+json, application/json"}


class Availability(StrEnum):
    FREE = "free"
    TAKEN = "taken"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Registration:
    availability: Availability
    registrar: str = ""
    expires: datetime | None = None


UNKNOWN = Registration(availability=Availability.UNKNOWN)
FREE = Registration(availability=Availability.FREE)


def look_up(
    domain: str, *, registry: str = "", bootstrap: str = BOOTSTRAP, allow_loopback: bool = False
) -> Registration:
    """Never raises: no answer, a refusal, or an answer that is no RDAP is UNKNOWN. `registry`: instead of looking for it."""
    try:
        base = registry or _registry_of(domain, bootstrap, allow_loopback=allow_loopback)
        answer = _get(f"{base.rstrip('/')}/domain/{domain}", allow_loopback=allow_loopback)
    except NotFetched:
        return UNKNOWN
    if answer.status == HTTPStatus.NOT_FOUND:
        return FREE if _is_a_registry_s_no(answer.body) else UNKNOWN
    if answer.status == HTTPStatus.OK:
        return _registration(domain, _read(answer.body))
    return UNKNOWN


def _registry_of(domain: str, bootstrap: str, *, allow_loopback: bool) -> str:
    """Raises: NotFetched."""
    ending = domain.rpartition(".")[2]
    if ending in _KNOWN and bootstrap == BOOTSTRAP:
        return _KNOWN[ending]
    answer = _get(bootstrap, allow_loopback=allow_loopback)
    services = _read(answer.body).get("services")
    for entry in services if isinstance(services, list) else ():
        match entry:
            case [list(endings), [str(address), *_]] if ending in endings:
                return address
    raise NotFetched("no registry speaks RDAP for this ending")


def _get(address: str, *, allow_loopback: bool) -> fetch.Answer:
    return fetch.get(
        address,
        max_bytes=_MAX_BYTES,
        headers=_HEADERS,
        allow_loopback=allow_loopback,
        timeout_s=TIMEOUT_S,
    )


def _is_a_registry_s_no(body: bytes) -> bool:
    """RFC 7480: a 404 may come without a body; a web server's own page of error is not the registry's word."""
    return not body.strip() or _read(body).get("errorCode") == HTTPStatus.NOT_FOUND


def _registration(domain: str, found: dict[str, Any]) -> Registration:
    if (
        found.get("objectClassName") != "domain"
        or str(found.get("ldhName", "")).lower().rstrip(".") != domain
    ):
        return UNKNOWN
    return Registration(
        availability=Availability.TAKEN,
        registrar=_registrar(found.get("entities")),
        expires=_expiry(found.get("events")),
    )


def _registrar(entities: object) -> str:
    for entity in entities if isinstance(entities, list) else ():
        match entity:
            case {"roles": list(roles), "vcardArray": [_, list(lines)]} if "registrar" in roles:
                for line in lines:
                    match line:
                        case ["fn", _, _, str(name)]:
                            return name[:100]
    return ""


def _expiry(events: object) -> datetime | None:
    for event in events if isinstance(events, list) else ():
        match event:
            case {"eventAction": "expiration", "eventDate": str(written)}:
                try:
                    return datetime.fromisoformat(written)
                except ValueError:
                    return None
    return None


def _read(body: bytes) -> dict[str, Any]:
    """Nothing when it is no JSON object."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
