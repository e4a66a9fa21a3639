"""Plain text as HTML."""

from django.utils.html import escape

from beffroi.kit.html import clean


def paragraphs(text: str) -> str:
    """Clean HTML: empty lines part paragraphs, other line breaks stay."""
    parts = (part.strip() for part in text.split("\n\n"))
    return clean(
        "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in parts if part)
    )
