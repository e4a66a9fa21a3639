"""A file handed to the workers: taken in once, whatever dies; its photographs counted; a long list in few statements."""

from datetime import timedelta

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from beffroi.content.facts import LabelUse, UnderWay
from beffroi.content.models import Entry, EntryTheme, Source, Upload
from beffroi.content.services import importing, sources, uploads, visiting
from beffroi.content.words import Setback
from beffroi.gateways import sources as gateway
from beffroi.gateways.sources import Fetched, Outcome
from beffroi.towns.models import Town
from tests.cast import NOON
from tests.rooms.content.bringing import NEXT_WEEK, WEEK, brought, settled, taken

LATER = NOON + timedelta(minutes=1)


class Killed(BaseException):
    """As a `kill -9` ends a worker: nothing after it is done."""


def handed_over(town, agent, text, **more):
    row = brought(town, agent, text, **more)
    uploads.start(town, row.pk, by=agent, at=NOON)
    return row


def carried_out(town, row, at=NOON):
    uploads.carry_out(town, row.pk, clock=lambda: at)
    row.refresh_from_db()


def waiting_jobs():
    return [job.args["upload_id"] for job in ProcrastinateJob.objects.filter(status="todo")]


def test_a_file_handed_over_is_left_alone_until_it_is_taken_in_once(town, agent):
    row = handed_over(town, agent, WEEK)
    assert waiting_jobs() == [row.pk]
    with pytest.raises(UnderWay):
        uploads.start(town, row.pk, by=agent, at=NOON)
    with pytest.raises(UnderWay):
        uploads.discard(town, row.pk, by=agent, at=NOON)
    with pytest.raises(UnderWay):
        settled(town, agent, row)
    assert uploads.forget(town, at=NOON + timedelta(days=8)) == 0

    carried_out(town, row)
    carried_out(town, row)

    assert (row.busy_at, row.run.made, Entry.objects.of(town).count()) == (None, 1, 1)


def test_a_file_whose_worker_died_is_taken_up_again(town, agent, monkeypatch):
    row = handed_over(town, agent, WEEK)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    with monkeypatch.context() as killed:
        killed.setattr(importing, "take", lambda *a, **k: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            carried_out(town, row)
    assert Source.objects.of(town).count() == 0
    uploads.resume_all(at=NOON + timedelta(minutes=1))
    assert waiting_jobs() == []

    uploads.resume_all(at=NOON + timedelta(minutes=3))
    uploads.resume_all(at=NOON + timedelta(minutes=4))

    assert waiting_jobs() == [row.pk]
    carried_out(town, row)
    assert row.run.made == 1


def test_a_file_that_kills_each_worker_comes_back_to_its_agent(town, agent, monkeypatch):
    row = handed_over(town, agent, WEEK)
    with monkeypatch.context() as killed:
        killed.setattr(importing, "take", lambda *a, **k: (_ for _ in ()).throw(Killed))
        for _ in range(uploads.TRIES):
            with pytest.raises(Killed):
                carried_out(town, row)

    carried_out(town, row)

    assert (row.came_back, row.busy_at, row.run) == (Setback.STOPPED, None, None)
    uploads.start(town, row.pk, by=agent, at=NOON)
    carried_out(town, row)
    assert (row.came_back, row.run.made) == ("", 1)


def test_a_file_whose_source_goes_while_it_waits_comes_back(town, agent):
    source = taken(town, agent, brought(town, agent, WEEK)).source
    row = handed_over(town, agent, NEXT_WEEK)
    sources.remove(town, source.pk, by=agent, at=NOON)

    carried_out(town, row)

    assert (row.came_back, row.busy_at) == (Setback.SOURCE_GONE, None)
    assert Entry.objects.of(town).count() == 1


def test_a_worker_that_was_given_up_takes_nothing_in_any_more(town, agent, monkeypatch):
    row = handed_over(town, agent, WEEK)

    def asleep(*said, **more):
        """Meanwhile others tried, and the agent began to put the file right."""
        Upload.objects.of(town).update(busy_at=None, tries=uploads.TRIES)
        return {}

    monkeypatch.setattr(visiting, "photos", asleep)
    carried_out(town, row)

    assert (row.run, Entry.objects.of(town).count()) == (None, 0)


def test_files_of_a_closed_town_ring_nobody(town, agent):
    row = handed_over(town, agent, WEEK)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    Town.objects.filter(pk=town.pk).update(closed_at=NOON)

    uploads.resume_all(at=NOON + timedelta(minutes=3))

    assert waiting_jobs() == []
    Town.objects.filter(pk=town.pk).update(closed_at=None)
    uploads.resume_all(at=NOON + timedelta(minutes=3))
    assert waiting_jobs() == [row.pk]


def test_the_photographs_of_a_file_are_counted_as_they_come(town, agent, monkeypatch):
    text = "Nom;Photo\nA;https://exemple.fr/a.jpg\nB;https://exemple.fr/b.jpg\n"
    row = handed_over(town, agent, text, name="a.csv")
    told = []

    def ask(url, **more):
        row.refresh_from_db()
        told.append((row.photos_done, row.photos_total, row.busy_at))
        return Fetched(outcome=Outcome.NOT_FOUND)

    monkeypatch.setattr(gateway, "fetch_picture", ask)
    carried_out(town, row, at=LATER)

    assert told == [(0, 2, LATER), (1, 2, LATER)]
    assert (row.run.made, row.photos_done) == (2, 2)


@pytest.mark.parametrize("count", [20, 400])
def test_a_long_list_asks_the_database_no_more_than_a_short_one(
    town, agent, theme, count, django_assert_max_num_queries
):
    def lines(price):
        return "Nom;Date;Tarif;Rubrique\n" + "".join(
            f"Bal {n // 2};28/11/2026;{price};Danse\n"
            if n % 2
            else f"Loto {n};29/11/2026;{price};Jeux\n"
            for n in range(count)
        )

    first, second = brought(town, agent, lines(5)), None
    with django_assert_max_num_queries(45):
        run = taken(town, agent, first)
    second = brought(town, agent, lines(6))
    labels = {"Danse": LabelUse(theme_id=theme.id), "Jeux": LabelUse(theme_id=theme.id)}
    settled(town, agent, second, labels=labels)
    with django_assert_max_num_queries(45):
        again = taken(town, agent, second)
    assert (again.made, again.changed) == (0, run.made)
    assert EntryTheme.objects.of(town).count() == run.made
    with django_assert_max_num_queries(25):
        importing.undo(town, again.pk, by=agent, at=NOON)
    assert EntryTheme.objects.of(town).count() == 0
    with django_assert_max_num_queries(25):
        importing.undo(town, run.pk, by=agent, at=NOON)
    assert {row.stage for row in Entry.objects.of(town)} == {"withdrawn"}
