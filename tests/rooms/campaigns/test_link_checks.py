"""Where the links of a letter lead, before the readers find out."""

import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from beffroi.campaigns.queries import checks, link_checks, where
from beffroi.campaigns.queries.contents import content_of
from beffroi.campaigns.services import answers
from beffroi.campaigns.words import LinkState
from beffroi.config import tasks
from tests.cast import NOON
from tests.rooms.campaigns import scene

FAR = "https://festival.example/programme"


def a_letter(town, agent, *hrefs):
    body = "".join(f'<p><a href="{href}">page {n}</a></p>' for n, href in enumerate(hrefs))
    return scene.a_draft(town, agent, replace(scene.a_text(town), body=body))


def remarks(town, campaign):
    return checks.remarks(town, campaign.pk, at=NOON)


class Site(BaseHTTPRequestHandler):
    """A site with one page."""

    def do_HEAD(self) -> None:
        self.send_response(200 if self.path == "/ici" else 404)
        self.end_headers()

    def do_GET(self) -> None:
        self.do_HEAD()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def message(town, agent, colleague, residents):
    """One that is in the town’s archive."""
    return scene.sent(town, agent, colleague)


@pytest.mark.parametrize(
    ("path", "is_there"),
    [
        ("/", True),
        ("/arcachon/", True),
        ("/arcachon", True),
        ("/arcachon/messages/?page=1#bas", True),
        ("/arcachon/messages/2026-11-24-la-fete-du-port/", True),
        ("/arcachon/messages/theme/culture-et-evenements/", None),
        ("/arcachon/messages/2019-01-01-jamais-parti/", False),
        ("/arcachon/messages/theme/inconnu/", False),
        ("/arcachon/horaires/", False),
        ("/arcachon/mes-abonnements/", True),
        ("/arcachon/mes-abonnements/abcdefghijklmnopqrstuvwxyz/", False),
        ("/bordeaux/", False),
        ("/mairie/arcachon/", False),
        ("/exploitant/", False),
    ],
)
def test_a_link_to_one_of_our_own_pages_is_looked_up(town, message, settings, path, is_there):
    if is_there is None:
        path, is_there = f"/arcachon/messages/theme/{scene.a_theme(town).slug}/", True

    assert where.leads_somewhere(town, path) is is_there
    assert where.leads_somewhere(town, settings.BEFFROI_URL + path) is is_there


def test_a_link_to_a_page_of_ours_that_is_not_there_blocks(town, agent, residents, settings):
    gone = f"{settings.BEFFROI_URL}/arcachon/messages/2019-01-01-jamais-parti/"

    (remark,) = remarks(town, a_letter(town, agent, gone, "/arcachon/"))

    assert remark.is_blocking
    assert "page 0" in remark.what


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (LinkState.SILENT, "Ne répond pas"),
        (LinkState.PRIVATE, "réseau privé"),
        (LinkState.UNKNOWN, "n’a pas accès à Internet"),
        (None, "Pas encore vérifié"),
    ],
)
def test_what_other_sites_answer_is_told_and_never_blocks(town, agent, residents, state, words):
    campaign = a_letter(town, agent, FAR)
    if state:
        answers.keep(town, {FAR: state})

    (remark,) = remarks(town, campaign)

    assert words in remark.what + remark.advice
    assert not remark.is_blocking


def test_a_site_that_answers_is_not_worth_a_remark(town, agent, residents):
    answers.keep(town, {FAR: LinkState.ANSWERS})

    assert remarks(town, a_letter(town, agent, FAR)) == []


def test_links_are_asked_once_in_the_background(town, agent, residents):
    campaign = a_letter(town, agent, FAR, "mailto:mairie@arcachon.example", "/arcachon/")

    answers.ask(town, campaign.pk)
    answers.ask(town, campaign.pk)

    (job,) = ProcrastinateJob.objects.filter(task_name=answers.ASK_TASK)
    assert job.args == {"town_id": town.pk, "campaign_id": campaign.pk}
    assert link_checks.waiting(town, content_of(town, campaign)) == 1
    assert remarks(town, campaign) == []


def test_the_job_asks_and_the_check_list_knows(town, agent, residents, settings, site):
    settings.BEFFROI_OUTSIDE_URL = "http://127.0.0.1:1"  # as in the demonstration
    campaign = a_letter(town, agent, f"{site}/ici", f"{site}/absente")
    answers.ask(town, campaign.pk)

    tasks.ask_links(town.pk, campaign.pk)

    known = where.states(town, [f"{site}/ici", f"{site}/absente"])
    assert known == {f"{site}/ici": LinkState.ANSWERS, f"{site}/absente": LinkState.SILENT}


def test_outside_the_demonstration_the_job_leaves_this_machine_alone(town, agent, residents, site):
    campaign = a_letter(town, agent, f"{site}/ici")
    answers.ask(town, campaign.pk)

    tasks.ask_links(town.pk, campaign.pk)

    assert where.states(town, [f"{site}/ici"]) == {f"{site}/ici": LinkState.PRIVATE}


def test_what_one_town_has_asked_says_nothing_to_another(town, other_town):
    answers.keep(town, {FAR: LinkState.SILENT})

    assert where.states(other_town, [FAR]) == {}
