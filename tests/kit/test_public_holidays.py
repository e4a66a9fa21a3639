"""Public holidays, against years that calendars were printed for."""

from datetime import date, timedelta

from hypothesis import given, strategies as st

from beffroi.kit.public_holidays import ABOLITION, BY_OWN_LAW, is_public_holiday


def holidays(year, department):
    days = (date(year, 1, 1) + timedelta(days=number) for number in range(366))
    return {
        f"{day:%d/%m}" for day in days if day.year == year and is_public_holiday(day, department)
    }


OF_2026 = {
    "01/01", "06/04", "01/05", "08/05", "14/05", "25/05", "14/07", "15/08", "01/11", "11/11", "25/12",
}  # fmt: skip
OF_2027 = {
    "01/01", "29/03", "01/05", "08/05", "06/05", "17/05", "14/07", "15/08", "01/11", "11/11", "25/12",
}  # fmt: skip


def test_the_eleven_days_of_known_years():
    assert holidays(2026, "33") == OF_2026
    assert holidays(2027, "33") == OF_2027


def test_alsace_and_moselle_keep_two_more():
    for department in ("57", "67", "68"):
        assert holidays(2026, department) - OF_2026 == {"03/04", "26/12"}
        assert holidays(2027, department) - OF_2027 == {"26/03", "26/12"}


def test_each_department_overseas_keeps_the_day_of_the_abolition():
    kept = {
        "971": {"27/05"},
        "972": {"22/05"},
        "973": {"10/06"},
        "974": {"20/12"},
        "976": {"27/04"},
        "977": {"09/10"},
        "978": {"27/05", "28/05"},
    }
    assert {code: holidays(2026, code) - OF_2026 for code in ABOLITION} == kept


def test_the_pacific_keeps_days_of_its_own():
    assert holidays(2026, "986") - OF_2026 == {"28/04", "29/06", "29/07"}
    assert holidays(2026, "987") - OF_2026 == {"05/03", "03/04", "20/11"}
    assert holidays(2026, "988") - OF_2026 == {"24/09"}


COINCIDENCES = {1997, 2008, 2059, 2070, 2081, 2092}


@given(st.integers(1990, 2100))
def test_a_year_has_eleven_unless_two_fall_on_one_day(year):
    """Ascension on the 1st of May (2008) or on the 8th (1997)."""
    assert len(holidays(year, "33")) == (10 if year in COINCIDENCES else 11)


@given(
    st.dates(date(1990, 1, 1), date(2100, 12, 31)),
    st.sampled_from(["33", "67", *ABOLITION, *BY_OWN_LAW]),
)
def test_what_is_a_holiday_at_home_is_one_everywhere(day, department):
    if is_public_holiday(day, "75"):
        assert is_public_holiday(day, department)
