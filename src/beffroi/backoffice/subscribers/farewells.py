"""Reading and approving the last message of a temporary theme; made for a telephone."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.audience.facts import NoSuchTheme
from beffroi.audience.queries import themes as queries
from beffroi.audience.services import farewells as services
from beffroi.audience.words import FarewellState
from beffroi.backoffice.doors import AgentRequest, go, say, show, warn

_STILL_WAITING = {
    services.WordsChanged: _(
        "Le message a changé pendant votre lecture. Il n’est pas validé\N{NO-BREAK SPACE}: relisez-le ci-dessous."
    ),
    services.OwnWork: _(
        "Vous avez écrit ce message\N{NO-BREAK SPACE}: une autre personne doit le valider. Il reste en attente."
    ),
    services.NotAllowed: _("Votre rôle ne le permet pas. Rien n’a été modifié."),
}


def farewell(request: AgentRequest, theme_id: int) -> HttpResponse:
    if request.method == "POST":
        return _approve(request, theme_id)
    try:
        found = queries.farewell(request.town, theme_id)
    except NoSuchTheme as unknown:
        raise Http404 from unknown
    is_own = found.theme.farewell_author_id == request.agent.pk
    return show(
        request,
        "backoffice/subscribers/farewell.html",
        found=found,
        is_approved=found.theme.farewell_state == FarewellState.APPROVED,
        may=not is_own or request.town.one_person_rule,
    )


def _approve(request: AgentRequest, theme_id: int) -> HttpResponse:
    try:
        services.approve(
            request.town,
            theme_id,
            seen_hash=request.POST.get("seen", ""),
            by=request.agent,
            at=request.at,
        )
    except NoSuchTheme:
        warn(request, gettext("Ce thème est déjà terminé. Rien n’a été envoyé."))
    except tuple(_STILL_WAITING) as fact:
        warn(request, _STILL_WAITING[type(fact)])
        return go(request, "theme-farewell", theme_id)
    else:
        say(request, gettext("Message d’adieu validé. Il partira quand le thème se terminera."))
    return go(request, "today")
