import pytest

from beffroi.kit.typos import FREQUENT, suggestion


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("camille@gmial.com", "camille@gmail.com"),
        ("camille@gmail.con", "camille@gmail.com"),
        ("camille@gmailcom", "camille@gmail.com"),
        ("camille@gmail.comm", "camille@gmail.com"),
        ("camille@orange.ft", "camille@orange.fr"),
        ("camille@wandoo.fr", "camille@wanadoo.fr"),
        ("camille@hotmial.fr", "camille@hotmail.fr"),
        ("Camille@HOTMAIL.RF", "Camille@hotmail.fr"),
    ],
)
def test_a_slip_in_a_frequent_domain_is_seen(typed, meant):
    assert suggestion(typed) == meant


@pytest.mark.parametrize(
    "domain", [*FREQUENT, "mail.com", "gmx.fr", "arcachon.example", "ac-creteil.fr"]
)
def test_a_domain_that_may_be_right_is_left_alone(domain):
    assert suggestion(f"camille@{domain}") is None


@pytest.mark.parametrize("text", ["", "camille", "@gmial.com", "camille@"])
def test_what_is_no_address_gets_no_suggestion(text):
    assert suggestion(text) is None
