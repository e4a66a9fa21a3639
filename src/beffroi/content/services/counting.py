"""Adds what web servers counted to the sums of a day; forgets old ones."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import connection, transaction

from beffroi.content.facts import Searches, Views
from beffroi.content.models import Searched, Viewed
from beffroi.towns.models import Town

VIEWS_KEPT = timedelta(days=760)
"""Twenty-five months, as the CNIL recommends of audience measurement without consent."""
WORDS_KEPT = timedelta(days=366)
"""As long as they are shown: some may name somebody."""
_ADD_VIEWS = """
    INSERT INTO content_viewed AS row (town_id, day, page, entry_id, views, visits)
    SELECT %s, %s, page, entry_id, views, visits
    FROM unnest(%s::text[], %s::bigint[], %s::int[], %s::int[]) AS seen (page, entry_id, views, visits)
    WHERE entry_id IS NULL OR entry_id IN (SELECT id FROM content_entry WHERE town_id = %s)
    ORDER BY page, entry_id
    ON CONFLICT ON CONSTRAINT viewed_once
    DO UPDATE SET views = row.views + excluded.views, visits = row.visits + excluded.visits
"""
"""In one order, so that two servers that add at once wait for each other and never in a ring."""
_ADD_SEARCHES = """
    INSERT INTO content_searched AS row (town_id, day, words, found, times)
    SELECT %s, %s, words, found, times
    FROM unnest(%s::text[], %s::int[], %s::int[]) AS asked (words, found, times)
    ORDER BY words
    ON CONFLICT (town_id, day, words) DO UPDATE SET times = row.times + excluded.times, found = excluded.found
"""


@transaction.atomic
def add(town: Town, views: Sequence[Views], searches: Sequence[Searches], *, day: date) -> None:
    """One statement for each table, however much was counted. An entry of another town, or gone, is not counted."""
    with connection.cursor() as cursor:
        if views:
            columns = zip(
                *((one.page, one.entry_id, one.views, one.visits) for one in views), strict=True
            )
            cursor.execute(_ADD_VIEWS, [town.pk, day, *map(list, columns), town.pk])
        if searches:
            columns = zip(*((one.words, one.found, one.times) for one in searches), strict=True)
            cursor.execute(_ADD_SEARCHES, [town.pk, day, *map(list, columns)])


@transaction.atomic
def forget(town: Town, *, today: date) -> None:
    Viewed.objects.of(town).filter(day__lt=today - VIEWS_KEPT).delete()
    Searched.objects.of(town).filter(day__lt=today - WORDS_KEPT).delete()
