"""The town's colours as a style sheet small enough to travel inside each page."""

import base64
import functools
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from beffroi.kit.colours import contrast

PAGE_LIGHT, PAGE_DARK = "#f7f5f1", "#17181a"
READABLE_LIGHT, READABLE_DARK = (
    5.0,
    7.5,
)  # WCAG 2.2, 1.4.3 asks 4.5; the rest is for tinted surfaces
_SHEET = Path(__file__).with_name("style.css")
_COMMENTS_AND_SPACE = re.compile(r"/\*.*?\*/|(?<=[{};,:])\s+|\s+(?=[{}])|\n\s*", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """The style of one town's pages, and its fingerprint for the content security policy."""

    style: str
    source: str
    """What `style-src` allows: this sheet and no other."""


def readable(colour: str, background: str, ratio: float) -> str:
    """The nearest shade of `colour` in which text can be read on `background`."""
    towards = 255 if contrast("#ffffff", background) > contrast("#000000", background) else 0
    channels = [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
    shades = (
        "#{:02x}{:02x}{:02x}".format(*(round(c + (towards - c) * step / 20) for c in channels))
        for step in range(21)
    )
    return next(shade for shade in shades if contrast(shade, background) >= ratio)


@functools.lru_cache(maxsize=512)
def look(primary: str, accent: str) -> Look:
    """The same two colours always give the same bytes."""
    tokens = (
        f":root{{--band:{primary};--accent:{accent};"
        f"--link:{readable(primary, PAGE_LIGHT, READABLE_LIGHT)};--on-link:{PAGE_LIGHT};--mark:{readable(accent, PAGE_LIGHT, READABLE_LIGHT)}}}"
        "@media (prefers-color-scheme:dark){:root{"
        f"--link:{readable(primary, PAGE_DARK, READABLE_DARK)};--on-link:{PAGE_DARK};--mark:{readable(accent, PAGE_DARK, READABLE_DARK)}}}}}"
    )
    style = tokens + _sheet()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return Look(style=style, source=f"'sha256-{digest}'")


@functools.cache
def _sheet() -> str:
    return _COMMENTS_AND_SPACE.sub("", _SHEET.read_text(encoding="utf-8"))
