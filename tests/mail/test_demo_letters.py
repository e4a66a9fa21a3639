"""The demonstration's letters, through the real filter: all arrive, none is taken for spam, none comes twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from beffroi.config.demo import letters, official_mail
from beffroi.mailhosting.models import Domain, Mailbox
from beffroi.mailhosting.services import aliases, boxes
from beffroi.mailhosting.services.aliases import Targets
from beffroi.mailhosting.services.boxes import NewBox
from tests.mail.clients import eventually

pytestmark = [pytest.mark.mail, pytest.mark.slow]
now = timezone.now


@pytest.fixture
def town_hall(arcachon):
    """The boxes of the demonstration, under the tests' domain of the same name."""
    domain = Domain.objects.of(arcachon).get(name=official_mail.NAME)
    wanted = [
        NewBox(
            domain_id=domain.pk,
            local_part=one.local_part,
            kind=Mailbox.Kind(one.kind),
            display_name=one.display_name,
            quota_mib=100,
        )
        for one in official_mail.BOXES
    ]
    made = {
        box.address.local_part: box
        for box in boxes.create_many(arcachon, wanted, by=None, at=now())
    }
    for name, box in letters.LEADS_TO.items():
        targets = Targets(mailbox_ids=[made[box].pk])
        aliases.create(arcachon, domain.pk, name, targets, by=None, at=now())
    for login in letters.LEFT:
        old = made[login.partition("@")[0]]
        boxes.move(arcachon, old.pk, Mailbox.State.ARCHIVED, by=None, at=now())
    return made


def test_all_letters_arrive_none_is_spam_and_none_comes_twice(stack, town_hall):
    logins = [box.address.email for box in town_hall.values()]

    def held(folder):
        return set().union(*(stack.dovecot.message_ids(one, folder) for one in logins))

    how_many = letters.bring(stack.home, now=now())

    assert how_many >= 30
    assert eventually(lambda: len(held("INBOX")) == how_many, within_s=60)
    assert held("Junk") == set()
    old = stack.dovecot.contents(town_hall["g.vidal"].address.email)
    assert old is not None and old.first_at is not None
    assert (old.messages, old.first_at < now() - timedelta(days=400)) == (3, True)
    assert letters.bring(stack.home, now=now()) == 0


def test_servers_that_do_not_run_are_no_trouble(stack, tmp_path):
    home = replace(stack.home, dir=tmp_path, ports=replace(stack.home.ports, doveadm=9))
    letters.bring_aside(home, now=now()).join(timeout=20)
    assert not (tmp_path / letters.BROUGHT).exists()
