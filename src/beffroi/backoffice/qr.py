"""A code that a telephone reads, as a picture that stands in the page itself."""

import base64
import io

import qrcode
import qrcode.image.svg


def picture(url: str) -> str:
    """A data: address, SVG."""
    image = qrcode.make(url, image_factory=qrcode.image.svg.SvgPathImage, border=0)
    out = io.BytesIO()
    image.save(out)
    return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode()
