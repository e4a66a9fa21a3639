"""The demonstration's outside world: it keeps everything, shows it, and answers as mailboxes do."""

import json
import os
import smtplib
import subprocess
import sys
import time
import urllib.error
import urllib.request
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP

from beffroi.servers.outside.store import Store
from tests.gateways.relays import free_port
from tests.instance.whole import wait_until

LINK = "http://127.0.0.1:8000/arcachon/desinscription/AQAA"


class Outside:
    def __init__(self, folder, lmtp_port):
        self.smtp, self.page = free_port(), free_port()
        self._environment = {
            **os.environ,
            "BEFFROI_DIR": str(folder),
            "BEFFROI_SMTP_URL": f"smtp://127.0.0.1:{self.smtp}",
            "BEFFROI_OUTSIDE_URL": f"http://127.0.0.1:{self.page}",
            "BEFFROI_LMTP_PORT": str(lmtp_port),
        }
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "beffroi.servers.outside"],
            env=self._environment,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self.answers, 20, "the outside world is there")

    def answers(self):
        try:
            return bool(self.get("/api/count"))
        except OSError:
            return False

    def stop(self, signal="terminate"):
        getattr(self.process, signal)()
        self.process.wait(10)

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.page}{path}", timeout=10) as answer:
            return answer.read().decode()

    def messages(self, query=""):
        return json.loads(self.get(f"/api/messages{query}"))["messages"]

    def send(self, recipient, subject="Fête de l’été", sender="r-1@retours.localhost"):
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = "mairie@ville.example", recipient, subject
        letter["Message-ID"] = "<r-1@retours.localhost>"
        letter.set_content(f"Bonjour, {LINK}\n")
        letter.add_alternative(f'<p>Bonjour <a href="{LINK}">ici</a></p>', subtype="html")
        with smtplib.SMTP("127.0.0.1", self.smtp) as out:
            out.sendmail(sender, [recipient], letter.as_bytes())


@pytest.fixture
def returns(tmp_path):
    """Where the world sends its reports: an ear of its own that speaks LMTP."""
    ear = Ear()
    door = Door(ear, hostname="127.0.0.1", port=free_port())
    ear.port = door.port
    door.start()
    yield ear
    door.stop()


class Ear:
    def __init__(self):
        self.received, self.port = [], 0

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd names it
        self.received += [(r, envelope.original_content) for r in envelope.rcpt_tos]
        return "250 OK"


class Door(Controller):
    def factory(self):
        return LMTP(self.handler)


@pytest.fixture
def outside(tmp_path, returns):
    world = Outside(tmp_path, returns.port)
    yield world
    world.stop()


def test_what_was_received_is_shown_found_and_survives_a_kill(outside):
    outside.send("camille@exemple.fr")
    outside.send("dupont@exemple.fr", "Travaux")
    page = outside.get("/")
    assert page.index("dupont@exemple.fr") < page.index("camille@exemple.fr")
    assert "2 messages reçus" in page and '<html lang="fr">' in page
    assert "dupont" not in outside.get("/?q=f%C3%AAte")
    assert "Aucun message" in outside.get("/?q=rien")
    outside.stop("kill")
    outside.start()
    outside.send("martin@exemple.fr")
    found = outside.messages()
    assert [each["recipient"].partition("@")[0] for each in found] == [
        "camille",
        "dupont",
        "martin",
    ]
    assert found[0]["subject"] == "Fête de l’été"
    assert [each["n"] for each in outside.messages("?since=2")] == [3]
    assert len(outside.messages("?recipient=Dupont@exemple.fr")) == 1


def test_a_message_has_its_page_with_links_that_work_and_its_html_in_a_frame(outside):
    outside.send("camille@exemple.fr")
    page = outside.get("/message/1")
    assert f'<a href="{LINK}">' in page and "sandbox=" in page and "Return-Path" in page
    assert '<base target="_top"><p>Bonjour' in outside.get("/message/1/html")
    detail = json.loads(outside.get("/api/messages/1"))
    assert detail["links"] == [LINK] and detail["text"].startswith("Bonjour")
    with pytest.raises(urllib.error.HTTPError):
        outside.get("/message/9")


@pytest.mark.parametrize(("mailbox", "code"), [("inconnue", 550), ("pleine", 452)])
def test_some_mailboxes_refuse(outside, mailbox, code):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        outside.send(f"{mailbox}.jean@exemple.fr")
    assert next(iter(refused.value.recipients.values()))[0] == code


@pytest.mark.parametrize(
    ("mailbox", "kind"), [("rebond", b"delivery-status"), ("plainte", b"feedback-report")]
)
def test_some_mailboxes_send_a_report_back(outside, returns, mailbox, kind):
    outside.send(f"{mailbox}.jean@exemple.fr")
    wait_until(lambda: returns.received, 15, "the report")
    (recipient, raw) = returns.received[0]
    assert recipient == "r-1@retours.localhost" and kind in raw


def test_old_messages_make_room_and_their_envelopes_stay(tmp_path):
    store = Store(tmp_path, segment_bytes=1_000)
    body = b"Subject: x\r\n\r\n" + b"x" * 600
    for n in range(40):
        store.add(sender="a@b.fr", recipient=f"{n}@c.fr", raw=body, at=time.time())
    assert store.count == 40
    first, last = store.envelope(1), store.envelope(40)
    assert first and last
    assert store.raw(first) is None and store.raw(last) == body
    store.close()
    again = Store(tmp_path, segment_bytes=1_000)
    assert again.count == 40 and again.raw(last) == body
    again.close()


def test_a_half_written_line_does_not_spoil_the_log(tmp_path):
    store = Store(tmp_path)
    store.add(sender="a@b.fr", recipient="c@d.fr", raw=b"Subject: x\r\n\r\n", at=0.0)
    store.close()
    with (tmp_path / "envelopes.jsonl").open("ab") as log:
        log.write(b'{"n": 2, "at"')
    for count in (1, 2):
        again = Store(tmp_path)
        assert again.count == count
        again.add(sender="a@b.fr", recipient="c@d.fr", raw=b"Subject: x\r\n\r\n", at=0.0)
        again.close()
