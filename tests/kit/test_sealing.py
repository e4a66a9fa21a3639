"""A sealed address opens with its key, in its place, and nowhere else."""

import pytest
from hypothesis import given, settings, strategies as st

from beffroi.kit import sealing
from beffroi.kit.contacts import NotAnAddress, canonical_email, comparable, mask


@settings(deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=20))
def test_what_is_sealed_opens_again(plain, bound_to):
    ring = sealing.new_keyring()
    sealed = ring.seal(plain, bound_to=bound_to)
    assert ring.unseal(sealed, key_id=ring.current, bound_to=bound_to) == plain
    assert sealed != ring.seal(plain, bound_to=bound_to)


def test_it_does_not_open_elsewhere_nor_once_tampered_with():
    ring = sealing.new_keyring()
    sealed = ring.seal(b"camille@exemple.fr", bound_to=b"1:1")
    for other, bound_to in ((sealed, b"2:1"), (sealed[:-1] + bytes([sealed[-1] ^ 1]), b"1:1")):
        with pytest.raises(sealing.Unreadable):
            ring.unseal(other, key_id=1, bound_to=bound_to)
    with pytest.raises(sealing.UnknownKey):
        ring.unseal(sealed, key_id=9, bound_to=b"1:1")


def test_fingerprints_tell_towns_and_generations_apart():
    ring = sealing.new_keyring().with_new_generation()
    prints = {
        ring.fingerprint(b"camille@exemple.fr", bound_to=bound_to, key_id=key_id)
        for bound_to in (b"1:1", b"2:1")
        for key_id in (1, 2)
    }
    assert len(prints) == 4 and all(len(p) == 16 for p in prints)


def test_a_ring_survives_its_file_and_keeps_its_keys_out_of_sight():
    ring = sealing.new_keyring().with_new_generation().sealing_with_newest()
    again = sealing.load(sealing.dump(ring))
    assert again == ring and again.current == 2
    assert "seal_key" not in repr(ring)
    assert set(ring.without({1}).generations) == {2}
    assert set(ring.without({1, 2}).generations) == {2}


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        (" Camille.Durand@Orange.FR ", "Camille.Durand@orange.fr"),
        ("a+b@exemple.fr.", "a+b@exemple.fr"),
        ("mairie@château.example", "mairie@xn--chteau-xta.example"),
    ],
)
def test_addresses_are_written_one_way(typed, canonical):
    assert canonical_email(typed) == canonical


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "camille",
        "@exemple.fr",
        "a b@exemple.fr",
        "a@b",
        "é@exemple.fr",
        "a@-b.fr",
        "a@b..fr",
        "x\r\nRCPT TO:<y>@exemple.fr",
        "a" * 65 + "@exemple.fr",
        "a@exemple.fr>",
        "a..b@exemple.fr",
    ],
)
def test_what_no_envelope_can_carry_is_no_address(typed):
    with pytest.raises(NotAnAddress):
        canonical_email(typed)


def test_case_never_makes_two_people_of_one():
    assert comparable("Camille@orange.fr") == comparable("camille@orange.fr")


def test_the_mask_shows_the_domain_and_two_letters_at_most():
    assert mask("camille@orange.fr") == "c••••e@orange.fr"
    assert mask("ab@orange.fr") == "a••••@orange.fr"
