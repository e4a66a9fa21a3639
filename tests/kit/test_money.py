import pytest
from hypothesis import given, strategies as st

from beffroi.kit import money

AMOUNTS = st.integers(min_value=0, max_value=10**9 * money.EURO)
RATES = st.integers(min_value=0, max_value=money.WHOLE)


@pytest.mark.parametrize(
    ("tenths", "said"),
    [
        (0, "0,00 €"),
        (45, "0,045 €"),
        (100, "0,10 €"),
        (25_680, "25,68 €"),
        (1_995_300, "1 995,30 €"),
        (-20, "−0,02 €"),
    ],
)
def test_an_amount_is_said_in_french(tenths, said):
    assert money.french(tenths) == said.replace(" ", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize(
    ("typed", "tenths"),
    [
        ("0,10", 100),
        ("0.10 €", 100),
        ("0,045", 45),
        ("12", 12_000),
        ("1 200,50\N{NO-BREAK SPACE}€", 1_200_500),
        ("1\N{NARROW NO-BREAK SPACE}200", 1_200_000),
    ],
)
def test_what_an_agent_types_is_understood(typed, tenths):
    assert money.parse(typed) == tenths


@pytest.mark.parametrize(
    "typed", ["", "€", "-1", "1,2345", "1,2,3", "1e3", "douze", "12 34", "²", "9" * 12]
)
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(money.NotAnAmount):
        money.parse(typed)


@given(AMOUNTS)
def test_what_is_said_is_understood_again(tenths):
    assert money.parse(money.french(tenths)) == tenths
    assert money.parse(money.plain(tenths)) == tenths


@given(AMOUNTS, RATES)
def test_vat_is_never_further_than_half_a_tenth_of_a_cent_from_exact(before_tax, rate):
    exact_times_two = 2 * before_tax * rate

    assert abs(2 * money.WHOLE * money.vat(before_tax, rate) - exact_times_two) <= money.WHOLE


def test_vat_is_rounded_half_up():
    assert money.vat(25_680, 2000) == 5_136
    assert money.vat(5, 1000) == 1  # 0.5 of a tenth
    assert money.vat(45, 550) == 2  # 2.475


@given(RATES)
def test_a_rate_is_understood_as_it_is_said(rate):
    assert money.parse_percent(money.percent(rate)) == rate
    assert money.parse_percent(money.plain_percent(rate)) == rate


def test_a_rate_is_said_as_short_as_it_is():
    assert [money.percent(r).replace("\N{NO-BREAK SPACE}", " ") for r in (2000, 550, 208, 0)] == [
        "20 %",
        "5,5 %",
        "2,08 %",
        "0 %",
    ]


def test_a_rate_finer_than_a_hundredth_is_refused():
    with pytest.raises(money.NotAnAmount):
        money.parse_percent("5,555")


@given(st.integers(min_value=0, max_value=10**9), st.integers(min_value=1, max_value=10**9))
def test_a_share_is_never_further_than_half_a_hundredth_from_exact(part, whole):
    assert abs(2 * whole * money.share(part, whole) - 2 * part * money.WHOLE) <= whole


def test_a_share_of_nothing_is_nothing():
    assert money.share(3, 0) == 0
