"""Lists of a large town: each page fits the first packets of a connection, and nothing vanishes from one to the next."""

import re
from datetime import timedelta
from random import Random

import pytest
import time_machine

from beffroi.citizen import answers
from beffroi.config.bench.pages import GOALS, Page
from beffroi.content import rows, slugs
from beffroi.content.facts import Hours, Occurrence, Place, Text
from beffroi.content.models import Entry
from beffroi.content.words import Category, Kind, Stage
from tests.cast import NOON

pytestmark = pytest.mark.slow

MANY = 500
SYLLABLES = [
    "ar",
    "ba",
    "ca",
    "cha",
    "dé",
    "du",
    "é",
    "fa",
    "gou",
    "ir",
    "jo",
    "la",
    "lé",
    "mi",
    "mou",
    "na",
    "or",
    "pé",
    "pin",
    "qui",
    "ra",
    "ré",
    "sau",
    "su",
    "ta",
    "tou",
    "va",
    "ven",
]
NEXT = re.compile(r'<a rel="next" href="([^"]+)"')
DAY = timedelta(days=1)


class Pen:
    """Long names, no two alike, that no compression guesses."""

    def __init__(self):
        self.chance = Random(33009)

    def word(self):
        return "".join(self.chance.choices(SYLLABLES, k=self.chance.choice((2, 3, 4))))

    def words(self, count):
        return " ".join(self.word() for _ in range(count)).capitalize()

    def place(self):
        number = "05 " + " ".join(f"{self.chance.randrange(100):02}" for _ in range(4))
        return Place(
            street=f"{self.chance.randrange(1, 300)} {self.words(4)}",
            city="Arcachon",
            latitude=44.6 + self.chance.random() / 10,
            longitude=-1.2 + self.chance.random() / 10,
            phones=(number,),
            hours=tuple(
                Hours(weekday=day, opens_min=self.chance.randrange(420, 600), closes_min=1140)
                for day in range(6)
            ),
        )


def publish(town, kind, texts):
    names = slugs.free(town, [(kind, text.title) for text in texts])
    made = []
    for slug, text in zip(names, texts, strict=True):
        entry = Entry(
            town=town, kind=kind, slug=slug, stage=Stage.PUBLISHED, created_at=NOON, changed_at=NOON,
        )  # fmt: skip
        rows.fill(entry, text)
        entry.publish_at = NOON
        made.append(entry)
    Entry.objects.bulk_create_in(town, made)
    rows.place_around(town, zip(made, texts, strict=True))


@pytest.fixture
def titles(town):
    pen = Pen()
    shelf = [
        Text(title=pen.words(7), summary=pen.words(30), category=category, place=pen.place())
        for category in (Category.ASSOCIATION, Category.USEFUL)
        for _ in range(MANY)
    ]
    dates = [
        Text(
            title=pen.words(7),
            summary=pen.words(30),
            venue=pen.words(4),
            occurrences=(Occurrence(begins_at=NOON + number * DAY / 10),),
        )
        for number in range(MANY)
    ]
    with time_machine.travel(NOON, tick=False):
        publish(town, Kind.PLACE, shelf)
        publish(town, Kind.EVENT, dates)
        yield {
            "annuaire/associations/": {text.title for text in shelf[:MANY]},
            "annuaire/associations/ouvert/": {text.title for text in shelf[:MANY]},
            "agenda/": {text.title for text in dates},
        }


def size(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    headers = [*answer.headers.items(), ("Date", "Tue, 24 Nov 2026 11:00:00 GMT")]
    ready = answers.ready(headers, answer.content)
    page = Page(kind="", path=path, headers=ready.packed, body=ready.packed_body[0])
    return page.size_bytes, answer.content.decode()


def test_every_page_of_a_long_list_is_light_and_shows_what_the_others_do_not(titles, town, client):
    heavy: dict[str, int] = {}
    seen: dict[str, list[str]] = {path: [] for path in titles}
    for first in titles:
        path = f"/{town.slug}/{first}"
        while path:
            bytes_, html = size(client, path)
            if bytes_ > GOALS["bytes"]:
                heavy[path] = bytes_
            seen[first] += re.findall(
                r'<a href="/arcachon/(?:annuaire/associations|agenda)/[^/"]+/">([^<]+)</a>(?:</h2>| )',
                html,
            )
            following = NEXT.search(html)
            path = following[1] if following else ""
    for path in ("numeros-utiles/", "recherche/?q=arcachon", "annuaire/", ""):
        bytes_, _ = size(client, f"/{town.slug}/{path}")
        if bytes_ > GOALS["bytes"]:
            heavy[path] = bytes_

    assert heavy == {}
    for first, all_ in titles.items():
        assert len(seen[first]) == MANY
        assert set(seen[first]) == all_


def test_a_letter_leads_to_where_it_begins_and_no_page_is_beyond_the_last(titles, town, client):
    html = client.get(f"/{town.slug}/annuaire/associations/page/2/").content.decode()
    letters = re.findall(r'<li><a href="([^"#]+)#([A-Z]|0-9)">\2</a>', html)

    assert "500 fiches, page 2 sur 10" in html.replace("\N{NO-BREAK SPACE}", " ")
    assert len(letters) > 10
    for path, letter in letters:
        page = client.get(path).content.decode()
        assert f'<li id="{letter}"' in page
    for page in (
        "annuaire/associations/page/11/",
        "annuaire/associations/page/0/",
        "agenda/page/11/",
    ):
        assert client.get(f"/{town.slug}/{page}").status_code == 404


def test_beside_the_emergency_numbers_the_other_contacts_are_one_step_away(titles, town, client):
    html = client.get(f"/{town.slug}/numeros-utiles/").content.decode()

    assert "460 autres contacts utiles" in html
    assert f'href="/{town.slug}/annuaire/contacts-utiles/"' in html
