"""Pictures from strangers, decoded and encoded anew: what was hidden in the file stays behind."""

import hashlib
import io
import struct
from dataclasses import dataclass

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 60_000_000  # a 60-megapixel telephone; decoded it is 180 MB
LETTER_WIDTH = 1200  # the letter is 600 CSS pixels wide; twice that for dense screens
PAGE_WIDTH = 1200
CARD_WIDTH = 480
ARMS_WIDTH = 512
_READ = ("PNG", "JPEG", "GIF", "WEBP")
_JPEG_QUALITY = 82
_WEBP_QUALITY = 70


class BadImage(Exception):
    """Not a picture, or one too large to open."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    data: bytes
    extension: str
    """png or jpg in letters, what every mail program shows; webp on pages."""
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def for_letter(raw: bytes) -> Picture:
    """At most 1200 pixels wide; JPEG unless something shows through. Raises: BadImage."""
    image = _open(raw)
    is_drawing = image.mode in {"RGBA", "LA", "PA", "P", "1"} or image.info.get("transparency")
    image = _fit(image, LETTER_WIDTH)
    if is_drawing:
        return _encode(image.convert("RGBA"), "PNG")
    return _encode(image.convert("RGB"), "JPEG")


def for_page(raw: bytes) -> tuple[Picture, Picture]:
    """The same photograph, at most 1200 and at most 480 pixels wide, as WebP. Raises: BadImage."""
    image = _open(raw)
    through = image.mode in {"RGBA", "LA", "PA"} or image.info.get("transparency") is not None
    wide = _fit(image.convert("RGBA" if through else "RGB"), PAGE_WIDTH)
    return _encode(wide, "WEBP"), _encode(_fit(wide, CARD_WIDTH), "WEBP")


def coat_of_arms(raw: bytes) -> bytes:
    """A PNG at most 512 pixels wide. Raises: BadImage."""
    return _encode(_fit(_open(raw), ARMS_WIDTH).convert("RGBA"), "PNG").data


def png_size(png: bytes) -> tuple[int, int]:
    """Width and height in pixels, read from the header (PNG, 11.2.2)."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def _open(raw: bytes) -> Image.Image:
    if len(raw) > MAX_BYTES:
        raise BadImage("too heavy")
    try:
        image = Image.open(io.BytesIO(raw), formats=_READ)
        if image.width * image.height > MAX_PIXELS:
            raise BadImage("too many pixels")
        # WeasyPrint, once imported, lets the whole process load half a picture.
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        image.load()
        return ImageOps.exif_transpose(image)
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
    ) as bad:
        raise BadImage("not a picture") from bad


def _fit(image: Image.Image, width: int) -> Image.Image:
    if image.width <= width:
        return image
    if image.mode in {"P", "1", "PA"}:
        image = image.convert("RGBA")
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _encode(image: Image.Image, kind: str) -> Picture:
    out = io.BytesIO()
    image.info.clear()
    if kind == "PNG":
        image.save(out, "PNG", optimize=True)
    elif kind == "WEBP":
        image.save(out, "WEBP", quality=_WEBP_QUALITY, method=4)
    else:
        image.save(out, "JPEG", quality=_JPEG_QUALITY, optimize=True, progressive=True)
    extension = {"PNG": "png", "WEBP": "webp"}.get(kind, "jpg")
    return Picture(data=out.getvalue(), extension=extension, width=image.width, height=image.height)
