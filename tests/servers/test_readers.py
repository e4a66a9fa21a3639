"""A real web server on a real PostgreSQL: what is published is seen at once, by whatever path it was written."""

import http.client
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from beffroi.content.facts import Occurrence, Text
from beffroi.content.models import Viewed
from beffroi.content.services import entries
from beffroi.content.words import Kind
from beffroi.servers.ports import free_port
from beffroi.towns.editions import LISTENER
from tests import database
from tests.instance.whole import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
AT_ONCE_S = 2.5
"""What nobody told is seen after `ready.FRESH_S`, three seconds: a busy machine may be late, not deaf."""


class Web:
    """The web server as production starts it, under its own role."""

    def __init__(self, folder):
        self.port = free_port()
        environment = {
            **os.environ,
            "DATABASE_URL": database.url(),
            "BEFFROI_DIR": str(folder),
            "BEFFROI_DB_ROLE": "web",
            "BEFFROI_PORT": str(self.port),
            "DJANGO_SETTINGS_MODULE": "beffroi.config.settings",
        }
        (folder / "static").mkdir()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "beffroi.servers.web"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @contextmanager
    def asking(self):
        """One connection that stays, as a browser's does: always the same worker."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            yield lambda path: self._read(link, path)
        finally:
            link.close()

    def _read(self, link, path):
        link.request("GET", path, headers=FIREFOX)
        answer = link.getresponse()
        return answer.status, answer.read().decode()

    def is_up(self):
        try:
            with self.asking() as get:
                return get("/sante")[0] in (200, 503)
        except OSError:
            return False

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)


@pytest.fixture
def web(tmp_path, town):
    server = Web(tmp_path)
    wait_until(server.is_up, 60, "the web server answers")
    wait_until(lambda: len(listeners()) == 2, 30, "each worker listens", listeners)
    yield server
    server.stop()


def listeners():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = %s AND wait_event = 'ClientRead'"
            " AND datname = current_database()",
            [LISTENER],
        )
        return [pid for (pid,) in cursor.fetchall()]


def rename(town, name):
    """Past Django, as an engine, a desk or a person at a prompt would: the database tells all the same."""
    with psycopg.connect(database.url()) as other:
        other.execute("UPDATE towns_town SET name = %s WHERE id = %s", [name, town.pk])


def seen_after(get, path, word):
    """Seconds until a page shows a word, from now."""
    began = time.monotonic()
    while word not in get(path)[1]:
        assert time.monotonic() < began + 10, f"{word} is not on {path}"
    return time.monotonic() - began


def test_a_publication_is_everywhere_at_once_even_when_the_listener_was_killed(web, town):
    path = f"/{town.slug}/messages/"
    with web.asking() as one, web.asking() as another:
        for number in range(3):
            for get in (one, another):
                get(path)
            rename(town, f"Arcachon numéro {number}")
            for get in (one, another):
                assert seen_after(get, path, f"Arcachon numéro {number}") < AT_ONCE_S

        killed = listeners()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid", [killed])
        rename(town, "Arcachon sourde")
        for get in (one, another):
            assert seen_after(get, path, "Arcachon sourde") < AT_ONCE_S
        wait_until(
            lambda: len(set(listeners()) - set(killed)) == 2, 30, "both listen again", listeners
        )
        for get in (one, another):
            get(path)
        rename(town, "Arcachon revenue")
        for get in (one, another):
            assert seen_after(get, path, "Arcachon revenue") < AT_ONCE_S


def test_a_published_entry_is_on_its_page_in_feeds_and_in_the_calendar_at_once(web, town):
    now = timezone.now()
    dates = (Occurrence(begins_at=now + timedelta(days=1)),)
    news = entries.create(town, Kind.NEWS, Text(title="Bac rouvert"), by=None, at=now)
    event = entries.create(
        town, Kind.EVENT, Text(title="Bal musette", occurrences=dates), by=None, at=now
    )
    shown = {
        "actualites/": "Bac rouvert", "actualites/rss.xml": "Bac rouvert", "actualites/feed.json": "Bac rouvert",
        "agenda/": "Bal musette", "agenda/agenda.ics": "Bal musette",
    }  # fmt: skip
    with web.asking() as get:
        for path, title in shown.items():
            assert title not in get(f"/{town.slug}/{path}")[1]
        began = time.monotonic()
        for entry in (news, event):
            entries.publish(town, entry.pk, by=None, at=timezone.now())
        for path, title in shown.items():
            seen_after(get, f"/{town.slug}/{path}", title)

        assert time.monotonic() - began < AT_ONCE_S
        assert get(f"/{town.slug}/actualites/bac-rouvert/")[0] == 200


def test_what_was_counted_is_added_when_the_server_ends(web, town):
    with web.asking() as get:
        for path in (f"/{town.slug}/messages/", f"/{town.slug}/alerte/", f"/{town.slug}/messages/"):
            assert get(path)[0] == 200
    web.stop()

    rows = Viewed.objects.of(town)
    assert sorted(rows.values_list("page", "views", "visits")) == [
        ("alert", 1, 1),
        ("archive", 2, 2),
    ]
