"""From the bytes of Météo-France to a publication with its digest."""

import hashlib
import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from beffroi.gateways.weather import RawPublication
from beffroi.kit.vigilance import Publication, read_map, read_wordings

_DATE = re.compile(rb"20\d\d-[01]\d-[0-3]\d(?=T)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bulletin:
    """One publication; `digest` tells whether it was seen before."""

    publication: Publication
    digest: str
    raw: RawPublication


def read(raw: RawPublication) -> Bulletin:
    """Raises: kit.vigilance.BadBulletin."""
    texts = raw.texts or b""
    digest = hashlib.sha256(b"%d:" % len(raw.map) + raw.map + texts).hexdigest()
    wordings = read_wordings(raw.texts) if raw.texts is not None else ()
    publication = Publication(map=read_map(raw.map), wordings=wordings)
    return Bulletin(publication=publication, digest=digest, raw=raw)


def extract(raw: RawPublication, domains: Collection[str]) -> RawPublication:
    """What it says of these domains, in the same form: a few kilobytes of a few hundred. Of what `read` accepted."""
    carte = json.loads(raw.map)
    for period in carte["product"]["periods"]:
        spells = period["timelaps"]
        spells["domain_ids"] = [d for d in spells["domain_ids"] if d["domain_id"] in domains]
        for national in ("text_items", "max_count_items", "per_phenomenon_items"):
            period.pop(national, None)
    if raw.texts is None:
        return RawPublication(map=_compact(carte), texts=None)
    texts = json.loads(raw.texts)
    blocs = texts["product"]["text_bloc_items"]
    texts["product"]["text_bloc_items"] = [b for b in blocs if b["domain_id"] in domains]
    return RawPublication(map=_compact(carte), texts=_compact(texts))


def moved(raw: RawPublication, *, by: timedelta) -> RawPublication:
    """Every date, by whole days: what is played again is of the day on which it is played."""

    def move(found: re.Match[bytes]) -> bytes:
        return (date.fromisoformat(found[0].decode()) + by).isoformat().encode()

    texts = _DATE.sub(move, raw.texts) if raw.texts is not None else None
    return RawPublication(map=_DATE.sub(move, raw.map), texts=texts)


def _compact(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
