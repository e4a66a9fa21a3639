"""The name that telephones show."""

import pytest
from hypothesis import given, strategies as st

from beffroi.kit.sms_senders import sender_from


@pytest.mark.parametrize(
    ("name", "sender"),
    [
        ("Arcachon", "Arcachon"),
        ("Saint-Ouen", "SaintOuen"),
        ("L’Haÿ-les-Roses", "LHaylesRose"),
        ("Hœnheim", "Hoenheim"),
        ("Ô", "O"),
        ("", "MAIRIE"),
        ("1789", "MAIRIE"),
    ],
)
def test_a_town_is_recognised_in_eleven_letters(name, sender):
    assert sender_from(name) == sender


@given(st.text())
def test_any_name_gives_what_networks_accept(name):
    sender = sender_from(name)

    assert sender.isascii()
    assert sender.isalnum()
    assert not sender.isdigit()
    assert 1 <= len(sender) <= 11
