"""The accessibility statement says what the last automatic check found, and the check has seen every page there is."""

import re

import pytest
from django.test import Client

from beffroi.citizen import checked, urls
from beffroi.towns.models import JournalEntry
from tests.doors.contents import signed_in

SECRETS = {"Token", "Secret", "Signed", "UUIDConverter"}
FILES = re.compile(
    r"robots|favicon|.*(feed|calendar|photo|image|icon|manifest|script|json|worker|arms|_cap)"
)
"""Pictures, feeds, scripts: no pages."""
NO_PAGE = {
    *("push_subscribe", "push_state", "push_leave", "push_renew", "push_try", "push_arrived"),
    *("short", "link"),
}
"""What a script asks, what leads elsewhere."""
TWICE = {"start"}
"""The front page, where the app of several towns begins."""
CONTINUED = {
    *("news_page", "news_theme_page", "agenda_page", "agenda_month_page"),
    *("directory_page", "directory_open_page", "archive_page", "theme_page"),
}
"""The same list, further down."""


def test_every_page_that_needs_no_secret_was_looked_at():
    pages = {
        one.name or ""
        for one in urls.urlpatterns
        if not {type(converter).__name__ for converter in one.pattern.converters.values()} & SECRETS
        and not FILES.fullmatch(one.name or "")
    }

    unseen = pages - NO_PAGE - TWICE - CONTINUED - set(checked.last().kinds)

    assert unseen == set(), "./beffroi bench accessibility --write"
    assert set(checked.last().kinds) <= pages, "./beffroi bench accessibility --write"


def test_the_statement_gives_day_tool_and_result_and_claims_no_audit(town):
    last = checked.last()

    shown = Client().get(f"/{town.slug}/accessibilite/").content.decode().replace("\xa0", " ")

    assert f"du {last.day.day} " in shown
    assert f"{last.day.year} ({last.tool})" in shown
    assert f"{len(last.kinds)} sortes de pages" in shown
    assert ("aucun défaut." in shown) == (last.faults == 0)
    assert "aucun audit n’a encore été mené" in shown


@pytest.mark.parametrize(
    ("rate", "state", "footer"),
    [
        ("100", "en conformité totale", "totalement conforme"),
        ("72,5", "en conformité partielle", "partiellement conforme"),
        ("49,99", "non conforme", "non conforme"),
    ],
)
def test_an_audit_by_people_is_told_with_its_rate_and_what_is_missing(
    town, administrator, rate, state, footer
):
    desk = signed_in(administrator)
    typed = {
        "day": "2026-10-05", "by": "Cabinet Accès", "rate": rate,
        "failings": "Les plans n’ont pas d’équivalent.", "report": "https://ville.example/audit.pdf",
    }  # fmt: skip
    assert desk.post(f"/mairie/{town.slug}/commune/accessibilite/", typed).status_code == 302

    shown = statement(town)
    assert state in shown and "aucun audit" not in shown
    home = Client().get(f"/{town.slug}/").content.decode().replace("\xa0", " ")
    assert f"Accessibilité : {footer}" in home
    assert f"{rate} % des critères" in shown
    for told in (
        "5 octobre 2026",
        "Cabinet Accès",
        "Les plans n’ont pas",
        "ville.example/audit.pdf",
    ):
        assert told in shown
    assert "Changer le résultat" in desk.get(f"/mairie/{town.slug}/commune/").content.decode()
    (entry, *_) = JournalEntry.objects.of(town).order_by("-pk")
    assert rate in entry.detail

    desk.post(f"/mairie/{town.slug}/commune/accessibilite/retirer/")
    assert "aucun audit n’a encore été mené" in statement(town)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"rate": "101"}, "100"),
        ({"rate": "beaucoup"}, "nombre"),
        ({"day": "2099-01-01"}, "pas encore venue"),
        ({"failings": " "}, "doit dire ce qui manque"),
    ],
)
def test_an_audit_that_cannot_be_is_explained_and_nothing_changes(town, administrator, wrong, why):
    typed = {"day": "2026-10-05", "by": "Cabinet Accès", "rate": "80", "failings": "Les plans."}

    answer = signed_in(administrator).post(
        f"/mairie/{town.slug}/commune/accessibilite/", {**typed, **wrong}
    )

    assert answer.status_code == 200
    assert why in answer.content.decode() and "Cabinet Accès" in answer.content.decode()
    assert "aucun audit n’a encore été mené" in statement(town)


def statement(town) -> str:
    said = Client().get(f"/{town.slug}/accessibilite/").content.decode()
    return said.replace("\xa0", " ")
