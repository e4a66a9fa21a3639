"""What residents answered by SMS waits on Aujourd’hui, is read by the clerk and marked as read."""

import re

import pytest

from beffroi.delivery.queries import texts
from beffroi.delivery.services import reports
from tests.cast import NOON
from tests.rooms.delivery.telephones import an_sms, phones, reply, taken

HERE = "/mairie/arcachon/abonnes/reponses/"


@pytest.fixture
def answered(town):
    an_sms(town, phones(town))
    taken(("a/1",))
    reports.keep([reply("À quelle heure ?")], at=NOON)


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_reply_is_asked_for_on_today_and_read(client, town, clerk, answered):
    client.force_login(clerk)
    assert "1 réponse par SMS à lire" in words(client.get("/mairie/arcachon/"))
    page = client.get(HERE)
    assert "À quelle heure ?" in words(page)
    shown = re.findall(r'name="reply" value="(\d+)"', page.content.decode())

    done = client.post(f"{HERE}lues/", {"reply": shown}, follow=True)

    assert "1 réponse lue." in words(done)
    assert texts.unread(town) == 0
    assert "réponse par SMS" not in words(client.get("/mairie/arcachon/"))


def test_another_town_s_replies_are_neither_seen_nor_marked(client, town, stranger, answered):
    client.force_login(stranger)
    (one,) = texts.replies(town)
    there = f"/mairie/{stranger.memberships.get().town.slug}/abonnes/reponses/"

    assert "À quelle heure" not in words(client.get(there))
    client.post(f"{there}lues/", {"reply": [one.reply_id]})

    assert texts.unread(town) == 1
