"""The themes of the town."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext

from beffroi.audience.facts import NewTheme, NoSuchTheme, ThemeView
from beffroi.audience.queries import themes as queries
from beffroi.audience.services import farewells, themes as services
from beffroi.audience.words import FarewellState, ThemeKind
from beffroi.backoffice.doors import AgentRequest, go, say, show
from beffroi.backoffice.subscribers.farewells import told
from beffroi.backoffice.subscribers.forms import TemporaryThemeForm, ThemeForm


def listing(request: AgentRequest) -> HttpResponse:
    return show(
        request,
        "backoffice/subscribers/themes.html",
        counted=queries.counted_themes(request.town),
        ended=queries.ended_themes(request.town),
        temporary=ThemeKind.TEMPORARY,
        today=localdate(request.at),
    )


def add(request: AgentRequest) -> HttpResponse:
    """With ?duree=1, a temporary theme."""
    is_temporary = "duree" in request.GET
    form_class = TemporaryThemeForm if is_temporary else ThemeForm
    form = form_class(request.POST or None, initial={"is_public": True})
    if request.method == "POST" and form.is_valid() and _create(request, form):
        return go(request, "themes")
    return show(
        request,
        "backoffice/subscribers/theme.html",
        form=form,
        is_temporary=is_temporary,
        theme=None,
    )


def change(request: AgentRequest, theme_id: int) -> HttpResponse:
    theme = _theme(request, theme_id)
    form_class = TemporaryThemeForm if theme.kind == ThemeKind.TEMPORARY else ThemeForm
    fields = form_class.base_fields
    initial = {name: getattr(theme, name) for name in fields}
    form = form_class(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _change(request, theme_id, form):
        return go(request, "themes")
    return show(
        request,
        "backoffice/subscribers/theme.html",
        form=form,
        theme=theme,
        is_temporary=theme.kind == ThemeKind.TEMPORARY,
    )


def end(request: AgentRequest, theme_id: int) -> HttpResponse:
    """A page says what it does before the button."""
    theme = _theme(request, theme_id)
    if request.method == "POST":
        was_told = farewells.end_theme(request.town, theme_id, by=request.agent, at=request.at)
        ended = gettext("Le thème « {name} » est terminé.").format(name=theme.name)
        sent = gettext("Son message d’adieu est parti.") if was_told else ""
        say(request, f"{ended} {sent}".strip())
        return go(request, "themes")
    counted = {one.theme.id: one.subscribers for one in queries.counted_themes(request.town)}
    return show(
        request,
        "backoffice/subscribers/theme_end.html",
        theme=theme,
        told=told(request, theme)[0],
        says_farewell=theme.farewell_state == FarewellState.APPROVED,
        is_silent=theme.farewell_state == FarewellState.WAITING,
        subscribers=counted.get(theme_id, 0),
    )


def move_up(request: AgentRequest, theme_id: int) -> HttpResponse:
    return _move(request, theme_id, -1)


def move_down(request: AgentRequest, theme_id: int) -> HttpResponse:
    return _move(request, theme_id, 1)


def _move(request: AgentRequest, theme_id: int, by: int) -> HttpResponse:
    ids = [theme.id for theme in queries.open_themes(request.town)]
    if theme_id not in ids:
        raise Http404
    place = ids.index(theme_id)
    ids.insert(max(place + by, 0), ids.pop(place))
    services.reorder(request.town, ids, by=request.agent, at=request.at)
    return go(request, "themes")


def _theme(request: AgentRequest, theme_id: int) -> ThemeView:
    try:
        theme = queries.theme(request.town, theme_id)
    except NoSuchTheme as unknown:
        raise Http404 from unknown
    if not theme.is_open:
        raise Http404
    return theme


def _create(request: AgentRequest, form: ThemeForm) -> bool:
    try:
        services.create(request.town, _read(form), by=request.agent, at=request.at)
    except services.ThemeExists:
        form.add_error("name", gettext("Un thème ouvert porte déjà ce nom."))
    except services.BadEnd:
        form.add_error("ends_on", _bad_end())
    else:
        say(request, gettext("Le thème est ajouté."))
        return True
    return False


def _change(request: AgentRequest, theme_id: int, form: ThemeForm) -> bool:
    try:
        services.change(request.town, theme_id, _read(form), by=request.agent, at=request.at)
    except services.ThemeExists:
        form.add_error("name", gettext("Un thème ouvert porte déjà ce nom."))
    except services.BadEnd:
        form.add_error("ends_on", _bad_end())
    else:
        say(request, gettext("Le thème est enregistré."))
        return True
    return False


def _read(form: ThemeForm) -> NewTheme:
    said: dict[str, Any] = form.cleaned_data
    last: date | None = said.get("ends_on")
    return NewTheme(
        name=said["name"],
        description=said["description"],
        is_alert=said["is_alert"],
        is_public=said["is_public"],
        ends_on=last,
        farewell=said.get("farewell", ""),
        farewell_sms=said.get("farewell_sms", ""),
        farewell_push=said.get("farewell_push", ""),
        purge_on=said.get("purge_on"),
    )


def _bad_end() -> str:
    return gettext(
        "Le dernier jour est à venir, et les abonnés s’oublient ce jour-là au plus tôt, pas avant."
    )
