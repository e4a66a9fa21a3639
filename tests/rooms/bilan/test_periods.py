from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from beffroi.bilan import periods
from beffroi.bilan.periods import NoPeriod, Period

DAYS = st.dates(min_value=date(2001, 1, 1), max_value=date(2090, 1, 1))


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), (date(2025, 1, 1), date(2025, 12, 31))),
        (date(2026, 3, 1), date(2026, 3, 31), (date(2026, 2, 1), date(2026, 2, 28))),
        (date(2026, 1, 1), date(2026, 3, 31), (date(2025, 10, 1), date(2025, 12, 31))),
        (date(2026, 3, 10), date(2026, 3, 12), (date(2026, 3, 7), date(2026, 3, 9))),
    ],
)
def test_a_period_is_compared_with_the_one_before_it(first, last, before):
    found = Period(first=first, last=last).before

    assert (found.first, found.last) == before


@given(DAYS, st.integers(0, 800))
def test_the_period_before_ends_where_this_one_begins(first, days):
    period = Period(first=first, last=first + timedelta(days=days))

    assert period.before.end == period.start
    assert period.before.first <= period.before.last


def test_days_are_those_of_french_clocks():
    summer = Period(first=date(2026, 7, 1), last=date(2026, 7, 1))

    assert summer.start.isoformat() == "2026-07-01T00:00:00+02:00"
    assert summer.end - summer.start == timedelta(days=1)


def test_the_last_months_are_those_that_are_over():
    found = periods.last_months(date(2026, 2, 14), 3)

    assert (found.first, found.last) == (date(2025, 11, 1), date(2026, 1, 31))


def test_the_past_year_ends_yesterday():
    found = periods.past_year(date(2026, 11, 22))

    assert (found.first, found.last) == (date(2025, 11, 22), date(2026, 11, 21))


def test_a_period_that_ends_before_it_begins_is_none():
    with pytest.raises(NoPeriod):
        Period(first=date(2026, 2, 2), last=date(2026, 2, 1))
