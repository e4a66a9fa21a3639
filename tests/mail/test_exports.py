"""The export of a box on real servers: what IMAP shows is in the file, to the byte."""

import csv
import hashlib
import io
import json
import mailbox
import os
import subprocess
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from beffroi.gateways.dsync import Dovecot
from beffroi.mailhosting.models import BoxExport
from beffroi.mailhosting.services import exports
from beffroi.mailhosting.services.exports import Place
from tests.mail.clients import letter

pytestmark = [pytest.mark.mail, pytest.mark.slow]
BROKEN = b"Subject: abim\xe9\r\nX: \xff\xfe\r\n\r\nFrom here on\r\n>From there\r\n\xe9\xe8"
SUMMER = "Délibérations/Été"
now = timezone.now


@pytest.fixture
def place(stack, settings, tmp_path):
    settings.BEFFROI_DIR = tmp_path
    return Place(
        dovecot=Dovecot(config=stack.home.dovecot / "dovecot.conf"),
        boxes=stack.home.boxes,
        copies=stack.home.dir / "exports",
        archives=tmp_path / "exports",
    )


@pytest.fixture
def full(stack, arcachon):
    """A commission with letters in its inbox, in a folder with accents, and one that is broken."""
    box, member = stack.box(arcachon, "commission"), stack.box(arcachon)
    stack.join(box, member)
    for number in range(3):
        stack.bring(letter(f"Permis {number}", text="From ici\n>From là\n"), to=box)
    stack.bring(letter("À part"), to=member)
    for folder, raw in ((SUMMER, letter("L’été").as_bytes()), ("INBOX", BROKEN)):
        config = str(stack.home.dovecot / "dovecot.conf")
        whose = ["-u", box.address.email]
        doveadm = ["/usr/bin/doveadm", "-c", config]
        if folder != "INBOX":
            subprocess.run([*doveadm, "mailbox", "create", *whose, folder], check=True)
        subprocess.run([*doveadm, "save", *whose, "-m", folder], input=raw, check=True)
    with stack.inbox(member) as inbox:
        assert inbox.holds("Permis 2", f"Partage/{box.address.email}")
    return box


def exported(town, box, place):
    row = exports.ask(town, box.pk, by=None, at=now())
    assert exports.due(town, at=now()) == [row.pk]
    assert exports.run(town, row.pk, place, clock=now)
    row.refresh_from_db()
    return row


def unpacked(row, place, folder):
    with zipfile.ZipFile(place.archives / f"{row.pk}.zip") as archive:
        archive.extractall(folder)
    return folder


def test_every_letter_is_in_the_file_and_the_checksums_say_so(arcachon, full, place, tmp_path):
    row = exported(arcachon, full, place)

    assert (row.state, row.done, row.total) == ("ready", 5, 5)
    assert not list(place.copies.iterdir())
    file = place.archives / f"{row.pk}.zip"
    assert file.stat().st_mode & 0o077 == 0
    assert hashlib.sha256(file.read_bytes()).hexdigest() == row.sha256
    there = unpacked(row, place, tmp_path / "unpacked")
    subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=there, check=True)
    told = json.loads((there / "manifest.json").read_text())
    held = {one["name"]: one for one in told["folders"] if one["messages"]}
    assert {name: one["messages"] for name, one in held.items()} == {"INBOX": 4, SUMMER: 1}
    assert (told["town"], told["address"]) == ("Arcachon", full.address.email)
    with closing(mailbox.mbox(there / held["INBOX"]["file"], create=False)) as inbox:
        letters = list(inbox)
    assert [one["Subject"] for one in letters[:3]] == ["Permis 0", "Permis 1", "Permis 2"]
    assert b">From ici\n>>From l" in letters[0].as_bytes()
    rows = list(csv.DictReader(io.StringIO((there / "messages.csv").read_text())))
    assert hashlib.sha256(BROKEN).hexdigest() in {one["sha256"] for one in rows}


def test_an_export_that_died_is_taken_up_and_whole(arcachon, full, place, tmp_path):
    row = exports.ask(arcachon, full.pk, by=None, at=now())
    assert exports.ask(arcachon, full.pk, by=None, at=now()).pk == row.pk
    dead = replace(place, archives=Path("/proc/nowhere"))
    with pytest.raises(OSError):
        exports.run(arcachon, row.pk, dead, clock=now)
    assert exports.due(arcachon, at=now()) == []
    later = now() + exports.LEASE + timedelta(seconds=1)
    assert exports.due(arcachon, at=later) == [row.pk]

    assert exports.run(arcachon, row.pk, place, clock=lambda: later)

    row.refresh_from_db()
    assert (row.state, row.done) == ("ready", 5)
    exports.forget_old(arcachon, at=later + exports.KEPT)
    assert os.listdir(place.archives) == []
    assert BoxExport.objects.of(arcachon).get(pk=row.pk).state == "gone"
