"""The operator's providers, one URL each.

smpp://user:password@host:port?name=alpha&weight=51&per_s=100&window=100&ids=hex&tls=yes&system_type=x&final=0x403
ovh://application-key:application-secret@consumer-key/sms-ab12345-1?name=ovh&per_s=20
brevo://:api-key@brevo?name=brevo
file:///etc/beffroi/provider.json?name=autre          any other HTTP API, described in that file (gateways/sms/README.md)
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypedDict
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from beffroi.gateways.sms.catalogue import BadDescription, Description, brevo, from_file, ovh
from beffroi.gateways.sms.receipts import Ids

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")
WEIGHTS = range(101)
SMPP_PORT, SMPPS_PORT = 2775, 3550


class BadProvider(Exception):
    """This is not the address of a provider; says why, without its password."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    name: str
    weight: int = 50
    """Its share beside the others; 0: only when no other works."""
    per_s: float = 50.0
    """Parts per second that the contract allows."""
    window: int = 100
    """Submissions that may wait for their answer together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SmppProvider(Provider):
    host: str
    port: int = SMPP_PORT
    user: str = ""
    password: str = field(default="", repr=False)
    system_type: str = ""
    ids: Ids = Ids.SAME
    tls: bool = False
    final: frozenset[int] = frozenset()
    """This provider's own command statuses that will never change."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpProvider(Provider):
    description: Description


class _Common(TypedDict):
    """The options of every kind, read."""

    name: str
    weight: int
    per_s: float
    window: int


def providers_from(text: str) -> list[Provider]:
    """One per line or separated by spaces. Raises: BadProvider."""
    found = [_provider(url) for url in text.split()]
    names = [each.name for each in found]
    if len(set(names)) < len(names):
        raise BadProvider(f"two providers of the same name: {', '.join(sorted(names))}")
    if found and not any(each.weight for each in found):
        raise BadProvider("every weight is 0: nothing would be sent")
    return found


def _provider(url: str) -> Provider:
    try:
        parts = urlsplit(url)
        options = {name: values[0] for name, values in parse_qs(parts.query).items()}
        return _smpp(parts, options) if parts.scheme == "smpp" else _http(parts, options)
    except (ValueError, BadDescription) as bad:
        raise BadProvider(f"{url.partition(':')[0]}: {bad}") from bad


def _smpp(parts: SplitResult, options: dict[str, str]) -> Provider:
    if not parts.hostname:
        raise ValueError("no host")
    tls = _switch(options, "tls")
    provider = SmppProvider(
        **_common(options, default_name=parts.hostname.partition(".")[0], window=100),
        host=parts.hostname,
        port=parts.port or (SMPPS_PORT if tls else SMPP_PORT),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        system_type=options.pop("system_type", ""),
        ids=Ids(options.pop("ids", "same")),
        tls=tls,
        final=frozenset(int(code, 0) for code in _listed(options.pop("final", ""))),
    )
    _nothing_left(options)
    return provider


def _http(parts: SplitResult, options: dict[str, str]) -> Provider:
    base = options.pop("base", "")
    if parts.scheme == "ovh":
        description = ovh(
            application=unquote(parts.username or ""),
            secret=unquote(parts.password or ""),
            consumer=_as_written(parts),
            service=parts.path.strip("/"),
            base=base,
        )
    elif parts.scheme == "brevo":
        description = brevo(key=unquote(parts.password or ""), base=base)
    elif parts.scheme == "file":
        description = from_file(unquote(parts.path))
    else:
        raise ValueError("expected smpp:, ovh:, brevo: or file:")
    common = _common(options, default_name=parts.scheme, window=16)
    _nothing_left(options)
    return HttpProvider(**common, description=description)


def _as_written(parts: SplitResult) -> str:
    """The host, its capitals kept: it is a key."""
    return parts.netloc.rpartition("@")[2]


def _common(options: dict[str, str], *, default_name: str, window: int) -> _Common:
    name = options.pop("name", default_name)
    if not _NAME.fullmatch(name):
        raise ValueError(f"name {name!r}: small letters, digits and hyphens only")
    weight = int(options.pop("weight", "50"))
    per_s = float(options.pop("per_s", "50"))
    asked = int(options.pop("window", str(window)))
    if weight not in WEIGHTS:
        raise ValueError("weight: from 0 to 100")
    if not 0 < per_s < math.inf:
        raise ValueError("per_s: more than 0")
    if not 1 <= asked <= 1_000:
        raise ValueError("window: from 1 to 1000")
    return {"name": name, "weight": weight, "per_s": per_s, "window": asked}


def _switch(options: dict[str, str], name: str) -> bool:
    value = options.pop(name, "no")
    if value not in {"yes", "no"}:
        raise ValueError(f"{name}: yes or no")
    return value == "yes"


def _listed(text: str) -> Iterator[str]:
    return (each for each in text.split(",") if each)


def _nothing_left(options: dict[str, str]) -> None:
    if options:
        raise ValueError(f"unknown option {', '.join(sorted(options))}")
