"""The record of a hand-over: the inventory of official mail, as both mayors sign it."""

import base64
from typing import TYPE_CHECKING, NamedTuple

from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.translation import gettext

from beffroi.backoffice.doors import AgentRequest
from beffroi.backoffice.words import dated
from beffroi.mailhosting.queries import handovers as queries

if TYPE_CHECKING:
    from beffroi.mailhosting.models import HandOver, InventoryLine

MIB = 1024 * 1024


class Line(NamedTuple):
    name: str
    address: str
    kind: str
    messages: str
    size: str
    period: str
    custodian: str


def lines(row: "HandOver") -> list[Line]:
    """The inventory in words; what the servers could not say is said unknown."""
    frozen = {one.mailbox_id for one in queries.departures(row)}
    keeper = row.custodian.display_name if row.custodian else gettext("la commune")
    return [_line(one, keeper, frozen) for one in queries.inventory(row)]


def _line(one: "InventoryLine", keeper: str, frozen: set[int]) -> Line:
    unknown = gettext("inconnu")
    return Line(
        name=one.mailbox.display_name,
        address=one.mailbox.address.email,
        kind=str(one.mailbox.get_kind_display()),
        messages=unknown
        if one.messages is None
        else number_format(one.messages, force_grouping=True),
        size=_size(one.size_bytes) if one.size_bytes is not None else unknown,
        period=unknown if one.messages is None else _period(one),
        custodian=keeper if one.mailbox_id in frozen else gettext("la commission"),
    )


def _size(size_bytes: int) -> str:
    return gettext("%(n)s Mo") % {"n": number_format(size_bytes / MIB, 1, force_grouping=True)}


def _period(one: "InventoryLine") -> str:
    if one.first_at is None or one.last_at is None:
        return gettext("aucun message")
    return gettext("du %(first)s au %(last)s") % {
        "first": f"{one.first_at:%d/%m/%Y}",
        "last": f"{one.last_at:%d/%m/%Y}",
    }


def pdf(request: AgentRequest, row: "HandOver") -> bytes:
    """A4, tagged for screen readers (PDF/UA-1)."""
    from weasyprint import HTML  # slow to load, and seldom asked for

    arms = request.town.coat_of_arms
    page = render_to_string(
        "backoffice/mail/handover_pdf.html",
        {
            "town": request.town,
            "arms": "data:image/png;base64," + base64.b64encode(bytes(arms)).decode()
            if arms
            else "",
            "made_on": dated(request.at),
            "hand_over": row,
            "on_day": dated(row.takes_place_at),
            "lines": lines(row),
            "people": queries.departures(row),
            "rosters": queries.rosters(row),
        },
    )
    made: bytes = HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")
    return made
