"""The town's colours, moved towards black or white until people can read them (WCAG 2.2, 1.4.3)."""

from beffroi.kit.colours import contrast

READABLE = 4.5
PAPER, NIGHT = "#ffffff", "#1c1d20"
_STEPS = 20


def readable(colour: str, *, on: str) -> str:
    """`colour` itself, or the nearest shade of it that is readable on `on`."""
    towards = 0 if contrast(on, "#ffffff") < contrast(on, "#000000") else 255
    for step in range(_STEPS + 1):
        shade = _mix(colour, towards, step / _STEPS)
        if contrast(shade, on) >= READABLE:
            return shade
    return _mix(colour, towards, 1)


def _mix(colour: str, towards: int, share: float) -> str:
    channels = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{round(c + (towards - c) * share):02x}" for c in channels)
