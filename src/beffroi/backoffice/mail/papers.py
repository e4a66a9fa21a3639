"""What is printed and signed: inventories in words, and their PDF."""

import base64
from typing import TYPE_CHECKING, NamedTuple

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext

from beffroi.backoffice.doors import AgentRequest
from beffroi.backoffice.words import dated

if TYPE_CHECKING:
    from beffroi.mailhosting.models.handing import Counted

KIB = 1024


class Line(NamedTuple):
    name: str
    address: str
    kind: str
    messages: str
    size: str
    period: str
    custodian: str = ""


def line(one: "Counted", *, custodian: str = "", note: str = "") -> Line:
    """What the servers could not say is said unknown."""
    unknown = gettext("inconnu")
    return Line(
        name=one.mailbox.display_name,
        address=one.mailbox.address.email,
        kind=", ".join(filter(None, (str(one.mailbox.get_kind_display()), note))),
        messages=unknown
        if one.messages is None
        else number_format(one.messages, force_grouping=True),
        size=size(one.size_bytes) if one.size_bytes is not None else unknown,
        period=unknown if one.messages is None else _period(one),
        custodian=custodian,
    )


def size(size_bytes: int) -> str:
    """« 340 Ko » or « 1 234,5 Mo »: never « 0,0 Mo » for a box that holds letters."""
    if size_bytes < KIB * KIB:
        return gettext("%(n)s Ko") % {"n": -(-size_bytes // KIB)}
    return gettext("%(n)s Mo") % {"n": number_format(size_bytes / KIB**2, 1, force_grouping=True)}


def _period(one: "Counted") -> str:
    if one.first_at is None or one.last_at is None:
        return gettext("aucun message")
    first, last = (
        f"{timezone.localtime(moment):%d/%m/%Y}" for moment in (one.first_at, one.last_at)
    )
    if first == last:
        return gettext("le %(day)s") % {"day": first}
    return gettext("du %(first)s au %(last)s") % {"first": first, "last": last}


def pdf(request: AgentRequest, template: str, context: dict[str, object]) -> bytes:
    """A4, tagged for screen readers (PDF/UA-1)."""
    from weasyprint import HTML  # slow to load, and seldom asked for

    arms = request.town.coat_of_arms
    usual = {
        "town": request.town,
        "arms": "data:image/png;base64," + base64.b64encode(bytes(arms)).decode() if arms else "",
        "made_on": dated(request.at),
    }
    page = render_to_string(template, usual | context)
    made: bytes = HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")
    return made


def shown(paper: bytes | None, name: str) -> HttpResponse:
    """The PDF in the browser, kept by nobody on the way."""
    if paper is None:
        raise Http404
    response = HttpResponse(paper, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
