"""What the town publishes already: found from the address of its site, shown before anything is taken."""

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.content import cards
from beffroi.backoffice.content.cards import FoundCard, LabelChoice
from beffroi.backoffice.content.found import source_or_404
from beffroi.backoffice.content.sentences import attempt, failure, sentence
from beffroi.backoffice.content.sources import FORMATS
from beffroi.backoffice.doors import AgentRequest, Say, address, go, say, show, warn
from beffroi.backoffice.messages.posted import number
from beffroi.content.facts import AddressTaken, NewSource
from beffroi.content.queries import desk
from beffroi.content.services import sources, visiting
from beffroi.content.words import Format, Mode
from beffroi.towns import queries


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    sample: visiting.Sample
    format: Say
    cards: list[FoundCard]
    labels: list[LabelChoice]


class SiteForm(forms.Form):
    address = forms.URLField(
        label=_("Adresse de votre site, de votre agenda ou de votre cinéma"),
        max_length=1000,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "www.commune.fr"}),
    )


def source_find(request: AgentRequest) -> HttpResponse:
    """Asks the site while the agent waits, at most half a minute; keeps nothing."""
    form = SiteForm(request.POST or None)
    offer = None
    if request.method == "POST" and form.is_valid():
        offer = visiting.look(
            request.town,
            form.cleaned_data["address"],
            at=request.at,
            allow_loopback=bool(settings.BEFFROI_OUTSIDE_URL),
        )
    return show(
        request,
        "backoffice/content/source_find.html",
        form=form,
        offer=offer,
        failure=failure(offer.failure) if offer and offer.failure else "",
        shown=[_shown(request, one) for one in offer.samples] if offer else [],
    )


def _shown(request: AgentRequest, sample: visiting.Sample) -> Shown:
    return Shown(
        sample=sample,
        format=FORMATS[sample.format],
        cards=[cards.card(one) for one in sample.found],
        labels=cards.choices(request, [(one.name, one.count, one.use) for one in sample.labels]),
    )


def source_follow(request: AgentRequest) -> HttpResponse:
    """One of the things found: from now on it is read, the first time at once."""
    said = request.POST
    mode = Mode.AUTOMATIC if said.get("mode") == Mode.AUTOMATIC else Mode.MODERATED
    form = SiteForm({"address": said.get("address", "")})
    if said.get("format") not in set(Format) or not form.is_valid():
        warn(request, gettext("Cette source n’a pas pu être ajoutée. Recommencez la recherche."))
        return go(request, "source-find")
    try:
        row = sources.add(
            request.town,
            NewSource(
                name=said.get("name", "").strip() or form.cleaned_data["address"],
                format=Format(said["format"]),
                address=form.cleaned_data["address"],
                mode=mode,
                labels=cards.posted_uses(request),
            ),
            by=request.agent,
            at=request.at,
        )
    except AddressTaken as fact:
        warn(request, sentence(fact))
        return go(request, "source-find")
    return _read_now(request, row.pk)


def source_inherit(request: AgentRequest) -> HttpResponse:
    """What a public body of this house publishes is shown by the town as well."""
    body = queries.public_bodies().filter(slug=request.POST.get("body", "")).first()
    if body is None or body.pk == request.town.pk:
        warn(request, gettext("Cette collectivité n’est plus ouverte ici."))
        return go(request, "sources")
    mode = Mode.MODERATED if request.POST.get("mode") == Mode.MODERATED else Mode.AUTOMATIC
    done = attempt(
        request,
        lambda: sources.inherit(request.town, body, mode, by=request.agent, at=request.at),
    )
    if done:
        say(request, gettext("Ce qu’elle publie arrive dans quelques secondes."))
    return go(request, "sources")


def source_read(request: AgentRequest, source_id: int) -> HttpResponse:
    if not source_or_404(request, source_id).address:
        warn(
            request,
            gettext("Cette source n’a pas d’adresse à relire. Choisissez un fichier plus récent."),
        )
        return go(request, "source-newer", source_id)
    return _read_now(request, source_id)


def _read_now(request: AgentRequest, source_id: int) -> HttpResponse:
    sources.ask(request.town, source_id, by=request.agent, at=request.at)
    return go(request, "source", source_id)


def source_reading(request: AgentRequest, source_id: int) -> HttpResponse:
    """The page of the source asks every second while it is read; then says what came of it, and stays as it is."""
    if not request.headers.get("HX-Request"):
        return go(request, "source", source_id)
    try:
        row = source_or_404(request, source_id)
    except Http404:  # removed meanwhile
        return HttpResponse(headers={"HX-Redirect": address(request, "sources")})
    last, since = number(request.GET.get("apres", "")) or 0, request.GET.get("depuis", "")
    is_waiting = desk.is_waited_for(row, at=request.at)
    run = next(iter(desk.runs(request.town, source_id)), None)
    return show(
        request,
        "backoffice/content/source_reading.html",
        source=row,
        last=last,
        since=since,
        is_waiting=is_waiting,
        run=run if run and run.pk > last else None,
        failure=failure(row.failure) if row.failure else "",
        was_asked=bool(row.asked_at and f"{row.asked_at.timestamp():.0f}" >= since),
    )
