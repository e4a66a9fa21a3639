"""Unsubscribing from a message: RFC 8058's one click, the page for people, the way back."""

import re

import pytest
import time_machine
from django.test import Client

from beffroi.audience import queries as audience
from beffroi.audience.models import Subscriber, Subscription
from beffroi.audience.queries import subscribers
from beffroi.audience.services import erasure
from beffroi.delivery.models import Event
from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.services import messages
from beffroi.delivery.words import EventKind, Lane
from beffroi.kit.paths import town_url
from tests.cast import NOON
from tests.doors import residents, world

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def themes(town):
    return residents.opened(town)


@pytest.fixture
def person(town, themes, client):
    return residents.subscribed(town, client, themes[0], themes[1])


@pytest.fixture
def link(town, themes, person):
    """As the header of a message about the first theme carries it."""
    messages.enqueue(
        town,
        OutgoingMessage(
            lane=Lane.CAMPAIGN,
            subject="Le marché de Noël",
            text="Bonjour.",
            from_name=town.name,
            from_address=town.sender_address,
            base_url=town_url("https://beffroi.example", town.slug),
            theme_ids=(themes[0].pk,),
        ),
        recipients=[person.email_point_id],
        at=NOON,
    )
    mail = residents.mailbox(town)[-1]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return residents.found(r"https://beffroi\.example(/[^>]+)>", mail["List-Unsubscribe"])


def receives(town, person) -> set[int]:
    rows = Subscription.objects.of(town).filter(subscriber=person, until=None)
    return set(rows.values_list("theme_id", flat=True))


def test_one_click_needs_no_cookie_no_token_no_redirect(town, themes, person, link):
    strict = Client(enforce_csrf_checks=True)

    done = strict.post(link, ONE_CLICK)

    assert done.status_code == 200
    assert not done.cookies
    assert receives(town, person) == {themes[1].pk}
    assert Event.objects.of(town).filter(kind=EventKind.UNSUBSCRIBED).count() == 1


def test_one_click_may_come_as_multipart(town, themes, person, link, client):
    body = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'

    done = client.generic("POST", link, body, content_type="multipart/form-data; boundary=b")

    assert done.status_code == 200
    assert receives(town, person) == {themes[1].pk}


def test_one_click_twice_is_one(town, themes, person, link, client):
    client.post(link, ONE_CLICK)

    again = client.post(link, ONE_CLICK)

    assert again.status_code == 200
    assert receives(town, person) == {themes[1].pk}
    assert Event.objects.of(town).filter(kind=EventKind.UNSUBSCRIBED).count() == 1


def test_one_click_holds_for_a_message_that_is_being_sent(town, themes, person, link, client):
    client.post(link, ONE_CLICK)

    assert not audience.recipients(town, [themes[0].pk], at=NOON).exists()
    assert audience.recipients(town, [themes[1].pk], at=NOON).exists()


def test_get_asks_and_changes_nothing(town, person, themes, link, client):
    before = world.snapshot(town)

    page = client.get(link)
    client.head(link)

    assert themes[0].name in page.content.decode()
    assert "Ne plus rien recevoir" in page.content.decode()
    assert world.snapshot(town) == before


def test_a_person_leaves_everything_and_comes_back_within_the_hour(
    town, themes, person, link, client
):
    done = client.post(link, {"tout": "oui"})
    assert receives(town, person) == set()
    assert Subscriber.objects.of(town).get().status == "left"

    ticket = residents.found(r'name="annuler" value="([^"]+)"', done.content.decode())
    back = client.post(link, {"annuler": ticket})

    assert "réinscrit" in back.content.decode()
    assert receives(town, person) == {themes[0].pk, themes[1].pk}
    assert audience.recipients(town, [themes[0].pk], at=NOON).exists()


def test_an_old_message_cannot_subscribe_anybody_again(town, themes, person, link, client, noon):
    done = client.post(link, {"tout": "oui"})
    ticket = residents.found(r'name="annuler" value="([^"]+)"', done.content.decode())
    noon.shift(3700)

    assert client.post(link, {"annuler": ticket}).status_code == 410
    assert client.post(link, {"annuler": "1:1:forged"}).status_code == 410
    assert receives(town, person) == set()


def test_the_link_of_a_message_does_not_open_the_resident_s_own_page(town, person, link, client):
    page = client.get(link).content.decode()
    view = subscribers.by_contact_point(town, person.email_point_id, at=NOON)

    assert view is not None
    assert view.masked not in page
    assert not re.search(r"/mes-abonnements/[A-Za-z0-9_-]{20}", page)


def test_a_forged_link_or_another_town_s_stops_nobody(
    town, other_town, themes, person, link, client
):
    residents.opened(other_town)
    before = world.snapshot(town)
    elsewhere = link.replace(f"/{town.slug}/", f"/{other_town.slug}/")
    forged = link[:-4] + ("AAAA" if link[-4:] != "AAAA" else "BBBB")

    for url in (elsewhere, forged):
        assert client.post(url, ONE_CLICK).status_code == 404

    assert world.snapshot(town) == before


def test_an_erased_person_s_old_links_still_answer_politely(town, person, link, client):
    erasure.erase(town, person.pk, at=NOON)

    assert client.get(link).status_code == 200
    assert client.post(link, ONE_CLICK).status_code == 200
