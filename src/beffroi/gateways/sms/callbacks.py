"""What HTTP providers tell later, by a request of their own: receipts and answers, described like the sending."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from beffroi.gateways.parcels import Report, ReportKind
from beffroi.gateways.sms.places import at, text_at
from beffroi.gateways.sms.receipts import number_of

STOP = "STOP"
"""What a person is taken to have answered where the provider says only that they want no more."""
MAX_FIELDS = 100
MAX_EVENTS = 5_000
MAX_TEXT = 2_000
MAX_TOLD_FIELDS = 20
_CODE = re.compile(r"[0-9]{1,9}")
_FIELD = re.compile(r"[A-Za-z][\w.-]{0,39}")
_PLACES = ("events", "reference", "code", "sender", "text", "to")
_WORDS = ("delivered", "failed", "pending", "stopped")


class Unreadable(Exception):
    """Neither a receipt nor an answer; `fields` are the names, never the values, of what was said."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__("not a report")
        self.fields = fields


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """A place that says what became of a message, and its words for it. A word that is not listed proves nothing."""

    at: str
    delivered: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    pending: frozenset[str] = frozenset()
    """Known to prove nothing: the next status is not asked."""
    stopped: frozenset[str] = frozenset()
    """The person wants no more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Callback:
    """Each text names a place, as « status.name ». An event is an answer when it has both a sender and a text."""

    reference: str
    """The message, as the answer to its sending called it."""
    statuses: tuple[Status, ...]
    """The first one that knows the word decides."""
    events: str = ""
    """The list of events, where there are several in a request; a body that is a list needs none."""
    code: str = ""
    sender: str = ""
    text: str = ""
    to: str = ""


OVH = Callback(
    reference="id",
    statuses=(
        Status(
            at="ptt",
            delivered=frozenset({"4"}),
            failed=frozenset(
                map(str, (5, 8, 20, 21, 23, 24, 25, 26, 27, 28, 29, 33, 39, 73, 74, 76, 202))
            ),
            pending=frozenset({"1", "2", "3", "6"}),
        ),
        Status(at="description", delivered=frozenset({"1"}), failed=frozenset({"2", "16"})),
    ),
    code="ptt",
    sender="sender",
    text="message",
)
"""Source: OVHcloud guides, « Everything you need to know about SMS users », callback URL; the answer as sms.Incoming."""

BREVO = Callback(
    reference="messageId",
    statuses=(
        Status(
            at="msg_status",
            delivered=frozenset({"delivered"}),
            failed=frozenset({"soft_bounce", "hard_bounce", "rejected", "blacklisted", "blocked"}),
            stopped=frozenset({"unsubscribe", "unsubscribed"}),
        ),
    ),
    sender="to",
    text="reply",
)
"""Source: developers.brevo.com, « Transactional webhooks », SMS events; `reply` as in its report of SMS events."""


def declared(told: object) -> Callback:
    """The fields of `Callback` in JSON. Raises: ValueError."""
    if not isinstance(told, dict):
        raise ValueError("not an object")
    places = {name: value for name, value in told.items() if name != "statuses"}
    if unknown := sorted(set(places) - set(_PLACES)):
        raise ValueError(f"unknown {', '.join(unknown)}")
    if not all(isinstance(place, str) for place in places.values()):
        raise ValueError("a place is a text")
    statuses = told.get("statuses")
    if not places.get("reference") or not isinstance(statuses, list):
        raise ValueError("no reference or no statuses")
    return Callback(**places, statuses=tuple(_status(each) for each in statuses))


def read(callback: Callback, *, provider: str, query: str, body: bytes) -> list[Report]:
    """What this request reports, in its query, its form or its JSON.

    In a list of events, those that cannot be read hide no other. Raises: Unreadable when none can.
    """
    said = _said(query, body)
    reports = [_report(callback, event, provider) for event in _events(callback, said)]
    found = [report for report in reports if report is not None]
    if not found:
        raise Unreadable(_names(said))
    return found


def _status(told: object) -> Status:
    if not isinstance(told, dict) or not isinstance(told.get("at"), str):
        raise ValueError("a status without its place (at)")
    words = {name: value for name, value in told.items() if name != "at"}
    if unknown := sorted(set(words) - set(_WORDS)):
        raise ValueError(f"unknown {', '.join(unknown)} of a status")
    if not all(isinstance(each, list) for each in words.values()):
        raise ValueError("the words of a status are lists")
    return Status(
        at=told["at"], **{name: frozenset(map(str, each)) for name, each in words.items()}
    )


def _said(query: str, body: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        if body.lstrip()[:1] in {b"{", b"["}:
            told = json.loads(body)
        else:
            told = _form(body.decode("utf-8", "replace"))
        return {**_form(query), **told} if isinstance(told, dict) else told
    except (ValueError, RecursionError) as bad:
        raise Unreadable([]) from bad


def _form(text: str) -> dict[str, str]:
    return dict(parse_qsl(text, max_num_fields=MAX_FIELDS))


def _events(callback: Callback, said: Any) -> Iterator[Any]:  # noqa: ANN401 - any JSON
    several = said if isinstance(said, list) else at(said, callback.events)
    yield from several[:MAX_EVENTS] if isinstance(several, list) else [said]


def _report(callback: Callback, event: Any, provider: str) -> Report | None:  # noqa: ANN401 - any JSON
    words = [(status, text_at(event, status.at)) for status in callback.statuses]
    sender, text = text_at(event, callback.sender), text_at(event, callback.text)
    stopped = any(word in status.stopped for status, word in words)
    if sender and (text or stopped):
        return Report(
            ReportKind.REPLY,
            provider,
            "",
            sender=number_of(sender),
            to=text_at(event, callback.to),
            text=text[:MAX_TEXT] or STOP,
        )
    name = text_at(event, callback.reference)
    if not name or not any(word for _, word in words):
        return None
    code = text_at(event, callback.code)
    known = int(code) if _CODE.fullmatch(code) else 0
    return Report(_kind(words), provider, f"{provider}/{name}", known)


def _kind(words: list[tuple[Status, str]]) -> ReportKind:
    for status, word in words:
        if word in status.delivered:
            return ReportKind.DELIVERED
        if word in status.failed:
            return ReportKind.FAILED
        if word in status.pending:
            break
    return ReportKind.ON_ITS_WAY


def _names(said: Any) -> list[str]:  # noqa: ANN401 - any JSON
    names = said if isinstance(said, dict) else ()
    return sorted(name for name in names if _FIELD.fullmatch(name))[:MAX_TOLD_FIELDS]
