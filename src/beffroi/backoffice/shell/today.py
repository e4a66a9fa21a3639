"""Aujourd’hui: what waits for me, what is going out, the reach."""

from django.http import HttpResponse

from beffroi.backoffice.doors import AgentRequest, show


def today(request: AgentRequest) -> HttpResponse:
    return show(request, "backoffice/today.html")
