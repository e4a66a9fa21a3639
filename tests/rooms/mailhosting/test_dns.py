"""A domain from its choice to its records, on a real name server; keys that turn; reports that come in."""

import gzip
from datetime import timedelta

import dns.rdatatype
import pytest

from beffroi.gateways.dns import look, registrars
from beffroi.gateways.dns.places import Places
from beffroi.gateways.dns.update import Written
from beffroi.kit.mail_records.seen import Fact, Light
from beffroi.kit.mail_records.wanted import Kind
from beffroi.mailhosting import findings, report_addresses
from beffroi.mailhosting.models import DkimKey, DnsCheck, Domain, MailReport, Publisher
from beffroi.mailhosting.queries import domains as queries
from beffroi.mailhosting.services import (
    checking,
    domains,
    mail_reports,
    publishing,
    signing_keys,
)
from beffroi.mailhosting.services.facts import NotYourZone
from beffroi.servers.name_server import Zone
from tests.cast import NOON
from tests.gateways import name_servers
from tests.kit.test_mail_reports import DMARC, letter

HALF_A_YEAR = timedelta(days=181)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One name server for the whole file; each test has a zone of its own."""
    zones = [
        Zone(name=f"{name}.example", records=('_beffroi TXT "arcachon"',))
        for name in ("filled", "claimed", "turned", "hidden", "stolen", "empty")
    ]
    with name_servers.serving(tmp_path_factory.mktemp("knot"), *zones) as place:
        yield place


@pytest.fixture(autouse=True)
def house(settings, server):
    settings.DNS_PLACES = Places(resolvers=(server,), authority=(server,), allow_private=True)
    settings.DNS_UPDATE_SERVER = name_servers.update_server(server)
    settings.BEFFROI_MAIL_HOST, settings.SITE_NAME = "mail.op.example", "beffroi.op.example"


def choose(town, name):
    town.slug = "arcachon"
    return domains.choose(town, name, by=None, at=NOON)


def facts(check):
    return {one.wanted.kind: one.fact for one in findings.read(check.findings)}


def test_the_operator_s_server_is_filled_and_the_domain_is_the_town_s_from_then_on(town):
    domain = choose(town, "filled.example")
    assert not DkimKey.objects.of(town).exists()  # made when its record is first asked for
    before = checking.check(town, domain.pk, at=NOON)
    assert before.light == Light.RED
    assert Domain.objects.of(town).get().state == Domain.State.CHOSEN

    result = publishing.publish_here(town, domain.pk, by=None, at=NOON)

    check = DnsCheck.objects.of(town).get()
    assert result.written is Written.DONE
    assert len(result.changes) == 13
    assert check.light == Light.GREEN
    assert facts(check)[Kind.MX] is Fact.RIGHT
    assert Domain.objects.of(town).get().state == Domain.State.PUBLISHED
    assert publishing.plan(town, domain.pk, at=NOON) == ()


def test_who_only_claims_a_name_never_takes_it_by_the_records_of_its_owner(town, other_town):
    """The MX leads here for both; the key in the DNS is that of one."""
    theirs = domains.choose(other_town, "claimed.example", by=None, at=NOON)
    mine = choose(town, "claimed.example")
    publishing.publish_here(town, mine.pk, by=None, at=NOON)

    seen = facts(checking.check(other_town, theirs.pk, at=NOON))

    assert (seen[Kind.MX], seen[Kind.DKIM]) == (Fact.RIGHT, Fact.DKIM_OTHER_KEY)
    theirs.refresh_from_db()
    assert theirs.state == Domain.State.CHOSEN
    assert queries.held_elsewhere(other_town) == {theirs.pk}


def test_nobody_writes_into_a_zone_that_is_not_theirs(town):
    domain = domains.choose(town, "stolen.example", by=None, at=NOON)
    town.slug = "another-town"

    with pytest.raises(NotYourZone):
        publishing.publish_here(town, domain.pk, by=None, at=NOON)
    assert facts(checking.check(town, domain.pk, at=NOON))[Kind.MX] is Fact.MISSING


def test_the_next_key_signs_only_once_the_world_has_seen_it_for_a_day(town, settings):
    domain = choose(town, "turned.example")
    publishing.publish_here(town, domain.pk, by=None, at=NOON)
    assert signing_keys.prepare(town, domain.pk, at=NOON) is None  # too early

    later = NOON + HALF_A_YEAR
    signing_keys.prepare(town, domain.pk, at=later)
    checking.check(town, domain.pk, at=later)
    assert signing_keys.turn(town, domain.pk, at=later + timedelta(days=9)) is None  # unseen
    publishing.publish_again(town, domain.pk, at=later)
    assert signing_keys.turn(town, domain.pk, at=later + timedelta(hours=23)) is None
    turned = signing_keys.turn(town, domain.pk, at=later + timedelta(hours=25))

    states = dict(DkimKey.objects.of(town).values_list("selector", "state"))
    assert states == {"beffroi-1": DkimKey.State.RETIRED, "beffroi-2": DkimKey.State.CURRENT}
    assert turned.selector == "beffroi-2"
    old = look.ask(
        "beffroi-1._domainkey.turned.example",
        dns.rdatatype.TXT,
        settings.DNS_PLACES.authority,
        recursive=False,
    )
    assert old.answer  # letters on their way are still verified


def test_a_key_that_disappears_from_the_dns_has_to_be_seen_anew(town):
    domain = choose(town, "hidden.example")
    publishing.publish_here(town, domain.pk, by=None, at=NOON)
    later = NOON + HALF_A_YEAR
    coming = signing_keys.prepare(town, domain.pk, at=later)
    publishing.publish_again(town, domain.pk, at=later)
    coming.refresh_from_db()
    assert coming.seen_at == later

    domain.name = "empty.example"  # what the world would see if the record had gone
    checking.keep(town, domain, checking.look_at(town, domain, at=later), at=later)

    assert signing_keys.turn(town, domain.pk, at=later + timedelta(days=9)) is None


def test_who_does_not_write_by_machine_is_not_written_for(town):
    domain = choose(town, "empty.example")

    assert publishing.publish_again(town, domain.pk, at=NOON) is None


def test_keys_of_a_registrar_are_kept_sealed_once_they_worked(town, monkeypatch):
    domain = choose(town, "empty.example")
    given = []

    def take(name, todo, registrar, keys):
        given.append((name, registrar.name, dict(keys)))
        return Written.DONE if keys["auth_token"] == "right" else Written.REFUSED

    monkeypatch.setattr(registrars, "publish", take)

    def write(token):
        keys = {"auth_token": token}
        return publishing.publish_at_registrar(
            town, domain.pk, "gandi", keys, by=None, at=NOON
        ).written

    assert write("wrong") is Written.REFUSED
    assert not Publisher.objects.of(town).exists()
    assert write("right") is Written.DONE
    kept = Publisher.objects.of(town).get()
    assert b"right" not in bytes(kept.sealed_keys or b"")
    publishing.publish_again(town, domain.pk, at=NOON)
    assert given[-1] == ("empty.example", "Gandi", {"auth_token": "right"})


def test_a_domain_that_is_being_set_up_is_looked_at_often_and_a_green_one_seldom(town):
    green, red = choose(town, "filled.example"), choose(town, "empty.example")
    domains.move(town, green.pk, Domain.State.PUBLISHED, by=None, at=NOON)
    for domain, light in ((green, Light.GREEN), (red, Light.RED)):
        DnsCheck.objects.create_in(town, domain=domain, checked_at=NOON, light=light, findings=[])

    def due(**later):
        return [one.name for one in queries.due_for_a_look(town, at=NOON + timedelta(**later))]

    assert due(minutes=5) == []
    assert due(minutes=11) == ["empty.example"]
    assert set(due(hours=7)) == {"empty.example", "filled.example"}


def report(domain, name):
    text = DMARC.format(space="").replace("Exempleville.fr", name)
    raw = letter(gzip.compress(text.encode()))
    return mail_reports.receive(raw, recipient=report_addresses.address_of(domain.pk), at=NOON)


def test_a_report_is_counted_once_for_the_domain_of_its_address_only(town):
    domain = choose(town, "filled.example")

    assert report(domain, "filled.example") == 1
    assert report(domain, "filled.example") == 0  # brought twice
    assert report(domain, "other.example") == 0
    kept = MailReport.objects.of(town).get()
    assert (kept.good, kept.bad, kept.details) == (41, 3, [["2001:db8::9", 3]])


def test_a_report_to_an_address_that_we_did_not_give_out_is_nothing(town):
    choose(town, "filled.example")

    assert mail_reports.receive(b"x", recipient="rapports-1-000000000000@r.test", at=NOON) == 0
    assert mail_reports.receive(b"x", recipient="rapports-@r.test", at=NOON) == 0
