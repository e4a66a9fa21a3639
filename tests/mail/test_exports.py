"""The export of a box on real servers: what IMAP shows is in the file, to the byte, whoever died meanwhile."""

import csv
import hashlib
import json
import mailbox
import multiprocessing
import os
import signal
import subprocess
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from beffroi.gateways.dsync import Dovecot
from beffroi.kit import mailbox_archive
from beffroi.mailhosting.models import BoxExport
from beffroi.mailhosting.services import exports
from beffroi.mailhosting.services.exports import Servers
from tests.mail.clients import eventually, letter

pytestmark = [pytest.mark.mail, pytest.mark.slow]
BROKEN = b"Subject: abim\xe9\r\nX: \xff\xfe\r\n\r\nFrom here on\r\n>From there\r\n\xe9\xe8"
SUMMER, AWKWARD = "Délibérations/Été", "new"
HELD = {"INBOX": 4, SUMMER: 1, AWKWARD: 1}
now = timezone.now


@pytest.fixture
def ours(stack, settings, tmp_path):
    settings.BEFFROI_DIR = tmp_path
    return Servers(
        dovecot=Dovecot(config=stack.home.dovecot / "dovecot.conf"),
        boxes=stack.home.boxes,
        copies=stack.home.dir / "exports",
    )


@pytest.fixture
def member(stack, arcachon):
    return stack.box(arcachon)


@pytest.fixture
def full(stack, arcachon, member):
    """A commission with letters in its inbox, in folders with awkward names, and one letter that is broken."""
    box = stack.box(arcachon, "commission")
    stack.join(box, member)
    for number in range(3):
        stack.bring(letter(f"Permis {number}", text="From ici\n>From là\n"), to=box)
    stack.bring(letter("À part"), to=member)
    put(stack, box, "INBOX", BROKEN)
    for folder in (SUMMER, AWKWARD):
        put(stack, box, folder, letter("L’été").as_bytes(), is_new=True)
    with stack.inbox(member) as inbox:
        assert inbox.holds("Permis 2", f"Partage/{box.address.email}")
    return box


def put(stack, box, folder, raw, *, is_new=False):
    doveadm = ["/usr/bin/doveadm", "-c", str(stack.home.dovecot / "dovecot.conf")]
    whose = ["-u", box.address.email]
    if is_new:
        subprocess.run([*doveadm, "mailbox", "create", *whose, folder], check=True)
    subprocess.run([*doveadm, "save", *whose, "-m", folder], input=raw, check=True)


def shown(stack, member, box):
    """The bytes of every letter of the box, as IMAP gives them to a member."""
    with stack.inbox(member) as inbox:
        for folder in inbox.folders():
            if not folder.startswith(f"Partage/{box.address.email}"):
                continue
            if inbox.link.select(f'"{folder}"', readonly=True)[0] != "OK":
                continue  # only holds others
            for number in inbox.link.search(None, "ALL")[1][0].split():
                yield inbox.link.fetch(number.decode(), "(BODY.PEEK[])")[1][0][1]


def unpacked(row, folder):
    with zipfile.ZipFile(exports.archive(row.pk)) as packed:
        packed.extractall(folder)
    return folder


def test_every_letter_is_in_the_file_and_the_checksums_say_so(
    stack, arcachon, full, member, ours, tmp_path
):
    row = exports.ask(arcachon, full.pk, by=None, at=now())
    assert exports.run(arcachon, row.pk, ours, clock=now)

    row.refresh_from_db()
    assert (row.state, row.done, row.total) == ("ready", 6, 6)
    assert not list(ours.copies.iterdir())
    file = exports.archive(row.pk)
    assert file.stat().st_mode & 0o077 == 0
    assert hashlib.sha256(file.read_bytes()).hexdigest() == row.sha256
    there = unpacked(row, tmp_path / "unpacked")
    subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=there, check=True)
    told = json.loads((there / "manifest.json").read_text())
    held = {one["name"]: one for one in told["folders"] if one["messages"]}
    assert {name: one["messages"] for name, one in held.items()} == HELD
    assert (told["town"], told["address"]) == ("Arcachon", full.address.email)
    with closing(mailbox.mbox(there / held["INBOX"]["file"], create=False)) as inbox:
        letters = list(inbox)
    assert [one["Subject"] for one in letters[:3]] == ["Permis 0", "Permis 1", "Permis 2"]
    assert b">From ici\n>>From l" in letters[0].as_bytes()
    with (there / "messages.csv").open(encoding="utf-8-sig") as table:
        listed = {one["SHA-256"] for one in csv.DictReader(table, delimiter=";")}
    letters_seen = list(shown(stack, member, full))
    assert len(letters_seen) == 6
    assert listed == {hashlib.sha256(raw).hexdigest() for raw in letters_seen}


def test_an_export_whose_process_is_killed_is_taken_up_and_whole(arcachon, full, ours):
    row = exports.ask(arcachon, full.pk, by=None, at=now())
    assert exports.ask(arcachon, full.pk, by=None, at=now()).pk == row.pk
    connection.close()  # the export opens its own
    process = multiprocessing.get_context("fork").Process(
        target=_stops_amid_the_letters, args=(arcachon, row.pk, ours)
    )
    process.start()
    assert eventually(lambda: list(exports.archive(row.pk).parent.glob("*.part")))
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert exports.due(arcachon, at=now()) == []  # it may still be at work
    assert not exports.run(arcachon, row.pk, ours, clock=now)
    later = now() + exports.LEASE
    assert exports.due(arcachon, at=later) == [row.pk]

    assert exports.run(arcachon, row.pk, ours, clock=lambda: later)

    row.refresh_from_db()
    assert (row.state, row.done) == ("ready", 6)
    assert [path.name for path in exports.archive(row.pk).parent.iterdir()] == [f"{row.pk}.zip"]
    exports.forget_old(arcachon, at=later + exports.KEPT)
    assert not list(exports.archive(row.pk).parent.iterdir())
    assert BoxExport.objects.of(arcachon).get(pk=row.pk).state == "gone"


def _stops_amid_the_letters(town, export_id, ours):
    def stop(letter: bytes) -> str:
        signal.pause()
        return ""

    mailbox_archive._message_id = stop
    exports.run(town, export_id, ours, clock=now)


def test_where_there_is_no_room_or_no_dovecot_nothing_of_the_copy_stays(
    arcachon, full, ours, settings
):
    for missing in ("room", "dovecot"):
        row = exports.ask(arcachon, full.pk, by=None, at=now())
        settings.BEFFROI_DIR = Path("/proc/nowhere") if missing == "room" else ours.copies.parent
        gone = replace(ours, dovecot=Dovecot(config=Path("/nowhere.conf")))
        assert exports.run(arcachon, row.pk, ours if missing == "room" else gone, clock=now)

        row.refresh_from_db()
        assert row.state == "failed"
        assert not list(ours.copies.iterdir())
