"""Météo-France's DPVigilance v1: the map and the texts that are out now, as bytes; or those of a folder."""

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from beffroi.gateways import fetch
from beffroi.gateways.fetch import NotFetched

SERVICE = "https://public-api.meteofrance.fr/public/DPVigilance/v1"
MAP_PATH, TEXTS_PATH = "/cartevigilance/encours", "/textesvigilance/encours"
MAP_FILE, TEXTS_FILE = "CDP_CARTE_EXTERNE.json", "CDP_TEXTES_VIGILANCE.json"
"""As the open archive of data.gouv.fr names them."""
ANSWER_S = 15.0
MAX_BYTES = 8 * 1024 * 1024  # a map weighs about 190 kB, the texts 75 kB
_NOTHING_OUT = b"no matching blob"


@dataclass(frozen=True, kw_only=True, slots=True)
class RawPublication:
    map: bytes
    texts: bytes | None
    """None: no text is out."""


def fetch_publication(
    key: str, *, service: str = SERVICE, allow_loopback: bool = False, timeout_s: float = ANSWER_S
) -> RawPublication | None:
    """None when no bulletin is out. Raises: NotFetched."""
    raw_map = _product(key, service + MAP_PATH, allow_loopback, timeout_s)
    if raw_map is None:
        return None
    texts = _product(key, service + TEXTS_PATH, allow_loopback, timeout_s)
    return RawPublication(map=raw_map, texts=texts)


def read_publication(folder: Path) -> RawPublication:
    """For tests and drills: one publication as the open archive keeps it. Raises: NotFetched."""
    try:
        raw_map = (folder / MAP_FILE).read_bytes()
        texts = folder / TEXTS_FILE
        return RawPublication(map=raw_map, texts=texts.read_bytes() if texts.exists() else None)
    except OSError as failure:
        raise NotFetched("no such publication") from failure


def _product(key: str, address: str, allow_loopback: bool, timeout_s: float) -> bytes | None:
    """The key goes to this server and no other: a redirection is not followed."""
    answer = fetch.get(
        address,
        max_bytes=MAX_BYTES,
        headers={"apikey": key, "Accept": "application/json"},
        allow_loopback=allow_loopback,
        max_hops=0,
        timeout_s=timeout_s,
    )
    if answer.status == HTTPStatus.NOT_FOUND and _NOTHING_OUT in answer.body.lower():
        return None
    if answer.status != HTTPStatus.OK:
        raise NotFetched.answered(answer.status)
    return answer.body
