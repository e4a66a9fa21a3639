"""A resident's own page, behind the secret link: themes and channels, address, number, pause, departure. Each act can be seen and undone."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from beffroi.audience.channels import EVERY, bits
from beffroi.audience.facts import NoSuchSubscriber, SubscriberView, ThemeView, TooManyAttempts
from beffroi.audience.queries import subscribers, themes
from beffroi.audience.services import attempts, browsers, preferences
from beffroi.audience.words import AttemptKind, Status
from beffroi.citizen import doors, offers
from beffroi.citizen.doors import go, respond, secret_page, visitor
from beffroi.citizen.forms import NewAddressForm, NewPhoneForm, PauseForm, ThemesForm
from beffroi.citizen.views import notifications
from beffroi.citizen.views.subscribe import too_many, wording
from beffroi.delivery.outgoing import HistoryLine
from beffroi.delivery.queries import links, people
from beffroi.delivery.words import Lane
from beffroi.kit.tokens import BadToken

if TYPE_CHECKING:
    from beffroi.towns.models import Town

HISTORY = 12
DONE = {
    "themes": _("Vos choix sont enregistrés."),
    "depart": _("Vous êtes désinscrit de tous les thèmes. La mairie ne vous écrira plus."),
    "pause": _("Vos abonnements sont en pause."),
    "reprise": _("La pause est finie\N{NO-BREAK SPACE}: les messages reprennent."),
    "adresse": _(
        "Un message part vers la nouvelle adresse. Suivez son lien pour terminer\N{NO-BREAK SPACE}; d’ici là, rien ne change."
    ),
    "bienvenue": _(
        "C’est confirmé\N{NO-BREAK SPACE}: les prochains SMS de ces thèmes vous parviendront."
    ),
    "mobile": _(
        "Votre mobile est confirmé. Cochez «\N{NO-BREAK SPACE}SMS\N{NO-BREAK SPACE}» pour les thèmes à recevoir ainsi."
    ),
    "sans-mobile": _(
        "Votre mobile est effacé\N{NO-BREAK SPACE}: la mairie ne vous enverra plus de SMS."
    ),
    "volontaire": _(
        "Merci\N{NO-BREAK SPACE}: vous recevrez les exercices d’alerte, toujours annoncés comme tels."
    ),
    "sans-exercice": _("Vous ne recevrez plus les exercices d’alerte."),
    "seul-moyen": _(
        "Rien n’a changé\N{NO-BREAK SPACE}: la mairie ne peut vous joindre que par ce mobile. Donnez d’abord une adresse"
        " e\N{NON-BREAKING HYPHEN}mail, ou désinscrivez-vous de tout."
    ),
}
"""What a notice may say, by its word in the address: nobody can make the page say anything else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """The person whose secret link was followed."""

    token: str
    person: SubscriberView
    at: datetime

    @property
    def is_pending(self) -> bool:
        return self.person.status == Status.PENDING


Act = Callable[[HttpRequest, "Town", Reader], HttpResponse]


def readers_page(*methods: str) -> Callable[[Act], doors.View]:
    """Opens to the holder of a good token and nobody else."""

    def decorate(act: Act) -> doors.View:
        @secret_page(*methods)
        @functools.wraps(act)
        def page(request: HttpRequest, town: Town, token: str) -> HttpResponse:
            at = timezone.now()
            try:
                point = links.read_preferences(town, token)
                person = subscribers.by_contact_point(town, point, at=at)
                if person is None:
                    return doors.dead_link(town)
                return act(request, town, Reader(token=token, person=person, at=at))
            except (BadToken, NoSuchSubscriber):
                return doors.dead_link(town)

        return page

    return decorate


@readers_page("GET", "HEAD")
def centre(request: HttpRequest, town: Town, reader: Reader) -> HttpResponse:
    return show(
        town, reader, word=request.GET.get("fait", ""), before=_ids(request.GET.get("avant", ""))
    )


@readers_page("POST")
def change_themes(request: HttpRequest, town: Town, reader: Reader) -> HttpResponse:
    """Exactly the ticked themes; none is a departure."""
    form = _themes_form(town, reader.person, request.POST)
    if reader.is_pending:
        return show(town, reader)
    if not form.is_valid():
        return show(town, reader, themes_form=form)
    chosen = form.cleaned_data["themes"]
    preferences.change_themes(
        town,
        reader.person.id,
        theme_ids=chosen,
        channels=_beside_the_unseen(reader.person, form),
        at=reader.at,
        visitor=visitor(request),
    )
    return back(town, reader, "themes" if chosen else "depart", undo=True)


@readers_page("POST")
def leave(request: HttpRequest, town: Town, reader: Reader) -> HttpResponse:
    preferences.unsubscribe(town, reader.person.id, at=reader.at, visitor=visitor(request))
    return back(town, reader, "depart", undo=True)


@readers_page("POST")
def pause(request: HttpRequest, town: Town, reader: Reader) -> HttpResponse:
    form = PauseForm(request.POST, today=timezone.localdate(reader.at))
    if not form.is_valid():
        return show(town, reader, pause_form=form)
    preferences.pause(town, reader.person.id, until=form.until_moment, at=reader.at)
    return back(town, reader, "pause")


@readers_page("POST")
def resume(request: HttpRequest, town: Town, reader: Reader) -> HttpResponse:
    preferences.resume(town, reader.person.id, at=reader.at)
    return back(town, reader, "reprise")


@readers_page("POST")
def volunteer(request: HttpRequest, town: Town, reader: Reader) -> HttpResponse:
    wants = request.POST.get("volontaire") == "oui"
    preferences.volunteer(town, reader.person.id, wants=wants, at=reader.at)
    return back(town, reader, "volontaire" if wants else "sans-exercice")


@readers_page("POST")
def change_address(request: HttpRequest, town: Town, reader: Reader) -> HttpResponse:
    form = NewAddressForm(request.POST)
    if not form.is_valid():
        return show(town, reader, address_form=form)
    email = form.cleaned_data["email"]
    try:
        begun = attempts.begin(
            town, AttemptKind.SUBSCRIBE, email, visitor=visitor(request), at=reader.at
        )
    except TooManyAttempts as fact:
        form.add_error("email", too_many(town, fact))
        return show(town, reader, address_form=form)
    if not begun.too_many_for_address:  # a letter box of others is not to be filled from here
        preferences.change_address(town, reader.person.id, email, at=reader.at)
    return back(town, reader, "adresse")


@readers_page("POST")
def attach_browser(request: HttpRequest, town: Town, reader: Reader) -> HttpResponse:
    """Asked by the script of one's own page: the same themes, as notifications on this device too."""

    def attach(said: dict[str, Any]) -> HttpResponse:
        browsers.attach(
            town,
            reader.person.id,
            notifications.subscription(said),
            visitor=visitor(request),
            at=reader.at,
        )
        return JsonResponse({})

    return notifications.answered(request, attach)


def show(
    town: Town,
    reader: Reader,
    *,
    themes_form: ThemesForm | None = None,
    pause_form: PauseForm | None = None,
    address_form: NewAddressForm | None = None,
    phone_form: NewPhoneForm | None = None,
    word: str = "",
    before: frozenset[int] = frozenset(),
) -> HttpResponse:
    person = reader.person
    faulty = themes_form or pause_form or address_form or phone_form
    form, text = themes_form or _themes_form(town, person), wording(town)
    return respond(
        town,
        "centre.html",
        here="centre",
        token=reader.token,
        person=person,
        pending=reader.is_pending,
        left=person.status == Status.LEFT,
        form=faulty,
        themes_form=form,
        pause_form=pause_form or PauseForm(today=timezone.localdate(reader.at)),
        address_form=address_form or NewAddressForm(),
        phone_form=phone_form or NewPhoneForm(),
        offers_sms=offers.sms(text),
        offers_push=offers.push(text),
        scripts=offers.push(text),
        key=settings.VAPID_PUBLIC_KEY,
        done=DONE.get(word, ""),
        undo=sorted(before & {theme.id for theme in form.choices} if word in DONE else ()),
        history=_history(town, person),
    )


def _themes_form(town: Town, person: SubscriberView, typed: QueryDict | None = None) -> ThemesForm:
    """With a choice of channels for whoever has several."""
    channels = person.channels if len(person.channels) > 1 else ()
    return ThemesForm(
        _choices(town, person),
        typed,
        channels=channels,
        chosen={one.theme_id: one.channels for one in person.choices},
        may_be_empty=True,
    )


def _beside_the_unseen(person: SubscriberView, form: ThemesForm) -> dict[int, int]:
    """What is ticked, and what was chosen for channels that the page does not show (not confirmed yet)."""
    unseen = EVERY & ~bits(form.channels)
    return {
        theme_id: choice | (person.chosen(theme_id) & unseen)
        for theme_id, choice in form.by_theme().items()
    }


def _choices(town: Town, person: SubscriberView) -> list[ThemeView]:
    """What everybody may choose, and what an agent chose with this person."""
    return [
        theme
        for theme in themes.open_themes(town)
        if theme.is_public or theme.id in person.theme_ids
    ]


def _history(town: Town, person: SubscriberView) -> list[HistoryLine]:
    """By whatever channel, the newest first."""
    lines = [line for point in person.points for line in people.history(town, point)]
    said = [line for line in lines if line.lane != Lane.TRANSACTIONAL]
    return sorted(said, key=lambda line: line.frozen_at, reverse=True)[:HISTORY]


def back(town: Town, reader: Reader, word: str, *, undo: bool = False) -> HttpResponse:
    url = f"{doors.address(town, 'centre', token=reader.token)}?fait={word}"
    if undo and reader.person.theme_ids:
        url += "&avant=" + "-".join(str(theme_id) for theme_id in sorted(reader.person.theme_ids))
    return go(url)


def _ids(text: str) -> frozenset[int]:
    return frozenset(int(part) for part in text.split("-") if part.isdecimal() and len(part) < 19)
