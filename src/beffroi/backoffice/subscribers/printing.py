"""The paper form of the town, as a PDF: one A4 page, in letters that everyone can read."""

import base64
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.template.loader import render_to_string

from beffroi.audience.facts import TextView, ThemeView
from beffroi.backoffice import qr

if TYPE_CHECKING:
    from beffroi.towns.models import Town

SCALES = (1.0, 0.93, 0.86, 0.8, 0.74)
"""Tried in turn until the form stands on one page; 1.0 sets the text in 13 points."""


def numbers(first: str, count: int) -> list[str]:
    """`count` numbers from `first`, with its zeros; blank ones when it does not end in digits."""
    found = re.fullmatch(r"(.*?)(\d{1,9})", first)
    if found is None:
        return [first] if first and count == 1 else [""] * count
    digits = found[2]
    return [f"{found[1]}{int(digits) + n:0{len(digits)}}" for n in range(count)]


def sheet(
    town: "Town",
    *,
    themes: Sequence[ThemeView],
    text: TextView,
    numbers: Sequence[str],
    public_url: str,
) -> bytes:
    """The PDF, one page for each number."""
    from weasyprint import HTML  # slow to load, and seldom asked for

    facts = {
        "town": town,
        "themes": themes,
        "text": text,
        "paragraphs": text.wording.split("\n\n"),
        "public_url": public_url,
        "qr": qr.picture(public_url),
        "arms": _data_url(town.coat_of_arms) if town.coat_of_arms else "",
    }
    for scale in SCALES:
        one = _html(facts, numbers[:1], scale)
        if len(HTML(string=one).render().pages) == 1:
            break
    body: bytes = HTML(string=_html(facts, numbers, scale)).write_pdf()
    return body


def _html(facts: dict[str, object], numbers: Sequence[str], scale: float) -> str:
    return render_to_string(
        "backoffice/subscribers/form_pdf.html",
        {**facts, "numbers": numbers, "size": f"{13 * scale:.2f}"},
    )


def _data_url(png: bytes | memoryview) -> str:
    return "data:image/png;base64," + base64.b64encode(bytes(png)).decode()
