"""What the town wants done, phenomenon by colour; and how it follows the vigilance."""

from django.http import HttpResponse
from django.utils.translation import gettext

from beffroi.alerts.queries import settings as queries
from beffroi.alerts.services import feeds, settings
from beffroi.alerts.words import Action, ColourChoice, PhenomenonChoice
from beffroi.backoffice.alerts.forms import FeedForm, WatchForm
from beffroi.backoffice.alerts.sentences import attempt
from beffroi.backoffice.alerts.troubles import feed_trouble, weather_trouble
from beffroi.backoffice.doors import AgentRequest, go, say, show, warn


def table(request: AgentRequest) -> HttpResponse:
    watching = queries.watching(request.town)
    followed = queries.feeds(request.town)
    return show(
        request,
        "backoffice/alerts/rules.html",
        rows=queries.rules(request.town, at=request.at),
        actions=Action.choices,
        watching=watching,
        trouble=weather_trouble(watching),
        feeds=[(one, feed_trouble(one.failure, one.failing_since)) for one in followed],
    )


def change(request: AgentRequest) -> HttpResponse:
    """All the cells at once; those that did not change write nothing."""
    found = {
        (phenomenon, colour): request.POST.get(f"{int(phenomenon)}-{int(colour)}", "")
        for phenomenon in PhenomenonChoice
        for colour in ColourChoice
    }
    if not all(action in Action.values for action in found.values() if action):
        warn(request, gettext("Une des règles n’existe pas. Rien n’a été modifié."))
        return go(request, "alert-rules")
    for (phenomenon, colour), action in found.items():
        if action:
            settings.set_rule(
                request.town, phenomenon, colour, Action(action), by=request.agent, at=request.at
            )
    say(request, gettext("Les règles sont enregistrées."))
    return go(request, "alert-rules")


def watch(request: AgentRequest) -> HttpResponse:
    kept = queries.watching(request.town)
    initial = {
        "with_coast": kept.with_coast,
        "own_words": kept.own_words,
        "proof_within_s": kept.proof_within_s,
    }
    form = WatchForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        _keep(request, form)
        say(request, gettext("Le suivi de la vigilance est enregistré."))
        return go(request, "alert-rules")
    return show(request, "backoffice/alerts/watch.html", form=form, watching=kept)


def feed_add(request: AgentRequest) -> HttpResponse:
    form = FeedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address, place = form.cleaned_data["address"], form.cleaned_data["place"]
        feeds.add(request.town, address, place, by=request.agent, at=request.at)
        say(request, gettext("Le flux est suivi. Il est relu toutes les cinq minutes."))
        return go(request, "alert-rules")
    return show(request, "backoffice/alerts/feed_form.html", form=form)


def feed_remove(request: AgentRequest, feed_id: int) -> HttpResponse:
    attempt(request, lambda: _removed(request, feed_id))
    return go(request, "alert-rules")


def _removed(request: AgentRequest, feed_id: int) -> None:
    feeds.remove(request.town, feed_id, by=request.agent, at=request.at)
    say(request, gettext("Le flux n’est plus suivi."))


def _keep(request: AgentRequest, form: WatchForm) -> None:
    clean = form.cleaned_data
    settings.set_watch(
        request.town,
        with_coast=clean["with_coast"],
        own_words=clean["own_words"],
        proof_within_s=clean["proof_within_s"],
        by=request.agent,
        at=request.at,
    )
    if clean["key"] or clean["drops_key"]:
        key = "" if clean["drops_key"] else clean["key"]
        settings.set_key(request.town, key, by=request.agent, at=request.at)
