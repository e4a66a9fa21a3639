"""The demonstration's outside world: it keeps everything, shows it, and answers as mailboxes do."""

import json
import smtplib
import time
import urllib.error

import pytest

from beffroi.servers.outside.store import Store
from tests.instance.whole import wait_until
from tests.servers.world import LINK


def test_what_was_received_is_shown_found_and_survives_a_kill(outside):
    outside.send("camille@exemple.fr")
    outside.send("dupont@exemple.fr", "Travaux")
    page = outside.get("/")
    assert page.index("dupont@exemple.fr") < page.index("camille@exemple.fr")
    assert "2 messages reçus" in page and '<html lang="fr">' in page
    assert "dupont" not in outside.get("/?q=f%C3%AAte")
    assert "Rien ne correspond" in outside.get("/?q=rien")
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


def test_a_test_letter_of_official_mail_is_carried_on_to_where_it_comes_back(outside, returns):
    outside.send("essai-1-9f86d081884c@retours.localhost")

    wait_until(lambda: returns.received, 15, "the letter")
    ((recipient, raw),) = returns.received
    assert recipient == "essai-1-9f86d081884c@retours.localhost"
    assert b"Subject" in raw


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
