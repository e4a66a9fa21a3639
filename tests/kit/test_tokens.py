"""Links, return paths and codes cannot be made without the key, and mean one thing only."""

import pytest
from hypothesis import given, settings, strategies as st

from beffroi.kit import tokens
from beffroi.kit.tokens import BadToken, Kind

KEY = b"k" * 32
IDS, PARTS = st.integers(0, 2**63), st.integers(0, 2**32 - 1)


@settings(deadline=None)
@given(IDS, PARTS, st.sampled_from(Kind), st.integers(1, 10**6))
def test_a_link_says_what_it_was_made_for(number, part, kind, town_id):
    token = tokens.link_token(KEY, kind, town_id=town_id, number=number, part=part).decode()
    assert len(token) == 32
    assert tokens.open_link(token, kind) == (number, part)
    tokens.check_link(KEY, token, kind, town_id=town_id)


@settings(deadline=None)
@given(IDS, PARTS, st.integers(0, 31), st.sampled_from("ABCxyz019-_"))
def test_a_link_with_one_character_changed_is_worthless(number, part, place, character):
    token = tokens.link_token(KEY, Kind.UNSUBSCRIBE, town_id=1, number=number, part=part).decode()
    forged = token[:place] + character + token[place + 1 :]
    if forged != token:
        with pytest.raises(BadToken):
            tokens.check_link(KEY, forged, Kind.UNSUBSCRIBE, town_id=1)


def test_a_link_is_worthless_in_another_town_for_another_use_or_with_another_key():
    token = tokens.link_token(KEY, Kind.UNSUBSCRIBE, town_id=1, number=5, part=6).decode()
    for key, kind, town_id, salt in (
        (KEY, Kind.UNSUBSCRIBE, 2, 0),
        (KEY, Kind.PREFERENCES, 1, 0),
        (b"x" * 32, Kind.UNSUBSCRIBE, 1, 0),
        (KEY, Kind.UNSUBSCRIBE, 1, 1),
    ):
        with pytest.raises(BadToken):
            tokens.check_link(key, token, kind, town_id=town_id, salt=salt)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_typed_as_a_token_is_refused_quietly(text):
    with pytest.raises(BadToken):
        tokens.check_link(KEY, text, Kind.UNSUBSCRIBE, town_id=1)
    with pytest.raises(BadToken):
        tokens.read_verp(KEY, text)


@settings(deadline=None)
@given(IDS, PARTS)
def test_a_return_path_survives_a_host_that_changes_its_case(message_id, seq):
    local = tokens.verp_local(KEY, message_id=message_id, seq=seq).decode()
    assert len(local) <= 64
    assert tokens.read_verp(KEY, local.upper()) == (message_id, seq)


def test_a_forged_return_path_is_refused():
    local = tokens.verp_local(b"other" * 8, message_id=1, seq=1).decode()
    with pytest.raises(BadToken):
        tokens.read_verp(KEY, local)


@settings(deadline=None)
@given(IDS, PARTS)
def test_a_code_is_six_digits(message_id, seq):
    code = tokens.six_digits(KEY, town_id=1, message_id=message_id, seq=seq)
    assert len(code) == 6 and code.isdigit()


def test_a_provider_s_secret_is_its_own():
    secret = tokens.callback_secret(KEY, "ovh")
    assert len(secret) == 32
    tokens.check_callback(KEY, secret, provider="ovh")
    for key, name, said in (
        (KEY, "brevo", secret),
        (b"j" * 32, "ovh", secret),
        (KEY, "ovh", secret[:-1]),
        (KEY, "ovh", ""),
        (KEY, "ovh", "é" * 32),
        (KEY, "ovh", "\ud800"),
    ):
        with pytest.raises(BadToken):
            tokens.check_callback(key, said, provider=name)


@settings(deadline=None)
@given(IDS, IDS, PARTS)
def test_a_series_gives_the_tokens_that_are_made_one_by_one(town_id, number, part):
    links = tokens.links(KEY, Kind.UNSUBSCRIBE, town_id=town_id, number=number)
    one = tokens.link_token(KEY, Kind.UNSUBSCRIBE, town_id=town_id, number=number, part=part)
    assert links.token(part) == one
    tokens.check_link(KEY, one.decode(), Kind.UNSUBSCRIBE, town_id=town_id)
