"""The words of an alert, one text per channel, and their SHA-256: what an approval is bound to."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext

from beffroi.alerts.dates import moment
from beffroi.alerts.words import ColourChoice, PhenomenonChoice
from beffroi.delivery.words import Channel
from beffroi.kit.gsm_repair import repair
from beffroi.kit.vigilance import Colour, Phenomenon

SLOTS = ("[phénomène]", "[couleur]", "[début]", "[fin]")
"""Filled from an official bulletin and from nothing else: four facts, never somebody's free words."""
_TEXTS = ("subject", "body", "sms", "push_title", "push_text")


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What residents read. A channel without its text is not used."""

    subject: str
    body: str
    """Plain text: of the e-mail, and of the public page."""
    sms: str = ""
    push_title: str = ""
    push_text: str = ""
    theme_ids: tuple[int, ...] = ()

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The fastest first."""
        used = {
            Channel.SMS: self.sms,
            Channel.PUSH: self.push_title and self.push_text,
            Channel.EMAIL: self.body,
        }
        return tuple(channel for channel, text in used.items() if text)

    @property
    def has_slots(self) -> bool:
        return any(slot in getattr(self, name) for slot in SLOTS for name in _TEXTS)

    def canonical(self) -> str:
        """The same words always give the same text, and every difference another one."""
        kept: dict[str, object] = {name: getattr(self, name) for name in _TEXTS}
        kept["themes"] = sorted(set(self.theme_ids))
        return json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def sha256(self) -> str:
        return hashlib.sha256(self.canonical().encode()).hexdigest()


def read(canonical: str) -> Words:
    """The words that a kept canonical text holds."""
    kept = json.loads(canonical)
    return Words(
        **{name: kept[name] for name in _TEXTS},
        theme_ids=tuple(kept["themes"]),
    )


def filled(words: Words, facts: Mapping[str, str], *, drops_accents: bool) -> Words:
    """Each slot replaced by its fact. In the SMS a fact makes no text dear: one no-break space would triple the price."""

    def fill(text: str, facts: Mapping[str, str] = facts) -> str:
        for slot in SLOTS:
            text = text.replace(slot, facts.get(slot, ""))
        return text

    plain = {slot: repair(fact, circumflexes=drops_accents) for slot, fact in facts.items()}

    return replace(
        words,
        subject=fill(words.subject),
        body=fill(words.body),
        sms=fill(words.sms, plain),
        push_title=fill(words.push_title),
        push_text=fill(words.push_text),
    )


def as_if_announced(
    words: Words,
    phenomenon: PhenomenonChoice,
    colour: ColourChoice,
    *,
    drops_accents: bool,
    at: datetime,
) -> Words:
    """As they would be read, were it announced now for the next six hours."""
    facts = {
        "[phénomène]": Phenomenon(phenomenon).french,
        "[couleur]": Colour(colour).french,
        "[début]": moment(at),
        "[fin]": moment(at + timedelta(hours=6)),
    }
    return filled(words, facts, drops_accents=drops_accents)


def as_drill(words: Words) -> Words:
    """Nobody can take it for the real thing, on any channel."""
    warning = gettext(
        "EXERCICE\N{NO-BREAK SPACE}: ceci est un essai de la chaîne d’alerte, il n’y a rien à faire."
    )
    return replace(
        words,
        subject=f"EXERCICE – {words.subject}",
        body=f"{warning}\n\n{words.body}\n\n{warning}",
        sms=words.sms and f"EXERCICE - {words.sms}",
        push_title=words.push_title and f"EXERCICE – {words.push_title}",
    )
