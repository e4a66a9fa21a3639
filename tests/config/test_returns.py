"""The LMTP door: 250 only after the commit, one answer per recipient, nothing lost while the database is away."""

import os
import smtplib
import subprocess
import sys

import pytest
from django.db import connection

from beffroi.delivery.models import ContactPoint, StrayReturn
from beffroi.delivery.words import ContactState
from beffroi.servers.ports import free_port
from tests import database
from tests.instance.whole import wait_until
from tests.rooms.delivery import cast, letters

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def door(tmp_path, settings):
    """(port, process) of a real `returns` process on the tests' own database."""
    port = free_port()
    (tmp_path / "secrets").mkdir(mode=0o700)
    (tmp_path / "secrets" / "token_key").write_bytes(settings.TOKEN_KEY)
    settings.CONTACT_KEYS_FILE = tmp_path / "secrets" / "contact_keys.json"
    environment = {
        **os.environ,
        "DATABASE_URL": database.url(),
        "BEFFROI_DIR": str(tmp_path),
        "BEFFROI_LMTP_PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "beffroi.config.settings",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "beffroi.config.returns"], env=environment, stderr=subprocess.DEVNULL
    )
    wait_until(lambda: listens(port), 20, "the door is open")
    yield port
    process.terminate()
    assert process.wait(10) == 0


def listens(port):
    try:
        smtplib.LMTP("127.0.0.1", port).close()
    except OSError:
        return False
    return True


def bring(port, raw, *recipients):
    with smtplib.LMTP("127.0.0.1", port) as post:
        return post.sendmail("", list(recipients), raw)


def test_a_bounce_is_committed_when_the_door_says_so(town, door):
    (person,) = cast.people(town, 1)
    message_id = cast.sent(town, [person])
    path = letters.the_return_path(message_id, 0)
    for _ in range(2):
        assert bring(door, letters.a_bounce(message_id, 0), path) == {}
        assert ContactPoint.objects.of(town).get(id=person).state == ContactState.BOUNCED


def test_mail_for_elsewhere_is_refused_and_a_riddle_is_kept(town, door):
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        bring(door, b"From: a@b.fr\r\n\r\n?", "x@ailleurs.example")
    with smtplib.LMTP("127.0.0.1", door) as post:
        post.ehlo_or_helo_if_needed()
        post.mail("")
        for local in ("r-x", "y"):
            post.rcpt(f"{local}@retours.localhost")
        assert post.data(b"From: a@b.fr\r\n\r\n?")[0] == 250
        assert post.getreply()[0] == 250  # one answer per recipient: RFC 2033, 4.2
    assert StrayReturn.objects.count() == 1


def test_reports_come_in_again_after_the_database_was_away(town, door):
    (person,) = cast.people(town, 1)
    message_id = cast.sent(town, [person])
    path = letters.the_return_path(message_id, 0)
    bring(door, b"From: a@b.fr\r\n\r\n?", path)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    raw = letters.a_bounce(message_id, 0)

    def accepted():
        try:
            return bring(door, raw, path) == {}
        except smtplib.SMTPDataError as later:
            assert later.smtp_code == 451
            return False

    wait_until(accepted, 30, "the report is taken in")
    assert ContactPoint.objects.of(town).get(id=person).state == ContactState.BOUNCED
