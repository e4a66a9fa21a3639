"""The writing of web push: no padding, and no sign that an address would have to escape."""

import pytest
from hypothesis import given, strategies as st

from beffroi.kit.base64url import decoded, encoded


@given(st.binary())
def test_what_is_written_is_read_with_and_without_its_padding(value):
    text = encoded(value)

    assert "=" not in text
    assert decoded(text) == decoded(text + "=" * (-len(text) % 4)) == value


@pytest.mark.parametrize("text", ["a", "é", "a b c d", "ab\n"])
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError):
        decoded(text)
