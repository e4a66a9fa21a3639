"""Names of IMAP folders, there and back."""

import pytest
from hypothesis import given, strategies as st

from beffroi.kit import mutf7


@pytest.mark.parametrize(
    ("wire", "name"),
    [
        ("Envoy&AOk-s", "Envoyés"),
        ("Travaux &- voirie", "Travaux & voirie"),
        ("~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"),  # RFC 3501, 5.1.3
    ],
)
def test_names_are_read_and_written_as_the_rfc_says(wire, name):
    assert mutf7.decoded(wire) == name
    assert mutf7.encoded(name) == wire


@given(st.text(st.characters(codec="utf-8", min_codepoint=32), max_size=30))
def test_every_name_comes_back(name):
    assert mutf7.decoded(mutf7.encoded(name)) == name
