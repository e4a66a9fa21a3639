"""« Mon compte »: what django-allauth shows of an agent's own security, and the mobile that they proved in each town."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from allauth.mfa.base.views import IndexView
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from beffroi.backoffice.doors import say
from beffroi.campaigns.queries import trial_phones
from beffroi.campaigns.services import trying
from beffroi.towns import queries, scope

if TYPE_CHECKING:
    from beffroi.towns.models import Agent, Town


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnPhone:
    """Where tests by SMS go."""

    town: "Town"
    masked: str


class Account(IndexView):  # type: ignore[misc]
    def get_context_data(self, **given: object) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**given)
        return context | {"phones": _phones(cast("Agent", self.request.user))}


account = login_required(Account.as_view())


def _phones(agent: "Agent") -> list[OwnPhone]:
    scope.enter(town_id=None, agent_id=agent.pk)
    found = []
    for town in list(queries.towns_of(agent)):
        scope.enter(town_id=town.pk, agent_id=agent.pk)
        if masked := trial_phones.masked(town, agent):
            found.append(OwnPhone(town=town, masked=masked))
    return found


@login_required
@require_POST
def forget_phone(request: HttpRequest, town_slug: str) -> HttpResponseBase:
    """An agent takes their own number back."""
    town, agent = queries.town_by_slug(town_slug), cast("Agent", request.user)
    if town is None:
        raise Http404
    scope.enter(town_id=town.pk, agent_id=agent.pk)
    trying.forget_phone(town, by=agent)
    say(
        request,
        gettext(
            "Votre numéro est retiré\N{NO-BREAK SPACE}: plus aucun essai ne part vers ce mobile."
        ),
    )
    return redirect("mfa_index")
