"""Météo-France's vigilance (DPVigilance v1): read, laid out in time, compared with the publication before.

Source: descriptif technique « vigilance métropole, données publiques », v4, 11 September 2023.
"""

from beffroi.kit.vigilance.bulletin import (
    BadBulletin,
    Domain,
    Map,
    Period,
    Publication,
    Spell,
    Wording,
)
from beffroi.kit.vigilance.follow import (
    Change,
    Level,
    Timeline,
    Transition,
    changes,
    levels,
    timelines,
)
from beffroi.kit.vigilance.read import read_map, read_wordings
from beffroi.kit.vigilance.words import Colour, Phenomenon, advice_url, domains_of

__all__ = [
    "BadBulletin",
    "Change",
    "Colour",
    "Domain",
    "Level",
    "Map",
    "Period",
    "Phenomenon",
    "Publication",
    "Spell",
    "Timeline",
    "Transition",
    "Wording",
    "advice_url",
    "changes",
    "domains_of",
    "levels",
    "read_map",
    "read_wordings",
    "timelines",
]
