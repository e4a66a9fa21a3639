"""Reading and approving the last message of a temporary theme; made for a telephone."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.audience.facts import NoSuchTheme, ThemeView
from beffroi.audience.queries import themes as queries
from beffroi.audience.services import farewells as services
from beffroi.audience.words import FarewellState
from beffroi.backoffice.doors import AgentRequest, go, say, show, warn
from beffroi.delivery.words import Channel
from beffroi.kit import gsm
from beffroi.money.facts import Estimate, Line
from beffroi.money.queries import estimates

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
    reached, estimate = told(request, found.theme)
    is_own = found.theme.farewell_author_id == request.agent.pk
    return show(
        request,
        "backoffice/subscribers/farewell.html",
        found=found,
        told=reached,
        estimate=estimate,
        is_approved=found.theme.farewell_state == FarewellState.APPROVED,
        may=not is_own or request.town.one_person_rule,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """Whom the farewell of a theme reaches by one channel, as things stand."""

    channel: Channel
    recipients: int
    parts: int
    """SMS parts of one message; 1 for the other channels."""
    has_words: bool


def told(request: AgentRequest, theme: ThemeView) -> tuple[list[Told], Estimate]:
    """Channel by channel, and what it costs at most."""
    words = {
        Channel.EMAIL: theme.farewell,
        Channel.SMS: theme.farewell_sms,
        Channel.PUSH: theme.farewell_push,
    }
    counts = queries.farewell_counts(request.town, theme.id, at=request.at)
    reached = [
        Told(
            channel=channel,
            recipients=counts[channel],
            parts=max(gsm.measure(said).parts, 1) if channel == Channel.SMS else 1,
            has_words=bool(said),
        )
        for channel, said in words.items()
    ]
    lines = [
        Line(channel=one.channel, recipients=one.recipients, parts=one.parts)
        for one in reached
        if one.has_words
    ]
    return reached, estimates.estimate(request.town, lines, service_id=None, at=request.at)


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
