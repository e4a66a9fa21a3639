"""The record of a hand-over: the inventory of official mail, as both mayors sign it."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext

from beffroi.backoffice.doors import AgentRequest
from beffroi.backoffice.mail import papers
from beffroi.backoffice.words import dated
from beffroi.mailhosting.queries import handovers as queries

if TYPE_CHECKING:
    from beffroi.mailhosting.models import HandOver


def lines(row: "HandOver") -> list[papers.Line]:
    frozen = {one.mailbox_id for one in queries.departures(row)}
    keeper = row.custodian.display_name if row.custodian else gettext("la commune")
    return [
        papers.line(one, custodian=keeper, note=gettext("figée"))
        if one.mailbox_id in frozen
        else papers.line(one, custodian=gettext("la commission"))
        for one in queries.inventory(row)
    ]


def pdf(request: AgentRequest, row: "HandOver") -> bytes:
    return papers.pdf(
        request,
        "backoffice/mail/handover_pdf.html",
        {
            "hand_over": row,
            "on_day": dated(row.takes_place_at),
            "lines": lines(row),
            "is_unknown": queries.inventory(row).filter(messages=None).exists(),
            "people": queries.departures(row),
            "rosters": queries.rosters(row),
        },
    )
