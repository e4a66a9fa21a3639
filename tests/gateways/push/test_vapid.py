"""Who sends: one signature for half a day and one push service, checked by code that shares nothing with it."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from beffroi.gateways.push.keys import BadKey, load_key, new_key, public_key
from beffroi.gateways.push.vapid import LIFE_S, RENEW_BEFORE_S, BadContact, Vapid
from beffroi.servers.outside.push_vapid import BadlySigned, Doorkeeper, Unsigned
from tests.gateways.push.services import CONTACT, KEY

ORIGIN = "https://fcm.googleapis.com"
NOON = 1_795_000_000.0


class Clock:
    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def vapid(clock):
    return Vapid(load_key(KEY), contact=CONTACT, clock=clock)


def test_a_push_service_believes_the_signature_until_it_runs_out(vapid):
    header = vapid.authorization(ORIGIN)
    doorkeeper = Doorkeeper(ORIGIN)

    assert doorkeeper.sender(header, now=NOON) == public_key(load_key(KEY))
    assert doorkeeper.sender(header, now=NOON + LIFE_S - 1)
    with pytest.raises(BadlySigned):
        doorkeeper.sender(header, now=NOON + LIFE_S)


def test_it_is_signed_once_for_each_push_service_and_anew_before_it_runs_out(vapid, clock):
    first = vapid.authorization(ORIGIN)

    assert vapid.authorization("https://web.push.apple.com") != first
    clock.now += LIFE_S - RENEW_BEFORE_S - 1
    assert vapid.authorization(ORIGIN) == first
    clock.now += 1
    second = vapid.authorization(ORIGIN)
    assert second != first
    assert Doorkeeper(ORIGIN).sender(second, now=clock.now + LIFE_S - 1)


def test_what_a_push_service_no_longer_believes_is_signed_anew(vapid, clock):
    first = vapid.authorization(ORIGIN)
    clock.now += 60

    vapid.forget(ORIGIN)

    assert vapid.authorization(ORIGIN) != first


def test_a_push_service_believes_nothing_else(vapid):
    header = vapid.authorization(ORIGIN)
    other = public_key(load_key(new_key()))
    start = header.partition(".")[0]

    with pytest.raises(Unsigned):
        Doorkeeper(ORIGIN).sender("", now=NOON)
    for forged in (
        header.replace(public_key(load_key(KEY)), other),
        header.replace("t=", "t=x"),
        f"{start}.e30.{'A' * 86}, k={other}",
        f"vapid t=a.b, k={other}",
    ):
        with pytest.raises(BadlySigned):
            Doorkeeper(ORIGIN).sender(forged, now=NOON)
    with pytest.raises(BadlySigned):
        Doorkeeper("https://web.push.apple.com").sender(header, now=NOON)
    with pytest.raises(BadlySigned):
        Doorkeeper(ORIGIN).sender(header, now=NOON - 86_400)


@pytest.mark.parametrize("contact", ["", "mairie@ville.example", "http://ville.example"])
def test_the_contact_is_one_that_push_services_accept(contact):
    with pytest.raises(BadContact):
        Vapid(load_key(KEY), contact=contact, clock=Clock())


def test_a_key_is_read_from_its_file_and_from_the_form_other_tools_write():
    assert public_key(load_key(KEY)) == public_key(load_key(f"\n{KEY}\n"))
    raw = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
    expected = (
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    )
    assert public_key(load_key(raw)) == public_key(load_key(raw + "=\n")) == expected


def pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AAAA",
        "é",
        "A" * 43,
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
        pem(ec.generate_private_key(ec.SECP384R1())),
        pem(rsa.generate_private_key(65_537, 2_048)),
    ],
)
def test_what_is_no_key_of_this_curve_is_refused(text):
    with pytest.raises(BadKey):
        load_key(text)
