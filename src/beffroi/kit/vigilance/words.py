"""The nine phenomena, the four colours, and where they hold."""

import enum

ADVICE_URL = "https://vigilance.meteofrance.fr/fr"
_COAST_SUFFIX = "10"


class Colour(enum.IntEnum):
    """As Météo-France numbers them; a higher one is graver."""

    GREEN = 1
    YELLOW = 2
    ORANGE = 3
    RED = 4

    @property
    def french(self) -> str:
        return _COLOURS[self]


class Phenomenon(enum.IntEnum):
    """As Météo-France numbers them."""

    WIND = 1
    RAIN = 2
    STORMS = 3
    FLOODS = 4
    SNOW = 5
    HEAT = 6
    COLD = 7
    AVALANCHES = 8
    WAVES = 9

    @property
    def french(self) -> str:
        return _PHENOMENA[self]


_COLOURS = {
    Colour.GREEN: "vert",
    Colour.YELLOW: "jaune",
    Colour.ORANGE: "orange",
    Colour.RED: "rouge",
}
_PHENOMENA = {
    Phenomenon.WIND: "vent violent",
    Phenomenon.RAIN: "pluie-inondation",
    Phenomenon.STORMS: "orages",
    Phenomenon.FLOODS: "crues",
    Phenomenon.SNOW: "neige-verglas",
    Phenomenon.HEAT: "canicule",
    Phenomenon.COLD: "grand froid",
    Phenomenon.AVALANCHES: "avalanches",
    Phenomenon.WAVES: "vagues-submersion",
}


def domains_of(department_code: str, *, with_coast: bool) -> tuple[str, ...]:
    """What a town follows: its department and, by the sea, that department's coast: ("33", "3310")."""
    if not with_coast:
        return (department_code,)
    return department_code, department_code + _COAST_SUFFIX


def advice_url() -> str:
    """Where Météo-France and the ministry publish what to do."""
    return ADVICE_URL
