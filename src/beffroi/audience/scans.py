"""Scans of paper forms: what is taken, and the proof that it is what it says."""

import io
import warnings

from PIL import Image, UnidentifiedImageError

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 60_000_000
"""An A4 page at 600 dpi has 35 million."""
_MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png"}


class BadScan(Exception):
    """Not a PDF, JPEG or PNG that can be opened."""


class TooBig(Exception):
    """More than `MAX_BYTES`."""


def media_type(scan: bytes) -> str:
    """What the scan is, by its bytes and not by its name. Raises: BadScan, TooBig."""
    if len(scan) > MAX_BYTES:
        raise TooBig(len(scan))
    if scan.startswith(b"%PDF-") and b"%%EOF" in scan[-2048:]:
        return "application/pdf"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(scan), formats=list(_MEDIA_TYPES)) as image:
                kind, (width, height) = image.format or "", image.size
                if width * height > MAX_PIXELS:
                    raise BadScan
                image.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning) as bad:
        raise BadScan from bad
    except Image.DecompressionBombError as bomb:
        raise BadScan from bomb
    return _MEDIA_TYPES[kind]
