"""Messages supprimés: who may look into which box. What it shows is tested on real servers (tests/mail/test_deleted.py)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from beffroi.mailhosting.models import Consultation, Departure, Mailbox
from beffroi.mailhosting.services import boxes, roster
from beffroi.towns.models import JournalEntry
from tests.rooms.mailhosting import scene


@pytest.fixture
def domain(town):
    return scene.a_live_domain(town, "mairie-arcachon.example")


@pytest.fixture
def own(town, domain, agent):
    """The box of an agent who has no right over the town's mail."""
    return scene.a_box(town, domain, "lea", holder_id=agent.pk)


@pytest.fixture
def commission(town, domain):
    return scene.a_box(town, domain, "urbanisme", kind=Mailbox.Kind.COMMISSION)


@pytest.fixture
def opens(client):
    """Whether this agent gets the page of this box, and may press its button."""

    def look(agent, box):
        here = f"/mairie/arcachon/courrier/supprimes/{box.pk}/"
        client.force_login(agent)
        seen, pressed = client.get(here).status_code, client.post(here, {"un": "1.I1"}).status_code
        assert (seen, pressed) in {(200, 302), (404, 404)}
        return seen == 200

    return look


def test_without_servers_the_page_says_that_nothing_is_lost(client, agent, own):
    client.force_login(agent)
    page = client.get(f"/mairie/arcachon/courrier/supprimes/{own.pk}/").content.decode()

    assert "ne tournent pas" in page
    assert (
        f"supprimes/{own.pk}/"
        in client.get("/mairie/arcachon/courrier/moi/", follow=True).content.decode()
    )


def test_a_persons_box_is_open_to_its_holder_alone_as_long_as_they_are_there(
    town, opens, agent, colleague, administrator, stranger, own
):
    assert opens(agent, own)
    assert not any(opens(other, own) for other in (colleague, administrator, stranger))

    boxes.suspend(town, own.pk, by=None, at=timezone.now())
    assert not opens(agent, own)
    boxes.restore(town, own.pk, by=None, at=timezone.now())
    now = timezone.now()
    Departure.objects.create_in(town, mailbox=own, leaves_at=now, decided_at=now)
    assert not opens(agent, own)


def test_a_commissions_box_is_open_to_its_roster_of_today_and_to_the_town_hall(
    town, opens, agent, colleague, administrator, stranger, own, commission
):
    assert not opens(agent, commission)
    member = scene.a_member(town, commission, own)

    assert opens(agent, commission) and opens(administrator, commission)
    assert not any(opens(other, commission) for other in (colleague, stranger))
    roster.end(town, member.pk, by=None, at=timezone.now())
    assert not opens(agent, commission)


def test_a_custodian_looks_only_while_a_consultation_is_open(
    town, domain, opens, agent, administrator, own
):
    left, now = scene.a_box(town, domain, "paul"), timezone.now()
    departure = Departure.objects.create_in(
        town, mailbox=left, leaves_at=now, custodian=own, decided_at=now
    )
    assert not opens(agent, left)
    opened = Consultation.objects.create_in(
        town,
        departure=departure,
        reader=own,
        reason="Devis",
        since=now,
        until=now + timedelta(hours=1),
    )

    assert opens(agent, left) and not opens(administrator, left)
    Consultation.objects.of(town).filter(pk=opened.pk).update(until=now)
    assert not opens(agent, left)


def test_nothing_is_journalled_of_a_look_that_showed_nothing(
    town, opens, administrator, commission
):
    assert opens(administrator, commission)

    assert not JournalEntry.objects.of(town).filter(kind="box.deleted_looked_at").exists()
