"""What is deleted on real servers, by whoever and with whatever program, can be put back from the pages for thirty days."""

import re
import time

import pytest
from django.test import Client
from django.utils import timezone

from beffroi.gateways import deleted_letters
from beffroi.gateways.deleted_letters import Entry
from beffroi.mailhosting.models import Departure, Mailbox
from beffroi.mailhosting.services import consultations, keeping
from beffroi.servers.mail.keeper import DAY_S
from beffroi.towns import services as towns
from beffroi.towns.models import JournalEntry
from beffroi.towns.permissions import Role
from tests.mail.clients import eventually, letter

pytestmark = pytest.mark.mail


@pytest.fixture(autouse=True)
def pages(stack, settings):
    settings.BEFFROI_DOVEADM_PORT = stack.ports.doveadm
    settings.MAIL_DOVEADM_KEY = stack.home.doveadm_key


def agent_of(town, box=None, role=Role.AUDITOR):
    """Somebody of the town, who holds this box."""
    name = f"agent{time.monotonic_ns()}"
    agent = towns.create_agent(email=f"{name}@poste.example", full_name=name, at=timezone.now())
    towns.add_member(town, agent, roles=[role], by=None, at=timezone.now())
    if box:
        Mailbox.objects.of(town).filter(pk=box.pk).update(holder=agent)
    return agent


def signed_in(agent):
    client = Client()
    client.force_login(agent)
    return client


def here(town, box):
    return f"/mairie/{town.slug}/courrier/supprimes/{box.pk}/"


def words(response):
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def kept(stack, box, subject, folder="INBOX"):
    """Once the keeper has seen it."""
    path = stack.home.boxes / str(box.pk) / "kept" / f".{folder}"
    return eventually(lambda: any(subject in one.read_text() for one in path.glob("*")))


def expunge(inbox, subject, folder="INBOX"):
    """As a mail program deletes for good."""
    inbox.link.select(f'"{folder}"')
    numbers = inbox.link.search(None, "SUBJECT", subject)[1][0].decode().replace(" ", ",")
    inbox.link.store(numbers, "+FLAGS", "\\Deleted")
    inbox.link.expunge()


def deleted(stack, box, *, count=1):
    """Once so many are there."""

    found: list[Entry] = []

    def look():
        found[:] = deleted_letters.entries(stack.dovecot, box.server_login)
        return len(found) == count

    assert eventually(look), found
    return found


def in_use(stack, town, *subjects, kind="person"):
    box = stack.box(town, kind)
    for subject in subjects:
        stack.bring(letter(subject), to=box)
        assert kept(stack, box, subject)
    return box


def test_the_holder_deletes_and_empties_the_trash_and_puts_both_back(stack, arcachon):
    box = in_use(stack, arcachon, "Devis toiture", "Permis")
    desk = signed_in(agent_of(arcachon, box))
    with stack.inbox(box) as inbox:
        expunge(inbox, "Devis")
        inbox.link.select("INBOX")
        inbox.link.copy("1", "Trash")
        expunge(inbox, "Permis")
        expunge(inbox, "Permis", "Trash")
        assert deleted(stack, box, count=2)

        page = words(desk.get(here(arcachon, box)))
        assert page.count("claire@monde.example") == 2
        assert "gardé jusqu’au" in page
        assert "Permis" not in words(desk.get(here(arcachon, box), {"q": "toiture"}))
        keys = re.findall(r'name="message" value="([^"]+)"', page)
        said = words(desk.post(here(arcachon, box), {"message": keys}, follow=True))

        assert "2 messages sont de nouveau dans la boîte" in said
        assert sorted(inbox.subjects()) == ["Devis toiture", "Permis"]
    deleted(stack, box, count=0)
    assert "ne sont plus ici" in words(desk.post(here(arcachon, box), {"un": keys[0]}, follow=True))
    line = JournalEntry.objects.of(arcachon).get(kind="box.letters_put_back", object_id=box.pk)
    assert "2 messages" in line.detail and "Devis" not in line.detail


def test_what_a_member_deletes_in_a_shared_box_comes_back_to_its_folder(stack, arcachon):
    shared, member = in_use(stack, arcachon, "Dossier", kind="commission"), stack.box(arcachon)
    stack.join(shared, member)
    folder = f"Partage/{shared.address.email}"
    with stack.inbox(member) as inbox:
        assert inbox.holds("Dossier", folder)
        inbox.link.create(f'"{folder}/Permis&AOk-s"')
        inbox.link.select(f'"{folder}"')
        inbox.link.copy("1", f'"{folder}/Permis&AOk-s"')
        expunge(inbox, "Dossier", folder)
        assert kept(stack, shared, "Dossier", "Permis&AOk-s")
        expunge(inbox, "Dossier", f"{folder}/Permis&AOk-s")
    [gone] = deleted(stack, shared)
    deleted(stack, member, count=0)

    desk = signed_in(agent_of(arcachon, member))
    said = words(desk.post(here(arcachon, shared), {"un": gone.key}, follow=True))

    assert "de nouveau dans la boîte, non lu. Dossier : Permisés" in said
    with stack.inbox(member) as inbox:
        assert inbox.subjects(f"{folder}/Permis&AOk-s") == ["Dossier"]


def test_no_mail_program_can_open_what_was_deleted(stack, arcachon):
    box = in_use(stack, arcachon, "Secret")
    with stack.inbox(box) as inbox:
        expunge(inbox, "Secret")
        assert deleted(stack, box)
        listed = str(inbox.link.list('""', "*")) + str(inbox.link.namespace())
        assert "deleted" not in listed
        assert inbox.link.list('""', '"beffroi.deleted/*"')[1] == [None]
        for name in ("beffroi.deleted", "beffroi.deleted/INBOX", "deleted/INBOX"):
            assert inbox.link.select(f'"{name}"')[0] == "NO"
            assert inbox.link.status(f'"{name}"', "(MESSAGES)")[0] == "NO"
    assert stack.dovecot.size_bytes(box.server_login) == 0
    assert stack.dovecot.contents(box.server_login).messages == 0


def test_after_thirty_days_it_is_destroyed_unless_the_box_is_held(stack, arcachon):
    box = in_use(stack, arcachon, "Ancien", "Recent")
    agent = agent_of(arcachon, box, Role.ADMINISTRATOR)
    with stack.inbox(box) as inbox:
        expunge(inbox, "Ancien")
        [old] = deleted(stack, box)
        age(stack, box, old.key, days=30)
        expunge(inbox, "Recent")
        assert deleted(stack, box, count=2)
    keeping.hold(arcachon, box.pk, reason="Contentieux", by=agent, at=timezone.now())
    assert eventually(lambda: str(box.pk) in stack.home.held.read_text().split())

    again(stack)
    assert len(deleted(stack, box, count=2)) == 2
    keeping.release(arcachon, box.pk, by=agent, at=timezone.now())
    assert eventually(lambda: str(box.pk) not in stack.home.held.read_text().split())
    again(stack)

    [left] = deleted(stack, box)
    assert "tant que" not in words(signed_in(agent).get(here(arcachon, box)))
    assert left.key != old.key


def age(stack, box, key, *, days):
    """As if it had been deleted so long ago."""
    [file] = (stack.home.boxes / str(box.pk) / "deleted").glob(f".*/*/{key}*")
    moment, _, rest = file.name.partition(".")
    file.rename(file.with_name(f"{int(moment) - days * DAY_S}.{rest}"))


def again(stack):
    """kill -9 of the keeper; the next one begins by destroying what is too old."""
    stack.kill("mail-keeper")
    stack.start("mail-keeper")


def test_what_is_deleted_while_the_keeper_is_dead_is_found_by_the_next_one(stack, arcachon):
    box = in_use(stack, arcachon, "Pendant")
    stack.kill("mail-keeper")
    with stack.inbox(box) as inbox:
        expunge(inbox, "Pendant")
    stack.start("mail-keeper")

    assert len(deleted(stack, box)) == 1
    again(stack)
    assert len(deleted(stack, box)) == 1


def test_a_full_box_takes_back_what_was_deleted_from_it(stack, arcachon):
    box = stack.box(arcachon, quota_mib=1)
    for subject in ("Lourd", "Plein"):
        stack.bring(letter(subject, text=("x" * 70 + "\n") * 9000), to=box)
        assert kept(stack, box, subject)
        if subject == "Lourd":
            with stack.inbox(box) as inbox:
                expunge(inbox, subject)
    found = deleted(stack, box)

    assert deleted_letters.put_back(stack.dovecot, box.server_login, found) == {"INBOX": 1}

    with stack.inbox(box) as inbox:
        assert sorted(inbox.subjects()) == ["Lourd", "Plein"]


def test_the_custodian_of_who_left_finds_what_was_deleted_while_a_consultation_is_open_but_not_what_is_private(
    stack, arcachon
):
    left, own = in_use(stack, arcachon, "Trace"), stack.box(arcachon)
    with stack.inbox(left) as inbox:
        expunge(inbox, "Trace")
        inbox.link.create("Perso")
        inbox.link.append("Perso", None, None, letter("Secret").as_bytes())
        assert kept(stack, left, "Secret", "Perso")
        expunge(inbox, "Secret", "Perso")
    found = deleted(stack, left, count=2)
    gone, private = sorted(found, key=lambda one: one.folder == "Perso")
    agent = agent_of(arcachon, own)
    departure = Departure.objects.create_in(
        arcachon, mailbox=left, leaves_at=timezone.now(), custodian=own, decided_at=timezone.now()
    )
    desk = signed_in(agent)
    assert desk.get(here(arcachon, left)).status_code == 404
    consultations.open_box(arcachon, departure.pk, reason="Devis", by=agent, at=timezone.now())

    page = words(desk.get(here(arcachon, left)))
    assert "Trace" in page and "Secret" not in page
    desk.post(here(arcachon, left), {"un": private.key})
    assert private in deleted(stack, left, count=2)
    assert desk.post(here(arcachon, left), {"un": gone.key}).status_code == 302

    with stack.inbox(own) as inbox:
        assert inbox.holds("Trace", f"Partage/{left.address.email}")
    lines = JournalEntry.objects.of(arcachon).filter(object_id=left.pk, object_kind="mailbox")
    assert lines.filter(kind="box.deleted_looked_at", actor=agent).count() == 1
    assert lines.filter(kind="box.letters_put_back", actor=agent).count() == 1
