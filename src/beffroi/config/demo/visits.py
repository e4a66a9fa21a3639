"""A year of visits and searches of the demonstration's town: invented sums, as web servers would have added them."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from django.utils import timezone

from beffroi.content.facts import Searches, Views
from beffroi.content.models import Entry
from beffroi.content.queries import desk, search
from beffroi.content.services import counting
from beffroi.content.words import Kind, Stage
from beffroi.towns.models import Town

DAYS = 330
PAGES = {"home": 40, "news": 14, "agenda": 18, "directory": 12, "cinema": 9, "numbers": 3}
"""Opened on a usual day at the end of the year."""
OF_ENTRY = {
    Kind.NEWS: ("news_item", 6),
    Kind.EVENT: ("event", 4),
    Kind.PLACE: ("place", 1),
    Kind.FILM: ("film", 3),
    Kind.PAGE: ("practical_page", 2),
}
SEARCHES = {"medecin": 9, "dechetterie": 8, "piscine": 4, "borne recharge": 4, "parking velo": 3}
"""In a month."""


def count(town: Town, *, today: datetime) -> None:
    chance = Random(town.insee_code)  # noqa: S311 - the same town at each start
    entries = list(desk.entries(town, stage=Stage.PUBLISHED))
    found = {words: search.search(town, words, at=today).total for words in SEARCHES}
    last = timezone.localdate(today) - timedelta(days=1)
    for back in range(DAYS, -1, -1):
        day = last - timedelta(days=back)
        pace = (1.2 - back / DAYS) * (0.7 if day.weekday() > 4 else 1)
        counting.add(
            town,
            list(_views(entries, day, pace, chance)),
            [
                Searches(words=words, found=found[words], times=1)
                for words, times in SEARCHES.items()
                if chance.random() < times / 30
            ],
            day=day,
        )


def _views(entries: list[Entry], day: date, pace: float, chance: Random) -> Iterator[Views]:
    for page, usual in PAGES.items():
        yield from _one(page, None, usual * pace, chance)
    for entry in entries:
        age = (day - timezone.localdate(entry.publish_at or entry.created_at)).days
        if age >= 0:
            page, usual = OF_ENTRY[Kind(entry.kind)]
            fresh = 4.0 / (1 + age) if entry.kind == Kind.NEWS else 0.5
            yield from _one(page, entry.pk, usual * fresh * pace, chance)


def _one(page: str, entry_id: int | None, usual: float, chance: Random) -> Iterator[Views]:
    views = round(usual * chance.uniform(0.6, 1.5))
    if views:
        visits = min(views, round(views * chance.uniform(0.2, 0.6)))
        yield Views(page=page, entry_id=entry_id, views=views, visits=visits)
