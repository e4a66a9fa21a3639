"""The old address: its letters come into a box here by Dovecot's own sync, from a real host, and go on coming."""

import multiprocessing
import os
import signal
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from beffroi.gateways.doveadm import Doveadm
from beffroi.gateways.dsync import Dovecot
from beffroi.gateways.old_box import Security
from beffroi.mailhosting.models import NotCopied, OldAddress, OldFolder
from beffroi.mailhosting.services import old_addresses
from beffroi.mailhosting.services.facts import OldBoxRefused, OldBoxUnreachable
from beffroi.mailhosting.services.old_addresses import LEASE, Servers, Wanted
from tests.mail.clients import eventually
from tests.mail.old_host import EMAIL, FOLDERS, PASSWORD, an_old_host

pytestmark = [pytest.mark.mail, pytest.mark.slow]
LETTERS = 1000


def now():
    return timezone.now()


def wanted(host, box, **others) -> Wanted:
    given = {"password": PASSWORD, "port": host.port, **others}
    return Wanted(
        mailbox_id=box.pk,
        email=EMAIL,
        host="127.0.0.1",
        security=Security.NONE,
        fetch_until=now() + timedelta(days=90),
        **given,
    )


def our_servers(stack) -> Servers:
    return Servers(
        doveadm=Doveadm(port=stack.ports.doveadm, key=stack.home.doveadm_key),
        dovecot=Dovecot(config=stack.home.dovecot / "dovecot.conf"),
        allow_loopback=True,
    )


def test_a_thousand_letters_come_with_their_folders_and_only_the_broken_one_is_missing(
    stack, arcachon
):
    ours = our_servers(stack)
    box = stack.box(arcachon, "function")
    login = box.address.email
    with an_old_host() as host:
        host.fill(LETTERS)
        host.break_one("Envoyés")
        with pytest.raises(OldBoxUnreachable):
            old_addresses.link(arcachon, wanted(host, box), by=None, at=now())
        with pytest.raises(OldBoxRefused):
            old_addresses.link(
                arcachon, wanted(host, box, password="non"), allow_loopback=True, by=None, at=now()
            )
        row = old_addresses.link(
            arcachon, wanted(host, box), allow_loopback=True, by=None, at=now()
        )
        assert old_addresses.due(arcachon, at=now()) == [row.pk]

        assert old_addresses.fetch(arcachon, row.pk, ours, clock=now)

        held = ours.doveadm.contents(login)
        assert held.messages == LETTERS - 1
        names = set(OldFolder.objects.of(arcachon).values_list("name", "copied"))
        assert names == {
            ("INBOX", 200),
            ("Envoyés", 199),
            ("Délibérations 2024/Été", 200),
            ("Archives [vieux] & co", 200),
            ("Permis.2024", 200),
        }
        assert NotCopied.objects.of(arcachon).get().folder.name == "Envoyés"
        link = host.session()
        host.put(link, "INBOX", 5000)
        host.put(link, "Envoyés", 5001)
        link.logout()
        assert old_addresses.due(arcachon, at=now() + timedelta(minutes=20)) == [row.pk]
        assert old_addresses.fetch(arcachon, row.pk, ours, clock=now)
        assert ours.doveadm.contents(login).messages == LETTERS + 1

        old_addresses.end(arcachon, row.pk, by=None, at=now())

        assert OldAddress.objects.of(arcachon).get().sealed_password is None
        assert not old_addresses.fetch(arcachon, row.pk, ours, clock=now)


def test_an_import_killed_in_its_middle_is_taken_up_again_and_nothing_comes_twice(stack, arcachon):
    ours = our_servers(stack)
    box = stack.box(arcachon, "function")
    with an_old_host() as host:
        host.fill(LETTERS // 4)
        row = old_addresses.link(
            arcachon, wanted(host, box), allow_loopback=True, by=None, at=now()
        )
        done = OldFolder.objects.of(arcachon).filter(of=row)
        connection.close()  # the import opens its own

        def fetch() -> None:
            os.setsid()  # Dovecot's sync dies with it
            old_addresses.fetch(arcachon, row.pk, ours, clock=now)

        process = multiprocessing.get_context("fork").Process(target=fetch)
        process.start()
        assert eventually(done.exists)
        assert process.pid is not None
        os.killpg(process.pid, signal.SIGKILL)
        process.join()

        assert done.exclude(done_at=None).count() < len(FOLDERS)
        assert ours.doveadm.contents(box.address.email).messages < LETTERS // 4
        assert old_addresses.due(arcachon, at=now()) == []  # it may still be at work
        later = now() + LEASE
        assert old_addresses.due(arcachon, at=later) == [row.pk]
        assert old_addresses.fetch(arcachon, row.pk, ours, clock=lambda: later)

        assert ours.doveadm.contents(box.address.email).messages == LETTERS // 4
        assert sum(done.values_list("copied", flat=True)) == LETTERS // 4
        old_addresses.end(arcachon, row.pk, by=None, at=later)
