"""Three landscapes drawn by code, so that the demonstration carries nobody's photograph."""

import io
import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1200, 675)
Sky = tuple[tuple[int, int, int], tuple[int, int, int]]


def drawn(name: str) -> bytes:
    """A JPEG."""
    image = _DRAWINGS[name](random.Random(name))  # noqa: S311 - a drawing, not a secret
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88)
    return out.getvalue()


def _sky(top: tuple[int, int, int], bottom: tuple[int, int, int]) -> Image.Image:
    column = Image.new("RGB", (1, SIZE[1]))
    for y in range(SIZE[1]):
        share = y / SIZE[1]
        column.putpixel(
            (0, y), tuple(round(a + (b - a) * share) for a, b in zip(top, bottom, strict=True))
        )
    return column.resize(SIZE)


def _pool(chance: random.Random) -> Image.Image:
    image = _sky((196, 226, 240), (238, 244, 244))
    pen = ImageDraw.Draw(image)
    pen.polygon([(120, 290), (1080, 290), (1300, 700), (-100, 700)], fill=(232, 224, 210))
    pen.polygon([(190, 330), (1010, 330), (1190, 675), (10, 675)], fill=(52, 142, 186))
    for _ in range(60):
        x, y = chance.randint(60, 1120), chance.randint(350, 660)
        length = (y - 300) // 4
        pen.line([(x, y), (x + length, y + chance.randint(-3, 3))], fill=(120, 190, 220), width=3)
    for x in (880, 950):
        pen.arc([x, 250, x + 60, 420], 180, 360, fill=(245, 245, 245), width=10)
    return image


def _night(chance: random.Random) -> Image.Image:
    image = _sky((20, 26, 58), (92, 62, 98))
    pen = ImageDraw.Draw(image)
    pen.rectangle([0, 420, *SIZE], fill=(22, 34, 66))
    glow = Image.new("RGB", SIZE)
    light = ImageDraw.Draw(glow)
    for x in range(140, 1100, 96):
        light.ellipse([x - 22, 322, x + 22, 366], fill=(250, 200, 120))
        light.rectangle([x - 6, 430, x + 6, 430 + chance.randint(120, 220)], fill=(190, 130, 70))
    glow = glow.filter(ImageFilter.GaussianBlur(12))
    image = Image.composite(glow, image, glow.convert("L").point(lambda v: min(255, v * 2)))
    pen = ImageDraw.Draw(image)
    pen.rectangle([60, 404, 1140, 420], fill=(34, 26, 30))
    for x in range(140, 1100, 96):
        pen.line([(x, 350), (x, 470)], fill=(34, 26, 30), width=7)
        pen.ellipse([x - 10, 336, x + 10, 356], fill=(255, 236, 190))
    return image


def _pines(chance: random.Random) -> Image.Image:
    image = _sky((246, 196, 140), (252, 234, 206))
    pen = ImageDraw.Draw(image)
    pen.ellipse([860, 170, 1000, 310], fill=(252, 240, 214))
    pen.polygon(
        [(0, 520), (420, 330), (820, 470), (1200, 380), (1200, 675), (0, 675)], fill=(228, 190, 138)
    )
    pen.rectangle([0, 590, *SIZE], fill=(120, 96, 70))
    for x in (110, 260, 390, 900, 1060):
        height = chance.randint(260, 360)
        top = 610 - height
        pen.polygon([(x - 7, 620), (x + 9, 620), (x + 22, top), (x + 14, top)], fill=(88, 58, 44))
        for _ in range(7):
            dx, dy = chance.randint(-80, 60), chance.randint(-50, 30)
            pen.ellipse(
                [x + dx, top + dy - 26, x + dx + 110, top + dy + 30],
                fill=(36, 74 + chance.randint(0, 26), 58),
            )
    return image


_DRAWINGS: dict[str, Callable[[random.Random], Image.Image]] = {
    "pool": _pool,
    "night": _night,
    "pines": _pines,
}
