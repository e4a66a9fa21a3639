"""Records written at a registrar: the real library, against servers that speak the registrars' own language."""

from contextlib import contextmanager

import pytest
from lexicon._private.providers import gandi as gandi_provider, ovh as ovh_provider

from beffroi.gateways.dns import registrars
from beffroi.gateways.dns.registrars import REGISTRARS
from beffroi.gateways.dns.update import Written
from beffroi.kit.mail_records.changes import Change
from beffroi.kit.mail_records.wanted import Kind, Type
from tests.gateways.registrars import KEYS, TOKEN, Gandi, Ovh
from tests.gateways.websites import answering

DOMAIN = "exempleville.fr"
PROOF = '"google-site-verification=abc"'
KEY = "v=DKIM1; k=rsa; p=" + "A" * 380
CHANGES = (
    Change(kind=Kind.MX, name=DOMAIN, type=Type.MX, remove=("1 old.test",), add="10 mail.op.test"),
    Change(
        kind=Kind.SPF, name=DOMAIN, type=Type.TXT, remove=("v=spf1 a -all",), add="v=spf1 mx -all"
    ),
    Change(kind=Kind.DKIM, name=f"b1._domainkey.{DOMAIN}", type=Type.TXT, remove=(), add=KEY),
    Change(
        kind=Kind.AUTOCONFIG, name=f"autoconfig.{DOMAIN}", type=Type.CNAME, remove=(), add="op.test"
    ),
)


@pytest.fixture(autouse=True)
def _list_of_endings_comes_with_the_library(tmp_path, monkeypatch):
    monkeypatch.setenv("TLDEXTRACT_CACHE_PATH", str(tmp_path))


@contextmanager
def at_ovh(desk, monkeypatch):
    with answering(desk.answer) as here:
        monkeypatch.setitem(ovh_provider.ENDPOINTS, "ovh-eu", f"{here}/1.0")
        yield


@contextmanager
def at_gandi(desk, monkeypatch):
    """The library writes Gandi's address into each provider as it is made."""
    made = gandi_provider.Provider.__init__
    with answering(desk.answer) as here:

        def make(self, config):
            made(self, config)
            self.api_endpoint = f"{here}/v5/livedns"

        monkeypatch.setattr(gandi_provider.Provider, "__init__", make)
        yield


def test_only_registrars_that_are_tried_here_are_offered():
    assert REGISTRARS.keys() == {"ovh", "gandi"}


def test_ovh_gets_each_record_and_keeps_what_is_not_mail_s(monkeypatch):
    desk = Ovh(
        DOMAIN,
        ("MX", "", "1 old.test."),
        ("TXT", "", PROOF),
        ("TXT", "", '"v=spf1 a -all"'),
        ("A", "autoconfig", "192.0.2.1"),
    )
    with at_ovh(desk, monkeypatch):
        written = registrars.publish(DOMAIN, CHANGES, REGISTRARS["ovh"], KEYS)

    assert written is Written.DONE
    assert desk.values("MX", "") == ["10 mail.op.test."]
    assert desk.values("TXT", "") == [PROOF, '"v=spf1 mx -all"']
    assert desk.values("TXT", "b1._domainkey")[0].count('" "') == 1  # in two strings
    assert desk.values("A", "autoconfig") == []
    assert desk.values("CNAME", "autoconfig") == ["op.test."]
    assert desk.refreshed


def test_gandi_gets_whole_sets_with_the_town_s_other_texts_in_them(monkeypatch):
    sets = {
        ("@", "MX"): ["1 old.test."],
        ("@", "TXT"): [PROOF, '"v=spf1 a -all"'],
        ("autoconfig", "A"): ["192.0.2.1"],
    }
    desk = Gandi(DOMAIN, sets)
    with at_gandi(desk, monkeypatch):
        written = registrars.publish(DOMAIN, CHANGES, REGISTRARS["gandi"], {"auth_token": TOKEN})

    assert written is Written.DONE
    assert desk.sets["@", "MX"] == ["10 mail.op.test."]
    assert desk.sets["@", "TXT"] == [PROOF, '"v=spf1 mx -all"']
    assert ("autoconfig", "A") not in desk.sets
    assert desk.sets["autoconfig", "CNAME"] == ["op.test."]


def test_writing_twice_comes_to_the_same(monkeypatch):
    desk = Ovh(DOMAIN)
    with at_ovh(desk, monkeypatch):
        registrars.publish(DOMAIN, CHANGES, REGISTRARS["ovh"], KEYS)
        first = list(desk.records.values())
        registrars.publish(DOMAIN, CHANGES, REGISTRARS["ovh"], KEYS)

    assert list(desk.records.values()) == first


def test_a_wrong_key_or_a_domain_that_is_not_there_is_said(monkeypatch):
    with at_ovh(Ovh(DOMAIN), monkeypatch):
        wrong = {**KEYS, "auth_application_secret": "another"}
        assert registrars.publish(DOMAIN, CHANGES, REGISTRARS["ovh"], wrong) is Written.REFUSED
        other = registrars.publish("autreville.fr", CHANGES, REGISTRARS["ovh"], KEYS)
        assert other is Written.NO_ZONE
    with at_gandi(Gandi(DOMAIN, {}), monkeypatch):
        wrong = {"auth_token": "x" * 40}
        assert registrars.publish(DOMAIN, CHANGES, REGISTRARS["gandi"], wrong) is Written.REFUSED


def test_a_registrar_that_does_not_answer_is_not_waited_for(monkeypatch):
    monkeypatch.setitem(ovh_provider.ENDPOINTS, "ovh-eu", "http://127.0.0.1:9/1.0")

    assert registrars.publish(DOMAIN, CHANGES, REGISTRARS["ovh"], KEYS) is Written.SILENT
