"""Exercises: a day of storm played hour by hour, from draft to messages received by volunteers."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings as house
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from beffroi.alerts.queries import alerts, history
from beffroi.alerts.queries.alerts import Reached
from beffroi.alerts.services import drills
from beffroi.alerts.texts import Words
from beffroi.backoffice.alerts.board import is_live, toned
from beffroi.backoffice.alerts.sentences import attempt
from beffroi.backoffice.doors import AgentRequest, go, say, show

if TYPE_CHECKING:
    from beffroi.alerts.models import AlertMessage, Drill

DAYS_SHOWN = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """One message of the day being played."""

    message: "AlertMessage"
    words: Words
    reached: list[Reached]
    is_live: bool


def show_drill(request: AgentRequest) -> HttpResponse:
    drill = alerts.last_drill(request.town)
    return show(
        request,
        "backoffice/alerts/drill.html",
        drill=drill,
        hours=_hours(request, drill),
        days=history.days(request.town, at=request.at)[:DAYS_SHOWN],
        played=drill.step if drill else 0,
        scenes=_scenes(request) if drill else [],
        is_playing=drill is not None and drill.finished_at is None,
        followed=toned(alerts.followed(request.town, drill=drill)) if drill else [],
        volunteers=alerts.volunteers(request.town, at=request.at),
        outside=house.BEFFROI_OUTSIDE_URL,
    )


def start(request: AgentRequest) -> HttpResponse:
    """The shipped storm, or the day of the town's own past that the form names."""
    asked = request.POST.get("day", "")
    try:
        day = date.fromisoformat(asked) if asked else None
    except ValueError as bad:
        raise Http404 from bad
    drill = attempt(
        request,
        lambda: drills.start(request.town, by=request.agent, at=request.at, day=day),
    )
    if drill:
        drills.play(request.town, drill.pk, at=request.at)
        say(
            request,
            gettext("L’exercice commence\N{NO-BREAK SPACE}: la première vigilance est publiée."),
        )
    return go(request, "drill")


def play(request: AgentRequest, drill_id: int) -> HttpResponse:
    if alerts.drill(request.town, drill_id) is None:
        raise Http404
    attempt(request, lambda: drills.play(request.town, drill_id, at=request.at))
    return go(request, "drill")


def _scenes(request: AgentRequest) -> list[Scene]:
    drill = alerts.last_drill(request.town)
    return [
        Scene(
            message=one,
            words=alerts.words_of(one),
            reached=alerts.reached(request.town, one.pk),
            is_live=is_live(request, one),
        )
        for alert in (alerts.alerts_of_drill(request.town, drill) if drill else ())
        for one in alerts.messages(request.town, alert.pk)
    ]


def _hours(request: AgentRequest, drill: "Drill | None") -> list[str]:
    if drill is None or drill.day is None:
        return [_hour(step.name) for step in drills.steps()]
    played = history.publications(request.town, drill.day)
    moments = (timezone.localtime(one.updated_at) for one in played)
    return [f"{when.hour}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{when.minute:02}" for when in moments]


def _hour(name: str) -> str:
    """« 12T0902 » is the first day at 10 h 02 in Paris, in winter."""
    day, clock = name.split("T")
    hour = (int(clock[:2]) + 1) % 24
    when = f"{hour}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{clock[2:]}"
    is_next = day != "12" or int(clock[:2]) == 23
    return gettext("lendemain, %s") % when if is_next else when
