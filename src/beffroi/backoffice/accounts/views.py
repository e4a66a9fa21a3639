"""What django-allauth has not: the link of an invitation, and ending one session."""

from typing import TYPE_CHECKING, cast

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from beffroi.backoffice.accounts.mail import StaleLink, read_link
from beffroi.backoffice.doors import say
from beffroi.delivery.queries.links import Expired
from beffroi.kit.tokens import BadToken
from beffroi.towns import queries, scope

if TYPE_CHECKING:
    from beffroi.towns.models import Agent


@never_cache
def access_link(request: HttpRequest, town_slug: str, token: str) -> HttpResponseBase:
    """From the link of an e-mail to the page where one chooses a password."""
    town = queries.town_by_slug(town_slug)
    try:
        if town is None:
            raise BadToken
        scope.enter(town_id=town.pk)
        agent = read_link(town, token, at=timezone.now())
    except (BadToken, Expired, StaleLink):
        return render(request, "account/password_reset_from_key.html", {"token_fail": True})
    return redirect(
        "account_reset_password_from_key",
        uidb36=user_pk_to_url_str(agent),
        key=default_token_generator.make_token(agent),
    )


@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ends one of the agent's own sessions; another's id ends nothing."""
    agent = cast("Agent", request.user)
    end_sessions(request, list(UserSession.objects.filter(user_id=agent.pk, pk=pk)))
    if request.user.is_authenticated:
        say(request, gettext("La session est terminée."))
    return redirect("usersessions_list")
