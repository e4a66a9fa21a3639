"""Exploitant: the towns of this house, and how its parts are."""

from django.urls import URLPattern

from beffroi.backoffice.doors import operator_page
from beffroi.backoffice.operator import closing, mail, state, strays, towns

PAGES: list[URLPattern] = [
    operator_page("", towns.listing, name="towns"),
    operator_page("ouvrir/", towns.find, name="town-find"),
    operator_page("ouvrir/commune/", towns.open_town, name="town-open", methods=("GET", "POST")),
    operator_page("ouvrir/organisme/", towns.open_body, name="body-open", methods=("GET", "POST")),
    operator_page(
        "collectivites/<slug:town_slug>/", closing.one_town, name="town", methods=("GET", "POST")
    ),
    operator_page(
        "collectivites/<slug:town_slug>/rouvrir/",
        closing.reopen,
        name="town-reopen",
        methods=("POST",),
    ),
    operator_page(
        "collectivites/<slug:town_slug>/heure/",
        closing.set_clock,
        name="town-clock",
        methods=("POST",),
    ),
    operator_page(
        "collectivites/<slug:town_slug>/population/",
        closing.set_population,
        name="town-population",
        methods=("POST",),
    ),
    operator_page(
        "collectivites/<slug:town_slug>/courrier/",
        mail.allowance,
        name="town-mail",
        methods=("GET", "POST"),
    ),
    operator_page("retours/", strays.listing, name="strays"),
    operator_page("retours/<int:stray_return_id>/", strays.read, name="stray", methods=("POST",)),
    operator_page(
        "retours/<int:stray_return_id>/supprimer/",
        strays.delete,
        name="stray-delete",
        methods=("POST",),
    ),
    operator_page("etat/", state.parts, name="state"),
]
