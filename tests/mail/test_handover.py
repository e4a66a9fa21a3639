"""A hand-over after an election, on real servers: the old council is out, the new one is in, and all of it comes back."""

import smtplib
from datetime import timedelta

import pytest
from django.utils import timezone

from beffroi.mailhosting.models import InventoryLine, Mailbox
from beffroi.mailhosting.services import handovers, inventories, measuring
from beffroi.mailhosting.services.handovers import Plan
from beffroi.mailhosting.texts import Text
from tests.mail.clients import eventually, letter
from tests.mail.test_access import AT_ONCE_S, ends, refused

pytestmark = [pytest.mark.mail, pytest.mark.slow]
now = timezone.now
CITIZEN, OTHER = "election@monde.example", "voisine@monde.example"
REPLY = "Fin de mandat"


@pytest.fixture
def served(stack, settings):
    settings.BEFFROI_DOVEADM_PORT = stack.ports.doveadm
    settings.MAIL_DOVEADM_KEY = stack.home.doveadm_key


@pytest.fixture
def council(stack, arcachon):
    """The old mayor sits on a commission with somebody who stays; the new one will."""
    mayor, stays, comes = (stack.box(arcachon) for _ in range(3))
    commission = stack.box(arcachon, "commission")
    for person in (mayor, stays):
        stack.join(commission, person)
    stack.bring(letter("Dossier"), to=commission)
    stack.bring(letter("Avant"), to=mayor)
    with stack.inbox(mayor) as inbox:
        assert inbox.holds("Avant")
        assert inbox.holds("Dossier", shared(commission))
    return mayor, stays, comes, commission


def shared(commission):
    return f"Partage/{commission.address.email}"


def decided(town, council, *, when):
    mayor, stays, comes, commission = council
    plan = Plan(
        takes_place_at=when,
        archive_at=when + timedelta(days=180),
        outgoing_mayor="Ancienne",
        incoming_mayor="Nouvelle",
        answer=Text(subject=REPLY, text="Ce mandat est terminé. Écrivez à [adresse]."),
        outgoing_ids=[mayor.pk],
        seats={commission.pk: [stays.pk, comes.pk]},
    )
    row = handovers.prepare(town, plan, by=None, at=now())
    return handovers.decide(town, row.pk, by=None, at=now())


def may_send(stack, person, commission, subject):
    try:
        stack.send(
            letter(subject, sender=commission.address.email, to=CITIZEN),
            login=person,
            sender=commission,
            to=CITIZEN,
        )
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPRecipientsRefused):
        return False
    return True


def replies(stack, citizen):
    """How many automatic answers the citizen got."""
    return sum(
        citizen in recipients and b"Auto-Submitted" in raw and REPLY.encode() in raw
        for _sender, recipients, raw in stack.world.received
    )


def test_a_hand_over_takes_place_by_its_date_and_is_undone_by_its_cancellation(
    stack, arcachon, council, served
):
    mayor, stays, comes, commission = council
    with stack.inbox(mayor) as old, stack.inbox(comes) as new:
        row = decided(arcachon, council, when=now() + timedelta(seconds=2))
        assert old.holds("Dossier", shared(commission)) and not ends(new)
        assert eventually(lambda: now() >= row.takes_place_at)
        assert eventually(lambda: ends(old), within_s=AT_ONCE_S)
        assert eventually(lambda: ends(new), within_s=AT_ONCE_S)

    # out: no sign-in, no word in the commission's name
    assert refused(stack, mayor)
    assert not may_send(stack, mayor, commission, "Encore moi")

    # in: what was there is read, and the commission answers
    with stack.inbox(comes) as inbox:
        assert inbox.holds("Dossier", shared(commission))
        assert may_send(stack, comes, commission, "La nouvelle équipe")
        assert stack.world.got(CITIZEN, "La nouvelle équipe")
        assert inbox.holds("La nouvelle équipe", f"{shared(commission)}/Sent")
    assert not refused(stack, stays)

    # whoever writes is answered, once, and the letters stay
    for subject in ("Première", "Deuxième"):
        write(stack, subject, mayor, sender=CITIZEN)
    assert stack.world.got(CITIZEN, REPLY)
    write(stack, "Moi aussi", mayor, sender=OTHER)
    assert stack.world.got(OTHER, REPLY)
    assert eventually(lambda: held(stack, mayor) == 4)
    assert replies(stack, CITIZEN) == 1

    # the boxes are frozen and counted
    inventories.advance(arcachon, measure=measuring.contents, at=now())
    line = InventoryLine.objects.of(arcachon).get(hand_over=row, mailbox=mayor)
    assert line.messages == 4 and line.first_at is not None
    assert state(mayor) == "frozen"
    write(stack, "Figée", mayor, sender=OTHER)
    assert eventually(lambda: held(stack, mayor) == 5)
    assert refused(stack, mayor)

    # all of it comes back
    with stack.inbox(comes) as new:
        handovers.cancel(arcachon, row.pk, by=None, at=now())
        assert eventually(lambda: ends(new), within_s=AT_ONCE_S)
    assert state(mayor) == "active"
    with stack.inbox(mayor) as inbox:
        assert inbox.holds("Deuxième")
        assert inbox.holds("La nouvelle équipe", f"{shared(commission)}/Sent")
    assert may_send(stack, mayor, commission, "De retour")
    with stack.inbox(comes) as inbox:
        assert shared(commission) not in inbox.folders()
    assert not may_send(stack, comes, commission, "Plus moi")
    late = "apres@monde.example"
    write(stack, "Après", mayor, sender=late)
    assert eventually(lambda: held(stack, mayor) == 6)
    assert replies(stack, late) == 0


def write(stack, subject, box, *, sender):
    """To it by name: who only has a copy gets no automatic answer (RFC 5230)."""
    message = letter(subject, sender=sender, to=box.address.email)
    stack.bring(message, to=box, sender=sender)


def held(stack, box):
    found = stack.dovecot.contents(box.address.email)
    return found and found.messages


def state(box):
    return Mailbox.objects.of(box.town).get(pk=box.pk).state
