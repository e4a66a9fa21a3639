"""From the bytes of Météo-France to a publication with its digest."""

import hashlib
from dataclasses import dataclass

from beffroi.gateways.weather import RawPublication
from beffroi.kit.vigilance import Publication, read_map, read_wordings


@dataclass(frozen=True, kw_only=True, slots=True)
class Bulletin:
    """One publication; `digest` tells whether it was seen before."""

    publication: Publication
    digest: str


def read(raw: RawPublication) -> Bulletin:
    """Raises: kit.vigilance.BadBulletin."""
    texts = raw.texts or b""
    digest = hashlib.sha256(b"%d:" % len(raw.map) + raw.map + texts).hexdigest()
    wordings = read_wordings(raw.texts) if raw.texts is not None else ()
    publication = Publication(map=read_map(raw.map), wordings=wordings)
    return Bulletin(publication=publication, digest=digest)
