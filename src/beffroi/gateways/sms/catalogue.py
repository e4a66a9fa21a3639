"""HTTP providers, described rather than programmed: what to send, and where the answer says what."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from beffroi.gateways.sms import callbacks
from beffroi.gateways.sms.callbacks import Callback

OVH = "https://eu.api.ovh.com/1.0"
BREVO = "https://api.brevo.com/v3"
FINAL_STATUSES = frozenset({400, 404, 413, 422})
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_KNOWN = frozenset(
    {"url", "headers", "body", "form", "reference", "refused", "error", "final", "callback"}
)


class BadDescription(Exception):
    """A provider cannot be spoken to by this description; says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """What goes into the placeholders of a description."""

    to: str
    """E.164, with its +."""
    sender: str
    text: str
    unicode: bool
    """The text does not fit the GSM alphabet."""
    ttl_s: int
    urgent: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Description:
    """A body is JSON with placeholders: "{to}", "{digits}" (without +), "{sender}", "{text}", "{unicode}",
    "{ttl_min}", "{urgent}"; alone in a string they keep their type."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Any = None
    form: bool = False
    """Sent as a form rather than as JSON."""
    reference: str = ""
    """Where the answer names the message, e.g. ids.0"""
    refused: str = ""
    """Where the answer lists numbers that it will not serve."""
    error: str = "message"
    """Where a failed answer says why."""
    final: frozenset[int] = FINAL_STATUSES
    """HTTP statuses that will never change for this number or text."""
    sign: Callable[[str, str, int], Mapping[str, str]] | None = field(default=None, repr=False)
    """(url, body, unix time) -> headers."""
    callback: Callback | None = None
    """How it tells later what became of a message; None: it does not."""

    def written(self, letter: Letter) -> str:
        filled = _fill(self.body, _values(letter))
        return urlencode(filled) if self.form else json.dumps(filled, ensure_ascii=False)

    def headers_for(self, body: str, *, now: int) -> dict[str, str]:
        kind = "application/x-www-form-urlencoded" if self.form else "application/json"
        signed = self.sign(self.url, body, now) if self.sign is not None else {}
        return {"Content-Type": f"{kind}; charset=utf-8", **self.headers, **signed}


def ovh(
    *, application: str, secret: str, consumer: str, service: str, base: str = ""
) -> Description:
    """Source: OVHcloud API console, POST /sms/{serviceName}/jobs; « First steps with the OVHcloud APIs ».

    noStopClause: a town's message is no advertising, and with the clause OVHcloud holds it back at night.
    """
    for name, value in (("key", application), ("secret", secret), ("consumer key", consumer)):
        if not value:
            raise BadDescription(f"no {name}")
    if not service:
        raise BadDescription("no service name (sms-ab12345-1)")

    def sign(url: str, body: str, now: int) -> dict[str, str]:
        signed = "+".join((secret, consumer, "POST", url, body, str(now)))
        digest = hashlib.sha1(signed.encode(), usedforsecurity=False).hexdigest()
        return {"X-Ovh-Timestamp": str(now), "X-Ovh-Signature": f"$1${digest}"}

    return Description(
        url=f"{base or OVH}/sms/{service}/jobs",
        headers={"X-Ovh-Application": application, "X-Ovh-Consumer": consumer},
        body={
            "receivers": ["{to}"],
            "sender": "{sender}",
            "message": "{text}",
            "charset": "UTF-8",
            "noStopClause": True,
            "validityPeriod": "{ttl_min}",
        },
        reference="ids.0",
        refused="invalidReceivers",
        sign=sign,
        callback=callbacks.OVH,
    )


def brevo(*, key: str, base: str = "") -> Description:
    """Source: developers.brevo.com, « Send SMS message to a mobile number »; a STOP in the text makes it marketing."""
    if not key:
        raise BadDescription("no API key")
    return Description(
        url=f"{base or BREVO}/transactionalSMS/sms",
        headers={"api-key": key, "Accept": "application/json"},
        body={
            "type": "transactional",
            "unicodeEnabled": "{unicode}",
            "sender": "{sender}",
            "recipient": "{digits}",
            "content": "{text}",
        },
        reference="messageId",
        callback=callbacks.BREVO,
    )


def from_file(path: str) -> Description:
    """The operator's own description, the fields of `Description` in JSON. Raises: BadDescription."""
    try:
        told = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as unreadable:
        raise BadDescription(f"{path}: {unreadable.strerror}") from unreadable
    except ValueError as bad:
        raise BadDescription(f"{path}: not JSON") from bad
    if not isinstance(told, dict) or not str(told.get("url", "")).startswith(("http:", "https:")):
        raise BadDescription(f"{path}: no url")
    if unknown := sorted(set(told) - _KNOWN):
        raise BadDescription(f"{path}: unknown {', '.join(unknown)}")
    if "final" in told:
        told["final"] = frozenset(told["final"])
    if "callback" in told:
        try:
            told["callback"] = callbacks.declared(told["callback"])
        except ValueError as bad:
            raise BadDescription(f"{path}: callback: {bad}") from bad
    return Description(**told)


def _values(letter: Letter) -> dict[str, object]:
    return {
        "to": letter.to,
        "digits": letter.to.lstrip("+"),
        "sender": letter.sender,
        "text": letter.text,
        "unicode": letter.unicode,
        "ttl_min": max(1, letter.ttl_s // 60),
        "urgent": letter.urgent,
    }


def _fill(template: Any, values: Mapping[str, object]) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(template, dict):
        return {name: _fill(value, values) for name, value in template.items()}
    if isinstance(template, list):
        return [_fill(value, values) for value in template]
    if not isinstance(template, str):
        return template
    if template[:1] == "{" and template[1:-1] in values:
        return values[template[1:-1]]
    return _PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), template)
