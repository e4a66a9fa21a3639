"""Each kind of page fits the first packets of a connection (RFC 6928: ten segments), and needs nothing more to be read."""

import re

import pytest
import time_machine

from beffroi.audience.models import Theme
from beffroi.citizen import answers
from beffroi.config.bench import page_kinds
from beffroi.config.bench.pages import GOALS, Page
from beffroi.config.demo import content, story
from tests.cast import NOON, PASSWORD
from tests.doors.test_citizen_pages import published

pytestmark = pytest.mark.slow

STYLE_SHEET = re.compile(r"<link[^>]+stylesheet")
SCRIPT = re.compile(r"<script(?![^>]*\b(?:defer|async)\b)(?![^>]*application/ld\+json)[^>]*>")


@pytest.fixture
def paths(db, client):
    """One of each kind, in the demonstration's town."""
    with time_machine.travel(NOON, tick=False):
        office = story.open_town(PASSWORD, at=NOON)
        content.publish(office, today=NOON)
        town = office.town
        published(town, office.agents["redaction"], Theme.objects.of(town)[0])
        yield page_kinds.addresses(lambda path: client.get(path).content.decode(), town.slug)


def test_every_kind_of_page_is_light_and_read_without_a_second_request(paths, client):
    heavy, needy = {}, {}
    for kind, path in paths.items():
        answer = client.get(path)
        headers = [*answer.headers.items(), ("Date", "Tue, 24 Nov 2026 11:00:00 GMT")]
        ready = answers.ready(headers, answer.content)
        page = Page(kind=kind, path=path, headers=ready.packed, body=ready.packed_body[0])
        if page.size_bytes > GOALS["bytes"]:
            heavy[kind] = page.size_bytes
        html = answer.content.decode()
        if STYLE_SHEET.search(html) or SCRIPT.search(html):
            needy[kind] = path

    assert heavy == {}
    assert needy == {}
