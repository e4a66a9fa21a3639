"""Where an agent arrives before having chosen a town."""

from typing import TYPE_CHECKING, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from beffroi.towns import queries, scope

if TYPE_CHECKING:
    from beffroi.towns.models import Agent


@login_required
def my_towns(request: HttpRequest) -> HttpResponseBase:
    """The only town at once; several to choose from; the operator's desk when there is none."""
    agent = cast("Agent", request.user)
    scope.enter(town_id=None, agent_id=agent.pk)
    towns = list(queries.towns_of(agent))
    if len(towns) == 1 and not agent.is_operator:
        return redirect("backoffice:today", towns[0].slug)
    if not towns and agent.is_operator:
        return redirect("operator:towns")
    return render(request, "backoffice/my_towns.html", {"towns": towns})
