"""What residents see during an alert (`citizen.ready` stands in front of it), and its CAP document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from beffroi.alerts.queries import alerts
from beffroi.citizen.doors import public_page, respond
from beffroi.kit.cap import CONTENT_TYPE

if TYPE_CHECKING:
    from beffroi.towns.models import Town


@public_page()
def page(request: HttpRequest, town: Town) -> HttpResponse:
    shown = alerts.published(town, at=timezone.now())
    current = [one for one in shown if not one.is_drill and one.ended_at is None]
    return respond(
        town,
        "alert.html",
        here="alert",
        current=current,
        ended=[one for one in shown if not one.is_drill and one.ended_at is not None],
        drills=[] if current else [one for one in shown if one.is_drill],
    )


@public_page()
def cap(request: HttpRequest, town: Town, alert_id: int) -> HttpResponse:
    document = alerts.cap(town, alert_id)
    if not document:
        raise Http404
    return HttpResponse(document, content_type=f"{CONTENT_TYPE}; charset=utf-8")
