"""What a publication says, once read."""

from dataclasses import dataclass
from datetime import datetime

from beffroi.kit.vigilance.words import Colour, Phenomenon


class BadBulletin(Exception):
    """This is no bulletin that can be trusted; the message says where it went wrong."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spell:
    """One colour, from `begin` to just before `end` (UTC)."""

    begin: datetime
    end: datetime
    colour: Colour


@dataclass(frozen=True, kw_only=True, slots=True)
class Domain:
    """One phenomenon over one department or coast, within one period."""

    domain_id: str
    phenomenon: Phenomenon
    highest: Colour
    spells: tuple[Spell, ...]
    """Empty when the map gives the colour and no hours, as it does for floods."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """J or J1. J ends at midnight in Paris, J1 a day later."""

    echeance: str
    begin: datetime
    end: datetime
    domains: tuple[Domain, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Map:
    """The product `cartevigilance`."""

    updated_at: datetime
    periods: tuple[Period, ...]
    """J first; J1 is absent in the early morning."""
    ignored: tuple[str, ...] = ()
    """What the map held that this reader does not know and did not guess at, in words for a log."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """One passage of the product `textesvigilance`, as plain text."""

    domain_id: str
    heading: str
    """Météo-France's own: « Qualification », « Conseils de comportement »…"""
    phenomenon: Phenomenon | None
    """None: about all of them."""
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Publication:
    """A map with the texts that were out at that moment."""

    map: Map
    wordings: tuple[Wording, ...] = ()

    def wording(self, domains: tuple[str, ...], phenomenon: Phenomenon) -> str:
        """The official words about this phenomenon here; empty when there are none."""
        about = [
            f"{wording.heading}\n{wording.text}" if wording.heading else wording.text
            for domain in domains
            for wording in self.wordings
            if wording.domain_id == domain and wording.phenomenon in {None, phenomenon}
        ]
        return "\n\n".join(dict.fromkeys(about))
