"""What the world sees of a domain, and what is written into it: Knot on loopback, asked and filled as in earnest."""

import pytest

from beffroi.gateways.dns import lists, look, update
from beffroi.gateways.dns.lists import Standing
from beffroi.gateways.dns.places import (
    BadPlace,
    Place,
    Places,
    read_places,
    read_update_server,
)
from beffroi.gateways.dns.update import Written
from beffroi.kit.mail_records import changes, wanted
from beffroi.kit.mail_records.judge import judge
from beffroi.kit.mail_records.seen import Fact, Light, Status
from beffroi.kit.mail_records.wanted import House, Key, Kind
from beffroi.servers.name_server import Zone
from tests.gateways.name_servers import serving, update_server

DOMAIN = "exempleville.fr"
HOUSE = House(
    mail_host="mail.beffroi.test", web_host="beffroi.test", spf_include="_spf.beffroi.test"
)
KEY = Key(selector="b1", public="MIIBIjANBg" * 38, awaited=False)  # longer than one string of a TXT
WANTED = wanted.records(
    DOMAIN, house=HOUSE, keys=(KEY,), reports_to="r1@beffroi.test", sts_id="20261126"
)


def look_at(places, domain=DOMAIN, records=WANTED):
    seen = look.sights(domain, records, places)
    return {one.kind: judge(one, seen[one]) for one in records}


def lights(findings):
    return {kind: finding.light for kind, finding in findings.items()}


def here(place):
    return Places(resolvers=(place,), authority=(place,), allow_private=True)


def test_an_empty_zone_is_red_is_filled_by_one_signed_update_and_is_green_throughout(tmp_path):
    with serving(tmp_path, Zone(name=DOMAIN)) as place:
        before = look_at(here(place))
        todo = changes.plan(tuple(before.values()))

        assert before[Kind.MX].light is before[Kind.SPF].light is Light.RED
        assert before[Kind.WWW].light is Light.AMBER
        assert len(todo) == len(WANTED)
        assert update.publish(DOMAIN, todo, update_server(place)) is Written.DONE
        after = look_at(here(place))

    assert set(lights(after).values()) == {Light.GREEN}
    assert changes.plan(tuple(after.values())) == ()


def test_a_half_filled_zone_keeps_what_is_not_mail_s_and_gets_only_what_is_missing(tmp_path):
    zone = Zone(
        name=DOMAIN,
        records=(
            '@ TXT "google-site-verification=abc"',
            '@ TXT "v=spf1 include:newsletter.test ?all"',
            "@ MX 10 mx.oldhost.test.",
            '_dmarc TXT "v=DMARC1; p=reject; rua=mailto:me@exempleville.fr"',
            "www A 192.0.2.80",
            "autoconfig A 192.0.2.81",
        ),
    )
    with serving(tmp_path, zone) as place:
        before = look_at(here(place))
        written = update.publish(DOMAIN, changes.plan(tuple(before.values())), update_server(place))
        after = look_at(here(place))

    assert before[Kind.MX].fact is Fact.ELSEWHERE
    assert before[Kind.SPF].fact is Fact.SPF_WITHOUT_US
    assert before[Kind.DMARC].fact is Fact.REPORTS_ELSEWHERE
    assert before[Kind.WWW].fact is Fact.SITE_ELSEWHERE
    assert written is Written.DONE
    assert set(lights(after).values()) == {Light.GREEN}
    assert set(after[Kind.SPF].seen) == {
        "google-site-verification=abc",
        "v=spf1 include:_spf.beffroi.test include:newsletter.test ~all",
    }
    assert after[Kind.DMARC].seen == (
        "v=DMARC1; p=reject; rua=mailto:me@exempleville.fr,mailto:r1@beffroi.test",
    )
    assert after[Kind.WWW].seen == ("192.0.2.80",)
    assert after[Kind.AUTOCONFIG].seen == ("beffroi.test",)


def test_what_the_domain_s_own_servers_say_and_the_world_does_not_yet_see_is_amber(tmp_path):
    with (
        serving(tmp_path / "own", Zone(name=DOMAIN)) as own,
        serving(tmp_path / "world", Zone(name=DOMAIN)) as world,
    ):
        places = Places(resolvers=(world,), authority=(own,), allow_private=True)
        update.publish(DOMAIN, changes.plan(tuple(look_at(places).values())), update_server(own))
        found = look_at(places)

    assert {finding.fact for finding in found.values()} == {Fact.NOT_YET_EVERYWHERE}
    assert set(lights(found).values()) == {Light.AMBER}
    assert found[Kind.MX].wait_s == 60  # what Knot's SOA says of « there is nothing »


def test_the_domain_s_servers_are_found_as_the_world_finds_them(tmp_path):
    with serving(tmp_path, Zone(name=DOMAIN, records=("@ MX 10 mail.beffroi.test.",))) as place:
        places = Places(resolvers=(place,), authority_port=place.port, allow_private=True)
        mx = look_at(places)[Kind.MX]
        closed = Places(resolvers=(place,), authority_port=place.port)
        sight = look.sights(DOMAIN, WANTED[:1], closed)[WANTED[0]]

    assert mx.light is Light.GREEN
    assert sight.authority.status is Status.SILENT  # a server on a private network is not asked
    assert sight.world.status is Status.FOUND


def test_a_domain_that_nobody_registered_is_said_not_to_exist(tmp_path):
    with serving(tmp_path, Zone(name="fr")) as place:
        places = Places(resolvers=(place,), authority_port=place.port, allow_private=True)
        found = look_at(places)

    assert {finding.fact for finding in found.values()} == {Fact.NO_DOMAIN}


def test_who_does_not_answer_is_neither_green_nor_red(monkeypatch):
    monkeypatch.setattr(look, "TIMEOUT_S", 0.1)
    nobody = here(Place(host="127.0.0.1", port=9))

    assert {finding.fact for finding in look_at(nobody).values()} == {Fact.NO_ANSWER}


def test_an_update_that_may_not_be_is_refused_and_changes_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(update, "TIMEOUT_S", 1)
    with serving(tmp_path, Zone(name=DOMAIN)) as place:
        todo = changes.plan(tuple(look_at(here(place)).values()))
        stranger = update_server(place, secret="YW5vdGhlciBzZWNyZXQgb2YgMzIgYnl0ZXMgeHh4eHg=")

        assert update.publish(DOMAIN, todo, stranger) is Written.REFUSED
        assert update.publish("autreville.fr", todo, update_server(place)) is Written.NO_ZONE
        assert look_at(here(place))[Kind.MX].fact is Fact.MISSING

    assert update.publish(DOMAIN, todo, update_server(place)) is Written.SILENT


def test_a_black_list_says_listed_clear_or_nothing_certain(tmp_path):
    zone = Zone(
        name="list.test",
        records=("1.2.0.192 A 127.0.0.2", "9.2.0.192 A 127.255.255.254"),
    )
    with serving(tmp_path, zone) as place:
        found = lists.standings(
            ("192.0.2.1", "192.0.2.2", "192.0.2.9"), here(place), lists=("list.test",)
        )

    assert [one.standing for one in found] == [Standing.LISTED, Standing.CLEAR, Standing.UNKNOWN]
    assert lists.reversed_name("2001:db8::1").startswith("1.0.0.0.")


def test_addresses_of_servers_are_read_or_refused():
    assert read_places("80.67.169.12, 127.0.0.1:9653, [2001:910:800::12]:53") == (
        Place(host="80.67.169.12"),
        Place(host="127.0.0.1", port=9653),
        Place(host="2001:910:800::12"),
    )
    assert read_update_server("") is None
    for wrong in ("http://127.0.0.1", "tsig://127.0.0.1", "tsig://a:b@"):
        with pytest.raises(BadPlace):
            read_update_server(wrong)
