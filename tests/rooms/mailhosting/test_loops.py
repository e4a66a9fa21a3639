"""A letter to the domain and back, over real SMTP; black lists asked of a real name server."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import call_command

from beffroi.gateways.dns import lists
from beffroi.gateways.dns.places import Places
from beffroi.mailhosting import names, report_addresses
from beffroi.mailhosting.models import Address, Domain, LoopTest
from beffroi.mailhosting.queries import arrivals, boxes
from beffroi.mailhosting.services import domains, loops, standing
from beffroi.mailhosting.trials import QUEUE, STANDING
from beffroi.servers.mail import queue
from beffroi.servers.name_server import Zone
from tests.cast import NOON
from tests.gateways import name_servers
from tests.gateways.relays import Aiosmtpd
from tests.rooms.mailhosting import scene


@pytest.fixture
def relay(tmp_path, settings):
    running = Aiosmtpd(tmp_path)
    settings.BEFFROI_SMTP_URL = f"smtp://127.0.0.1:{running.port}"
    yield running
    running.stop()


def loop_of(town, **later):
    (one,) = arrivals.arrivals(town, at=NOON + timedelta(**later))
    return one.loop


def test_a_letter_goes_out_comes_back_once_and_shows_that_the_domain_works(town, domain, relay):
    loops.send(town, domain.pk, at=NOON)
    ((sender, recipient, raw),) = relay.received
    back = Address.objects.of(town).get(local_part=names.LOOP).targets.get().outside

    assert recipient == f"essai-beffroi@{domain.name}"
    assert back == sender == report_addresses.loop_address_of(domain.pk)
    assert loop_of(town).took_s is None
    assert loops.receive(raw, recipient=back, at=NOON + timedelta(seconds=7))
    assert not loops.receive(raw, recipient=back, at=NOON + timedelta(seconds=9))  # brought twice
    assert loop_of(town).took_s == 7
    assert Domain.objects.of(town).get().state == Domain.State.WORKING


def test_a_letter_that_does_not_come_back_is_waited_for_then_said_to_be_lost(town, domain, relay):
    loops.send(town, domain.pk, at=NOON)

    assert not loop_of(town, minutes=14).is_lost
    assert loop_of(town, minutes=16).is_lost


def test_a_relay_that_is_away_is_said(town, domain, settings):
    settings.BEFFROI_SMTP_URL = "smtp://127.0.0.1:9"

    assert not loops.send(town, domain.pk, at=NOON).accepted
    assert loop_of(town).was_refused


def test_a_forged_letter_is_nothing(town, domain, other_town, relay):
    loops.send(town, domain.pk, at=NOON)
    raw = relay.received[0][2]
    wrong = report_addresses.loop_address_of(domain.pk + 1)

    for recipient in (wrong, f"essai-{domain.pk}-000000000000@r.test", "essai-@r.test"):
        assert not loops.receive(raw, recipient=recipient, at=NOON)
    assert not loops.receive(b"X-Beffroi-Essai: x\r\n\r\n", recipient=wrong, at=NOON)
    assert LoopTest.objects.of(town).get().back_at is None


def test_a_domain_that_receives_nothing_yet_is_not_tried(town):
    chosen = domains.choose(town, "new.example", by=None, at=NOON)

    assert loops.send(town, chosen.pk, at=NOON) is None


def test_the_alias_of_test_letters_is_nobody_s_concern(town, domain, agent, relay):
    loops.send(town, domain.pk, at=NOON)

    assert not boxes.aliases(town).exists()
    assert domains.close(town, domain.pk, by=agent, at=NOON).state == Domain.State.CLOSED


def test_black_lists_are_told_by_name(town, tmp_path, settings, monkeypatch):
    call_command("createcachetable", verbosity=0)
    cache.delete(STANDING)
    assert not arrivals.black_lists(town).asked
    zones = (
        Zone(name="op.example", records=("mail A 127.0.0.1",)),
        Zone(name="bad.test", records=("1.0.0.127 A 127.0.0.4",)),
        Zone(name="good.test"),
    )
    with name_servers.serving(tmp_path / "knot", *zones) as place:
        settings.DNS_PLACES = Places(resolvers=(place,), allow_private=True)
        settings.BEFFROI_MAIL_HOST = "mail.op.example"
        ask = lists.standings
        monkeypatch.setattr(
            lists, "standings", lambda a, p: ask(a, p, lists=("bad.test", "good.test", "no.test"))
        )
        standing.refresh()

    found = arrivals.black_lists(town)
    cache.delete(STANDING)
    assert (found.listed, found.clear, found.unknown) == (("bad.test",), 1, 1)


def test_what_waits_to_leave_is_told_to_the_town_that_sent_it_and_to_no_other(
    town, domain, other_town
):
    call_command("createcachetable", verbosity=0)
    lines = [
        b'{"queue_name": "%b", "queue_id": "A%d", "arrival_time": %d, "message_size": 9, '
        b'"sender": "%b", "recipients": []}' % (name, came, came, sender)
        for name, came, sender in (
            (b"deferred", int(NOON.timestamp()) - 5 * 3600, b"maire@" + domain.name.encode()),
            (b"deferred", int(NOON.timestamp()) - 60, b"accueil@" + domain.name.encode()),
            (b"active", int(NOON.timestamp()), b"maire@" + domain.name.encode()),
            (b"deferred", int(NOON.timestamp()), b"maire@elsewhere.example"),
        )
    ]
    cache.delete(QUEUE)
    assert arrivals.arrivals(town, at=NOON)[0].queue is None
    cache.set(QUEUE, queue.count(lines), 60)
    elsewhere = scene.a_live_domain(other_town, "calm.example")

    (ours,) = arrivals.arrivals(town, at=NOON)
    (theirs,) = arrivals.arrivals(other_town, at=NOON)

    cache.delete(QUEUE)
    assert (ours.queue.letters, ours.queue.is_stuck) == (2, True)
    assert (theirs.domain, theirs.queue.letters) == (elsewhere, 0)
