"""Whom the chosen themes reach, counted while they are chosen."""

from django.http import HttpResponse

from beffroi.backoffice.doors import AgentRequest, show
from beffroi.backoffice.messages import posted
from beffroi.campaigns.queries import campaigns


def campaign_audience(request: AgentRequest) -> HttpResponse:
    chosen = tuple(posted.numbers(request.GET.getlist("theme")))
    return show(
        request,
        "backoffice/messages/parts/audience.html",
        reach=campaigns.reach(request.town, chosen, at=request.at) if chosen else None,
    )
