"""Who reads what: holders, rosters, devices, people who have left."""

import imaplib

import pytest
from django.utils import timezone

from beffroi.mailhosting.models import AppPassword, Departure, Mailbox, Member
from beffroi.mailhosting.services import boxes, consultations, passwords, roster
from beffroi.towns import services as towns
from beffroi.towns.permissions import Role
from tests.mail.clients import eventually, letter
from tests.mail.stack import WORD

pytestmark = pytest.mark.mail
AT_ONCE_S = 5.0
"""On two cores shared with other tests; `bench mail` measures it alone, and holds it to one second."""


def now():
    return timezone.now()


def ends(inbox) -> bool:
    """Whether the server has hung up: this session must sign in again."""
    try:
        return bool(inbox.link.noop()[0] != "OK")
    except (imaplib.IMAP4.abort, OSError):
        return True


def refused(stack, box, password=WORD) -> bool:
    try:
        with stack.inbox(box, password):
            return False
    except imaplib.IMAP4.error:
        return True


def test_the_shared_box_follows_the_roster_at_once_even_in_open_sessions(stack, arcachon):
    commission, person = stack.box(arcachon, "commission"), stack.box(arcachon)
    folder = f"Partage/{commission.address.email}"
    stack.bring(letter("Dossier"), to=commission)
    with stack.inbox(person) as before:
        assert folder not in before.folders()
        member = stack.join(commission, person)
        assert eventually(lambda: ends(before), within_s=AT_ONCE_S)
    with stack.inbox(person) as during:
        assert during.holds("Dossier", folder)
        roster.end(arcachon, member.pk, by=None, at=now())
        assert eventually(lambda: ends(during), within_s=AT_ONCE_S)
    with stack.inbox(person) as after:
        assert folder not in after.folders()
        assert after.subjects(folder) == []
    assert Member.objects.of(arcachon).get(pk=member.pk).until is not None


def test_what_one_member_reads_is_read_for_all(stack, arcachon):
    commission, one, two = (
        stack.box(arcachon, "commission"),
        stack.box(arcachon),
        stack.box(arcachon),
    )
    stack.join(commission, one)
    stack.join(commission, two)
    folder = f"Partage/{commission.address.email}"
    stack.bring(letter("Une fois"), to=commission)
    with stack.inbox(one) as inbox:
        assert inbox.holds("Une fois", folder)
        inbox.link.select(f'"{folder}"')
        inbox.link.store("1", "+FLAGS", "\\Seen")
    with stack.inbox(two) as inbox:
        inbox.link.select(f'"{folder}"', readonly=True)
        assert b"\\Seen" in inbox.link.fetch("1", "(FLAGS)")[1][0]


def test_the_other_town_sees_nothing_and_cannot_ask(stack, arcachon, marseille):
    commission, spy = stack.box(arcachon, "commission"), stack.box(marseille)
    stack.bring(letter("Secret"), to=commission)
    with stack.inbox(spy) as inbox:
        assert not any("arcachon" in folder for folder in inbox.folders())
        assert inbox.subjects(f"Partage/{commission.address.email}") == []
        assert inbox.link.getacl(f'"Partage/{commission.address.email}"')[0] != "OK"
        assert inbox.link.setacl("INBOX", commission.address.email, "lr")[0] in {"OK", "NO"}


def test_a_device_has_a_password_of_its_own_that_is_withdrawn_alone(stack, arcachon):
    box = stack.box(arcachon)
    secret = passwords.add_app_password(arcachon, box.pk, "Téléphone", by=None, at=now())
    row = AppPassword.objects.of(arcachon).get(mailbox=box)
    with stack.inbox(box, secret) as device:
        passwords.revoke_app_password(arcachon, row.pk, by=None, at=now())
        assert eventually(lambda: ends(device), within_s=AT_ONCE_S)

    assert refused(stack, box, secret)
    assert not refused(stack, box)
    assert refused(stack, box, "une autre phrase longue")


def test_a_new_password_ends_what_the_old_one_opened(stack, arcachon):
    box = stack.box(arcachon)
    token = passwords.make_link(arcachon, box.pk, by=None, at=now())
    with stack.inbox(box) as old:
        passwords.use_link(arcachon, token, "celle que je choisis", at=now())
        assert eventually(lambda: ends(old), within_s=AT_ONCE_S)

    assert refused(stack, box)
    assert not refused(stack, box, "celle que je choisis")


def test_a_suspended_holder_is_out_at_once_and_back_when_restored(stack, arcachon):
    box = stack.box(arcachon)
    with stack.inbox(box) as inbox:
        boxes.suspend(arcachon, box.pk, by=None, at=now())
        assert eventually(lambda: ends(inbox), within_s=AT_ONCE_S)
    assert refused(stack, box)

    boxes.restore(arcachon, box.pk, by=None, at=now())

    assert not refused(stack, box)


def test_a_custodian_reads_what_was_left_and_only_reads(stack, arcachon):
    left, custodian = stack.box(arcachon), stack.box(arcachon)
    stack.bring(letter("Héritage"), to=left)
    with stack.inbox(left) as inbox:
        assert inbox.holds("Héritage")
    keeper = towns.create_agent(email="garde@arcachon.example", full_name="Garde", at=now())
    towns.add_member(arcachon, keeper, roles=[Role.AUDITOR], by=None, at=now())
    Mailbox.objects.of(arcachon).filter(pk=custodian.pk).update(holder=keeper)
    departure = Departure.objects.create_in(
        arcachon, mailbox=left, leaves_at=now(), custodian=custodian, decided_at=now()
    )
    folder = f"Partage/{left.address.email}"

    assert refused(stack, left)
    with stack.inbox(custodian) as inbox:
        assert inbox.subjects(folder) == []
    consultations.open_box(arcachon, departure.pk, reason="Devis", by=keeper, at=now())

    with stack.inbox(custodian) as inbox:
        assert inbox.holds("Héritage", folder)
        with pytest.raises(imaplib.IMAP4.readonly):
            inbox.link.select(f'"{folder}"')
        assert inbox.holds("Héritage", folder)


def test_a_new_box_is_opened_and_read_at_once(stack, arcachon):
    """`./beffroi bench mail` says how long it takes."""
    box = stack.box(arcachon)
    stack.bring(letter("Premier"), to=box)
    with stack.inbox(box) as inbox:
        assert inbox.holds("Premier")
