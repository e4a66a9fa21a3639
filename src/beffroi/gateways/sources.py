"""What towns publish elsewhere: a document or a picture of a source, asked for only when it has changed.

Nothing is raised: a source that fails is an outcome with a sentence of its own on the page of the town.
"""

import enum
from dataclasses import dataclass
from http import HTTPStatus

from beffroi.gateways import fetch
from beffroi.gateways.feeds import Mark
from beffroi.gateways.fetch import Answer, NotFetched, Why

MAX_BYTES = 8 * 1024 * 1024
MAX_PICTURE_BYTES = 12 * 1024 * 1024
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"})
_ACCEPTED = (
    "application/json, application/feed+json, application/atom+xml, application/rss+xml, text/calendar, "
    "text/csv, text/html;q=0.9, application/xml;q=0.9, */*;q=0.5"
)


class Outcome(enum.StrEnum):
    FETCHED = "fetched"
    UNCHANGED = "unchanged"  # still the version that was seen
    NOT_FOUND = "not_found"  # 404, 410
    REFUSED = "refused"  # 401, 403, 451: the site does not let us in
    BUSY = "busy"  # 429, 503: later
    SITE_FAILS = "site_fails"  # any other error of the site
    UNREACHABLE = "unreachable"  # no such name, or nobody there
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    NOT_SAFE = "not_safe"  # not https, or a private network
    SENT_ROUND = "sent_round"  # too many redirections
    BAD_CERTIFICATE = "bad_certificate"
    NOT_A_PICTURE = "not_a_picture"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    outcome: Outcome
    body: bytes = b""
    content_type: str = ""
    mark: Mark = Mark()
    """To be given back at the next visit."""
    address: str = ""
    """Which gave it at last: links in it are relative to this one."""
    moved_to: str = ""
    """Its new address, when the site says that it moved for good."""
    link: str = ""
    """Header in which WordPress names its API."""


_STATUSES: dict[int, Outcome] = {
    HTTPStatus.NOT_MODIFIED: Outcome.UNCHANGED,
    HTTPStatus.NOT_FOUND: Outcome.NOT_FOUND,
    HTTPStatus.GONE: Outcome.NOT_FOUND,
    HTTPStatus.UNAUTHORIZED: Outcome.REFUSED,
    HTTPStatus.FORBIDDEN: Outcome.REFUSED,
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: Outcome.REFUSED,
    HTTPStatus.TOO_MANY_REQUESTS: Outcome.BUSY,
    HTTPStatus.SERVICE_UNAVAILABLE: Outcome.BUSY,
}
_REASONS = {
    Why.ANSWERED: Outcome.SITE_FAILS,
    Why.UNREACHABLE: Outcome.UNREACHABLE,
    Why.TOO_SLOW: Outcome.TOO_SLOW,
    Why.TOO_LARGE: Outcome.TOO_LARGE,
    Why.NOT_SAFE: Outcome.NOT_SAFE,
    Why.SENT_ROUND: Outcome.SENT_ROUND,
    Why.BAD_CERTIFICATE: Outcome.BAD_CERTIFICATE,
}


def fetch_document(
    address: str,
    *,
    seen: Mark | None = None,
    max_bytes: int = MAX_BYTES,
    timeout_s: float = fetch.TIMEOUT_S,
    allow_loopback: bool = False,
) -> Fetched:
    known = seen or Mark()
    asked = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    headers = {"Accept": _ACCEPTED} | {name: said for name, said in asked.items() if said}
    return _ask(
        address,
        headers=headers,
        max_bytes=max_bytes,
        timeout_s=timeout_s,
        allow_loopback=allow_loopback,
    )


def fetch_picture(
    address: str,
    *,
    max_bytes: int = MAX_PICTURE_BYTES,
    timeout_s: float = fetch.TIMEOUT_S,
    allow_loopback: bool = False,
) -> Fetched:
    """Whether the bytes are one is for `kit.images` to say; a page in its place is told here."""
    fetched = _ask(
        address,
        headers={"Accept": ", ".join(sorted(PICTURES))},
        max_bytes=max_bytes,
        timeout_s=timeout_s,
        allow_loopback=allow_loopback,
    )
    if fetched.outcome == Outcome.FETCHED and fetched.content_type not in PICTURES:
        return Fetched(outcome=Outcome.NOT_A_PICTURE, content_type=fetched.content_type)
    return fetched


def _ask(
    address: str,
    *,
    headers: dict[str, str],
    max_bytes: int,
    timeout_s: float,
    allow_loopback: bool,
) -> Fetched:
    try:
        answer = fetch.get(
            address,
            max_bytes=max_bytes,
            headers=headers,
            timeout_s=timeout_s,
            allow_loopback=allow_loopback,
        )
    except NotFetched as failure:
        return Fetched(outcome=_REASONS[failure.why])
    if answer.status != HTTPStatus.OK:
        return Fetched(
            outcome=_STATUSES.get(answer.status, Outcome.SITE_FAILS), moved_to=answer.moved_to
        )
    return _fetched(answer)


def _fetched(answer: Answer) -> Fetched:
    return Fetched(
        outcome=Outcome.FETCHED,
        body=answer.body,
        content_type=answer.content_type,
        mark=Mark(etag=answer.etag, last_modified=answer.last_modified),
        address=answer.address,
        moved_to=answer.moved_to,
        link=answer.link,
    )
