"""Publications in time: J and J1 as one line per phenomenon, its level, and what changed since the last one."""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from beffroi.kit.vigilance.bulletin import Domain, Map, Period, Spell
from beffroi.kit.vigilance.words import Colour, Phenomenon


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeline:
    """One phenomenon over a town's domains, J and J1 merged: spells follow each other, none has its neighbour's colour."""

    phenomenon: Phenomenon
    spells: tuple[Spell, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """The gravest colour still to come, and when it holds: from the first such spell to the last."""

    phenomenon: Phenomenon
    colour: Colour
    begin: datetime
    end: datetime


class Transition(enum.StrEnum):
    NEW = "new"
    RAISED = "raised"
    LOWERED = "lowered"
    ENDED = "ended"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What a publication changed for one phenomenon; before or after is None when it was, or is, green."""

    phenomenon: Phenomenon
    transition: Transition
    before: Level | None
    after: Level | None


def timelines(bulletin: Map, domains: Iterable[str]) -> tuple[Timeline, ...]:
    """Each phenomenon that the map follows over any of these domains; where they differ, the graver colour."""
    wanted = frozenset(domains)
    by_phenomenon: dict[Phenomenon, list[Spell]] = {}
    for period in bulletin.periods:
        for domain in period.domains:
            if domain.domain_id in wanted:
                by_phenomenon.setdefault(domain.phenomenon, []).extend(_spells(domain, period))
    return tuple(
        Timeline(phenomenon=phenomenon, spells=_merged(by_phenomenon[phenomenon]))
        for phenomenon in sorted(by_phenomenon)
    )


def levels(bulletin: Map, domains: Iterable[str]) -> dict[Phenomenon, Level]:
    """Where each phenomenon above green stands from the moment of the publication on."""
    found = {}
    for timeline in timelines(bulletin, domains):
        ahead = [spell for spell in timeline.spells if spell.end > bulletin.updated_at]
        gravest = max((spell.colour for spell in ahead), default=Colour.GREEN)
        if gravest > Colour.GREEN:
            at_worst = [spell for spell in ahead if spell.colour == gravest]
            found[timeline.phenomenon] = Level(
                phenomenon=timeline.phenomenon,
                colour=gravest,
                begin=at_worst[0].begin,
                end=at_worst[-1].end,
            )
    return found


def changes(
    before: Mapping[Phenomenon, Level], after: Mapping[Phenomenon, Level]
) -> tuple[Change, ...]:
    """The graver first. A publication that repeats the colours changes nothing, even when it moves the hours."""
    found = [
        _change(phenomenon, before.get(phenomenon), after.get(phenomenon))
        for phenomenon in before.keys() | after.keys()
    ]
    return tuple(
        sorted(
            (change for change in found if change.transition != Transition.UNCHANGED),
            key=lambda change: (-_colour(change.after), change.phenomenon),
        )
    )


def _change(phenomenon: Phenomenon, before: Level | None, after: Level | None) -> Change:
    return Change(
        phenomenon=phenomenon,
        transition=_transition(_colour(before), _colour(after)),
        before=before,
        after=after,
    )


def _transition(before: Colour, after: Colour) -> Transition:
    if before == after:
        return Transition.UNCHANGED
    if before == Colour.GREEN:
        return Transition.NEW
    if after == Colour.GREEN:
        return Transition.ENDED
    return Transition.RAISED if after > before else Transition.LOWERED


def _colour(level: Level | None) -> Colour:
    return level.colour if level else Colour.GREEN


def _spells(domain: Domain, period: Period) -> list[Spell]:
    """Without hours, the colour holds for the whole period."""
    if not domain.spells:
        return [Spell(begin=period.begin, end=period.end, colour=domain.highest)]
    return list(domain.spells)


def _merged(spells: list[Spell]) -> tuple[Spell, ...]:
    """One colour at each moment, the gravest of all given; neighbours of one colour become one."""
    edges = sorted({edge for spell in spells for edge in (spell.begin, spell.end)})
    merged: list[Spell] = []
    for begin, end in zip(edges, edges[1:], strict=False):
        present = [spell.colour for spell in spells if spell.begin <= begin and spell.end >= end]
        if not present:
            continue
        colour = max(present)
        last = merged[-1] if merged else None
        if last and last.colour == colour and last.end == begin:
            merged[-1] = Spell(begin=last.begin, end=end, colour=colour)
        else:
            merged.append(Spell(begin=begin, end=end, colour=colour))
    return tuple(merged)
