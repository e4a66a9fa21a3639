"""The arithmetic, without rows."""

from hypothesis import given, strategies as st

from beffroi.delivery.words import Channel
from beffroi.money import reckoning
from beffroi.money.facts import DEFAULT_PRICES, Line, Prices

LINES = st.lists(
    st.builds(
        Line,
        channel=st.sampled_from(Channel),
        recipients=st.integers(0, 200_000),
        parts=st.integers(1, 8),
    ),
    max_size=6,
)
PRICES = st.builds(
    Prices,
    sms_part=st.integers(0, 500),
    email=st.integers(0, 100),
    push=st.integers(0, 50),
    vat_rate=st.integers(0, 3_000),
    free_sms_parts=st.integers(0, 10_000),
)


def test_the_default_tariff_is_arcachon_s():
    lines = [Line(channel=Channel.SMS, recipients=1_284), Line(channel=Channel.EMAIL, recipients=9)]
    sms, email = reckoning.price(DEFAULT_PRICES, lines, free_left=0)

    assert (sms.before_tax, sms.vat, sms.with_tax) == (128_400, 25_680, 154_080)
    assert (email.before_tax, email.with_tax) == (180, 216)


@given(PRICES, LINES, st.integers(0, 10_000))
def test_free_parts_are_given_once_and_to_sms_alone(prices, lines, free_left):
    priced = reckoning.price(prices, lines, free_left=free_left)
    sms = [line for line in priced if line.channel == Channel.SMS]
    asked = sum(line.all_parts for line in sms)

    assert sum(line.free_parts for line in priced) == min(free_left, asked)
    assert all(line.free_parts == 0 for line in priced if line.channel != Channel.SMS)
    assert all(0 <= line.free_parts <= line.all_parts for line in priced)


@given(PRICES, LINES)
def test_without_free_parts_every_part_is_paid(prices, lines):
    priced = reckoning.price(prices, lines, free_left=0)

    assert sum(line.before_tax for line in priced) == sum(
        line.recipients * line.parts * prices.of(line.channel) for line in lines
    )
