"""Feeds and CAP documents of others (MeteoAlarm, prefectures), asked for only when they have changed."""

from dataclasses import dataclass
from http import HTTPStatus

from beffroi.gateways import fetch
from beffroi.gateways.fetch import NotFetched

MAX_BYTES = 8 * 1024 * 1024  # MeteoAlarm's for a whole country on a bad day: 2 MB


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """What the server said about the version seen last; empty strings at first."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    body: bytes
    mark: Mark


def fetch_document(
    address: str, *, seen: Mark | None = None, allow_loopback: bool = False
) -> Document | None:
    """None when it is still the version that `seen` marks. Raises: NotFetched."""
    answer = fetch.get(
        address, max_bytes=MAX_BYTES, headers=_conditions(seen), allow_loopback=allow_loopback
    )
    if answer.status == HTTPStatus.NOT_MODIFIED:
        return None
    if answer.status != HTTPStatus.OK:
        raise NotFetched.answered(answer.status)
    mark = Mark(etag=answer.etag, last_modified=answer.last_modified)
    return Document(body=answer.body, mark=mark)


def _conditions(seen: Mark | None) -> dict[str, str]:
    """RFC 9110, 13.1."""
    if seen is None:
        return {}
    asked = {"If-None-Match": seen.etag, "If-Modified-Since": seen.last_modified}
    return {name: value for name, value in asked.items() if value}
