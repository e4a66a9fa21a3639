"""The app that all towns share: where it begins, what it loads, how one gets from a town to another."""

import re

import pytest

from beffroi.towns import services as towns
from tests import cast
from tests.cast import NOON
from tests.doors.test_town_pages import words

pytestmark = pytest.mark.django_db


def test_it_begins_where_its_worker_reaches_and_no_town_s_page_is_there(client, town, other_town):
    told = client.get("/application.webmanifest").json()
    worker = client.get("/ensemble/sw.js")

    assert (told["start_url"], told["scope"]) == ("/ensemble/", "/")
    assert worker["Content-Type"].startswith("text/javascript")
    assert "Service-Worker-Allowed" not in worker
    for page in ("/", told["start_url"], f"/ensemble/{town.slug}+{other_town.slug}/"):
        html = client.get(page).content.decode()
        assert re.findall(r"<script([^>]*)>", html) == [' src="/ensemble/app.js" defer'], page
        assert 'class="home" href="/ensemble/"' in html
        assert '<link rel="manifest" href="/application.webmanifest">' in html


def test_another_town_is_one_link_away_where_there_is_one_and_never_in_a_town_s_own_app(
    client, town, settings
):
    settings.ALLOWED_HOSTS = ["*"]
    home, link = f"/{town.slug}/", '<a href="/ensemble/">Une autre commune</a>'
    assert link not in words(client.get(home))

    cast.a_town("13055", sender_address="mairie@marseille.example")
    towns.give_host(town, "app.arcachon.fr", by=None, at=NOON)
    assert link in words(client.get(home))
    assert link not in words(client.get(home, headers={"host": "app.arcachon.fr"}))
