"""The accessibility statement says what the last automatic check found, and the check has seen every page there is."""

import re

from django.test import Client

from beffroi.citizen import checked, urls

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
    *("directory_page", "directory_open_page"),
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
