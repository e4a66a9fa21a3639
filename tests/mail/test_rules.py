"""Absences, redirects and departures: by the holder's own program, or by rows alone."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.utils import timezone

from beffroi.mailhosting.models import Absence, Departure, Redirect
from tests.mail.clients import letter

pytestmark = pytest.mark.mail
VACATION = 'require "vacation"; vacation :subject "Je reviens lundi" "À lundi.";'


def now():
    return timezone.now()


def answer(stack, to, subject):
    raw = stack.world.got(to, subject)
    return message_from_bytes(raw, policy=policy.default)


def test_a_holder_answers_through_managesieve(stack, arcachon):
    box = stack.box(arcachon)
    with stack.sieve(box) as program:
        program.switch_on("absence", VACATION)
    stack.bring(
        letter("Question", sender="e@monde.example", to=box.address.email),
        to=box,
        sender="e@monde.example",
    )

    said = answer(stack, "e@monde.example", "Je reviens lundi")

    assert "À lundi." in said.get_content()
    assert said["Auto-Submitted"].startswith("auto-replied")
    assert stack.world.senders("e@monde.example") == [""]
    assert said["DKIM-Signature"]


def test_an_absence_is_a_row_and_lasts_as_long_as_its_dates(stack, arcachon):
    box = stack.box(arcachon)
    row = Absence.objects.create_in(
        arcachon,
        mailbox=box,
        subject="Absence « courte »",
        text='Retour "vite".\n.\nFin.',
        since=now() - timedelta(days=1),
        until=now() + timedelta(days=1),
    )
    stack.bring(
        letter("Un", sender="f@monde.example", to=box.address.email),
        to=box,
        sender="f@monde.example",
    )
    said = answer(stack, "f@monde.example", "Absence « courte »")
    assert 'Retour "vite".' in said.get_content() and "Fin." in said.get_content()

    Absence.objects.of(arcachon).filter(pk=row.pk).update(until=now())
    stack.bring(
        letter("Deux", sender="g@monde.example", to=box.address.email),
        to=box,
        sender="g@monde.example",
    )

    with stack.inbox(box) as inbox:
        assert inbox.holds("Un") and inbox.holds("Deux")
    assert stack.world.senders("g@monde.example") == []


def test_a_redirect_sends_on_under_the_boxs_own_name_and_keeps_a_copy_if_asked(stack, arcachon):
    box = stack.box(arcachon)
    row = Redirect.objects.create_in(
        arcachon, mailbox=box, to="h@monde.example", keep_copy=True, since=now()
    )
    stack.bring(letter("Gardée"), to=box)
    assert stack.world.got("h@monde.example", "Gardée")
    assert set(stack.world.senders("h@monde.example")) == {box.address.email}

    Redirect.objects.of(arcachon).filter(pk=row.pk).update(keep_copy=False)
    stack.bring(letter("Seulement là-bas"), to=box)
    assert stack.world.got("h@monde.example", "Seulement là-bas")

    with stack.inbox(box) as inbox:
        assert inbox.subjects() == ["Gardée"]


def test_a_departure_answers_and_hands_on_by_its_date_alone_and_is_undone_as_simply(
    stack, arcachon
):
    leaver, successor = stack.box(arcachon), stack.box(arcachon)
    row = Departure.objects.create_in(
        arcachon,
        mailbox=leaver,
        leaves_at=now(),
        subject="J’ai quitté la mairie",
        text="Mon successeur vous répondra.",
        successor=successor,
        keep_copy=False,
        decided_at=now(),
    )
    stack.bring(
        letter("Suite", sender="i@monde.example", to=leaver.address.email),
        to=leaver,
        sender="i@monde.example",
    )
    assert answer(stack, "i@monde.example", "J’ai quitté la mairie")
    with stack.inbox(successor) as inbox:
        assert inbox.holds("Suite")

    Departure.objects.of(arcachon).filter(pk=row.pk).update(cancelled_at=now())
    stack.bring(letter("Retour"), to=leaver)

    with stack.inbox(leaver) as inbox:
        assert inbox.holds("Retour")
        assert inbox.subjects() == ["Retour"]
