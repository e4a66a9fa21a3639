"""Boxes destroyed on real servers: their files are gone, whoever died meanwhile, and nobody else's are."""

import imaplib
import multiprocessing
import os
import signal
import smtplib
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from beffroi.gateways.doveadm import Doveadm
from beffroi.mailhosting.models import Disposal, Mailbox
from beffroi.mailhosting.services import boxes, disposals, measuring
from beffroi.mailhosting.services.disposals import DELAY, Visa
from beffroi.towns.models import JournalEntry
from tests.mail.clients import codes, eventually, letter

pytestmark = [pytest.mark.mail, pytest.mark.slow]
now = timezone.now


@pytest.fixture
def served(stack, settings, tmp_path):
    settings.BEFFROI_DIR = tmp_path
    settings.BEFFROI_MAIL_DIR = str(stack.home.dir)
    settings.BEFFROI_DOVEADM_PORT = stack.ports.doveadm
    settings.MAIL_DOVEADM_KEY = stack.home.doveadm_key


def full(stack, town):
    box = stack.box(town)
    stack.bring(letter("À garder ?"), to=box)
    with stack.inbox(box) as inbox:
        assert inbox.holds("À garder ?")
        inbox.link.create("Affaires")
        inbox.link.append("Affaires", None, None, letter("Classée").as_bytes())
    return box


def files(stack, box):
    return [path for path in (stack.home.boxes / str(box.pk)).rglob("*") if path.is_file()]


def confirmed(town, over):
    """Archived two years ago, listed, counted by the servers, and the visa is there."""
    for box in over:
        boxes.move(town, box.pk, Mailbox.State.ARCHIVED, by=None, at=now() - timedelta(days=800))
    row = disposals.prepare(town, [box.pk for box in over], reason="Délai échu", by=None, at=now())
    advance(town, at=now())
    disposals.keep_record(town, row.pk, b"%PDF-", by=None, at=now())
    visa = Visa(reference="AD33 2028-7", given_on=timezone.localdate())
    return disposals.confirm(town, row.pk, visa, by=None, at=now())


def advance(town, *, at, erase=measuring.erase):
    disposals.advance(town, measure=measuring.contents, erase=erase, at=at)


def test_files_are_destroyed_on_the_day_though_a_process_is_killed_and_no_other_box_is_touched(
    stack, arcachon, served
):
    over, other, kept = full(stack, arcachon), full(stack, arcachon), full(stack, arcachon)
    row = confirmed(arcachon, [over, other])
    lines = {line.mailbox_id: line for line in row.lines.all()}
    assert (lines[over.pk].messages, lines[over.pk].size_bytes > 200) == (2, True)
    advance(arcachon, at=now())
    assert files(stack, over) and files(stack, other)
    others = sorted(files(stack, kept))
    day = now() + DELAY
    connection.close()  # the other process opens its own
    process = multiprocessing.get_context("fork").Process(target=_dies_amid, args=(arcachon, day))
    process.start()
    assert eventually(lambda: states(over, other) == ["archived", "destroyed"])
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert files(stack, over) and files(stack, other)

    advance(arcachon, at=day)

    for box in (over, other):
        assert not (stack.home.boxes / str(box.pk)).exists()
    assert states(over, other) == ["destroyed", "destroyed"]
    assert sorted(files(stack, kept)) == others
    assert Disposal.objects.of(arcachon).get(pk=row.pk).destroyed_at == day
    said = JournalEntry.objects.of(arcachon).filter(kind="box.destroyed", object_id=over.pk).get()
    assert "2 messages" in said.detail and "AD33 2028-7" in said.detail
    with stack.inbox(kept) as inbox:
        assert inbox.subjects("Affaires") == ["Classée"]
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        stack.bring(letter("Trop tard"), to=over)
    assert codes(refused.value) == [550]
    with pytest.raises(imaplib.IMAP4.error):
        stack.inbox(over)
    assert not (stack.home.boxes / str(over.pk)).exists()


def states(*rows):
    found = Mailbox.objects.of(rows[0].town).filter(pk__in=[row.pk for row in rows])
    return sorted(found.values_list("state", flat=True))


def _dies_amid(town, day):
    """The first box is withdrawn, and the process stands still where Dovecot is to be told."""

    def stop(mailbox_id: int) -> bool:
        signal.pause()
        return False

    advance(town, at=day, erase=stop)


def test_where_dovecot_does_not_answer_it_waits(stack, arcachon, served, settings):
    over = full(stack, arcachon)
    row = confirmed(arcachon, [over])
    settings.BEFFROI_DOVEADM_PORT = stack.ports.doveadm + 100
    day = now() + DELAY
    advance(arcachon, at=day)
    assert files(stack, over)
    assert Disposal.objects.of(arcachon).get(pk=row.pk).destroyed_at is None
    settings.BEFFROI_DOVEADM_PORT = stack.ports.doveadm

    advance(arcachon, at=day)

    assert not (stack.home.boxes / str(over.pk)).exists()


def test_erasing_a_folder_follows_no_link_out_of_it(stack, tmp_path):
    dovecot = Doveadm(port=stack.ports.doveadm, key=stack.home.doveadm_key)
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    theirs.mkdir()
    (theirs / "letter").write_text("à garder")
    (ours / "mail" / ".Sent").mkdir(parents=True)
    (ours / "mail" / "link").symlink_to(theirs)

    assert dovecot.erase(str(ours))

    assert not ours.exists() and (theirs / "letter").read_text() == "à garder"
    assert dovecot.erase(str(ours))  # again changes nothing
