"""What MeteoAlarm adds to CAP: how grave, and what, as two parameters. Source: MeteoAlarm CAP profile 2.0."""

from dataclasses import dataclass

from beffroi.kit.cap.alert import Info
from beffroi.kit.vigilance import Colour, Phenomenon

_PHENOMENA = {
    "1": Phenomenon.WIND,
    "2": Phenomenon.SNOW,
    "3": Phenomenon.STORMS,
    "5": Phenomenon.HEAT,
    "6": Phenomenon.COLD,
    "7": Phenomenon.WAVES,
    "9": Phenomenon.AVALANCHES,
    "10": Phenomenon.RAIN,
    "12": Phenomenon.FLOODS,
    "13": Phenomenon.RAIN,
}
"""Fog (4) and forest fire (8) have no number among Météo-France's vigilance."""
_COLOURS = {str(int(colour)): colour for colour in Colour}


@dataclass(frozen=True, kw_only=True, slots=True)
class Awareness:
    colour: Colour
    phenomenon: Phenomenon


def awareness(info: Info) -> Awareness | None:
    """From « awareness_level » ("3; orange; Severe") and « awareness_type » ("1; Wind"); None without both."""
    values = {pair.name: pair.value.partition(";")[0].strip() for pair in info.parameters}
    colour = _COLOURS.get(values.get("awareness_level", ""))
    phenomenon = _PHENOMENA.get(values.get("awareness_type", ""))
    if colour is None or phenomenon is None:
        return None
    return Awareness(colour=colour, phenomenon=phenomenon)
