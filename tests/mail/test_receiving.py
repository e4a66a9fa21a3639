"""What comes from the world: to boxes, aliases and lists; and what is refused at the door."""

import smtplib
from datetime import timedelta

import pytest
from django.utils import timezone

from beffroi.mailhosting.models import Mailbox
from beffroi.mailhosting.queries.usage import sizes
from beffroi.mailhosting.services import aliases, boxes, usage
from beffroi.mailhosting.services.aliases import Targets
from tests.mail.clients import codes, letter

pytestmark = pytest.mark.mail
GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"


def now():
    return timezone.now()


def refused(stack, message, **envelope) -> list[int]:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        stack.bring(message, **envelope)
    return codes(caught.value)


def test_a_new_box_receives_and_is_read_with_nothing_reloaded(stack, arcachon):
    box = stack.box(arcachon)
    stack.bring(letter("Permis de construire"), to=box)

    with stack.inbox(box) as inbox:
        assert inbox.holds("Permis de construire")
        assert {"Drafts", "INBOX", "Junk", "Sent", "Trash"} <= set(inbox.folders())


def test_an_unknown_recipient_is_refused_at_the_door(stack, arcachon):
    assert refused(stack, letter(), to="personne@arcachon.example") == [550]


def test_nobody_relays_through_the_door_of_the_world(stack, arcachon):
    assert refused(stack, letter(), to="quelquun@ailleurs.example") == [554]


def test_a_name_that_is_only_wished_for_is_not_ours(stack, arcachon):
    wish = stack.domain(arcachon, "souhait.example", live=False)
    box = stack.box(arcachon, domain=wish)

    assert refused(stack, letter(), to=box) == [554]


def test_spam_is_refused_before_it_is_accepted(stack, arcachon):
    box = stack.box(arcachon)

    with pytest.raises(smtplib.SMTPDataError) as caught:
        stack.bring(letter("Gagnez", text=GTUBE), to=box)

    assert caught.value.smtp_code == 554


def test_a_full_box_is_refused_at_the_door_and_receives_again_when_it_has_room(stack, arcachon):
    box = stack.box(arcachon, quota_mib=1)
    stack.bring(letter("Plan", text="x" * 900_000), to=box)
    with stack.inbox(box) as inbox:
        assert inbox.holds("Plan")

    assert refused(stack, letter("Trop", text="x" * 300_000), to=box) == [552]

    boxes.change(
        arcachon, box.pk, display_name="Plus", holder_id=None, quota_mib=5, by=None, at=now()
    )
    stack.bring(letter("Enfin", text="x" * 300_000), to=box)
    with stack.inbox(box) as inbox:
        assert inbox.holds("Enfin")


def test_the_servers_say_how_full_a_box_is_and_the_pages_keep_it(stack, arcachon):
    box = stack.box(arcachon)
    stack.bring(letter("Plan", text="x" * 300_000), to=box)
    with stack.inbox(box) as inbox:
        assert inbox.holds("Plan")

    usage.look(arcachon, measure=stack.dovecot.size_bytes, at=now())

    assert 300_000 < sizes(arcachon)[box.pk] < 330_000
    held = stack.dovecot.contents(box.address.email)
    assert held.first_at == held.last_at
    assert abs(now() - held.first_at) < timedelta(minutes=2)


def test_an_alias_leads_to_a_box_and_a_list_to_several_and_out(stack, arcachon):
    first, second = stack.box(arcachon), stack.box(arcachon)
    domain = first.address.domain
    both = Targets(mailbox_ids=[first.pk, second.pk], outside=["partenaire@monde.example"])
    aliases.create(arcachon, domain.pk, "tous", both, by=None, at=now())
    aliases.create(
        arcachon, domain.pk, "standard", Targets(mailbox_ids=[first.pk]), by=None, at=now()
    )

    stack.bring(letter("À tous"), to="tous@arcachon.example")
    stack.bring(letter("Au standard"), to="Standard@Arcachon.example")

    with stack.inbox(first) as one, stack.inbox(second) as two:
        assert one.holds("À tous") and two.holds("À tous") and one.holds("Au standard")
    assert stack.world.got("partenaire@monde.example", "À tous")


def test_what_follows_a_plus_is_put_aside(stack, arcachon):
    box = stack.box(arcachon)
    local, _, domain = box.address.email.partition("@")
    stack.bring(letter("Avec plus"), to=f"{local}+sent@{domain}")

    with stack.inbox(box) as inbox:
        assert inbox.holds("Avec plus")


def test_a_suspended_box_receives_and_an_archived_one_does_not(stack, arcachon):
    box = stack.box(arcachon)
    boxes.suspend(arcachon, box.pk, by=None, at=now())
    stack.bring(letter("Pendant"), to=box)
    boxes.restore(arcachon, box.pk, by=None, at=now())
    with stack.inbox(box) as inbox:
        assert inbox.holds("Pendant")

    boxes.move(arcachon, box.pk, Mailbox.State.ARCHIVED, by=None, at=now())

    assert refused(stack, letter(), to=box) == [550]


def test_a_renamed_box_keeps_its_mail_and_its_old_name(stack, arcachon):
    box = stack.box(arcachon)
    old = box.address.email
    stack.bring(letter("Avant"), to=old)
    with stack.inbox(box) as inbox:
        assert inbox.holds("Avant")
    box = boxes.rename(
        arcachon,
        box.pk,
        domain_id=box.address.domain_id,
        local_part=f"nouveau{box.pk}",
        keep_old=True,
        by=None,
        at=now(),
    )
    stack.bring(letter("Après"), to=old)

    with stack.inbox(box) as inbox:
        assert inbox.holds("Après") and inbox.holds("Avant")


@pytest.mark.parametrize("door", ["world", "holder"])
def test_nobody_puts_anything_into_the_sent_folder_of_a_commission(stack, arcachon, door):
    commission, person = stack.box(arcachon, "commission"), stack.box(arcachon)
    inside = f"box-{commission.pk}@sent.beffroi.internal"

    with pytest.raises(smtplib.SMTPRecipientsRefused):
        if door == "world":
            stack.bring(letter(), to=inside)
        else:
            stack.send(letter(sender=person.address.email), login=person, sender=person, to=inside)
