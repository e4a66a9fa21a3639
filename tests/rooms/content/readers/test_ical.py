"""Calendars, with the liberties that they take."""

import time

import pytest

from beffroi.content.facts import MAX_DATES
from beffroi.content.readers import ical
from beffroi.content.words import Flaw
from tests.rooms.content.readers.shelf import PARIS, at, beginnings, bytes_of, flaws

SINCE, UNTIL = at("2026-01-01"), at("2026-12-31")


def read(document):
    return ical.read(document, zone=PARIS, since=SINCE, until=UNTIL)


def event(*lines):
    """A calendar that holds one event."""
    body = "\r\n".join(("UID:1", "SUMMARY:Bal", *lines))
    return f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{body}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".encode()


def test_a_weekly_market_has_its_dates_without_the_one_left_out_and_with_the_one_moved():
    market = read(bytes_of("agenda.ics")).found[0]

    assert beginnings(market) == [
        "2026-03-07 08:00", "2026-03-14 09:00", "2026-03-15 08:00", "2026-03-21 08:00", "2026-03-22 08:00",
    ]  # fmt: skip
    assert [date.is_cancelled for date in market.occurrences] == [False, True, False, False, False]
    assert not market.is_cancelled
    assert (market.venue, market.place.postal_code, market.place.city) == (
        "Place Haute",
        "33120",
        "Arcachon",
    )
    assert market.labels == ("Marchés", "Vie locale")


def test_whole_days_end_before_the_day_that_is_written():
    party = read(bytes_of("agenda.ics")).found[1]

    (days,) = party.occurrences
    assert (days.begins_at, days.ends_at, days.is_all_day) == (
        at("2026-06-21"),
        at("2026-06-23"),
        True,
    )
    assert party.title == "Fête de la musique, toute la nuit"
    assert (party.place.latitude, party.place.longitude) == (44.66, -1.17)
    assert party.picture.url == "https://www.exemple.example/fete.png"


def test_an_unknown_zone_is_the_town_s_and_is_said():
    reading = read(bytes_of("agenda.ics"))

    council = reading.found[2]
    assert council.occurrences[0].begins_at == at("2026-03-25 19:00")
    assert council.occurrences[0].ends_at == at("2026-03-25 21:00")
    assert flaws(reading) == [Flaw.UNKNOWN_ZONE, Flaw.NO_DATE, Flaw.NO_ALT]


def test_outlook_s_zones_html_and_mark_are_read_and_two_calendars_in_one_file():
    wishes, desk, second = read(bytes_of("outlook.ics")).found

    assert wishes.occurrences[0].begins_at == at("2026-01-09 18:30")
    assert wishes.html == "<p>Salle des <strong>fêtes</strong></p>"
    assert beginnings(desk) == ["2026-01-12 14:00", "2026-01-13 14:00", "2026-01-14 14:00"]
    assert desk.occurrences[2].ends_at == at("2026-01-14 15:00")
    assert second.occurrences[0].begins_at == at("2026-01-10 18:00")


def test_a_change_to_a_series_that_is_not_there_keeps_its_own_dates():
    """Lotus Notes sends these."""
    document = event(
        "DTSTART;TZID=Europe/Paris:20260302T160000",
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20260302T150000Z",
        "RDATE;TZID=Europe/Paris;VALUE=PERIOD:20260302T160000/20260302T163000,20260406T160000/20260406T163000",
    )

    (found,) = read(document).found
    assert beginnings(found) == ["2026-03-02 16:00", "2026-04-06 16:00"]


def test_summer_time_comes_and_the_hour_stays():
    document = event("DTSTART;TZID=Europe/Paris:20260320T200000", "RRULE:FREQ=WEEKLY;COUNT=3")

    dates = [date.begins_at for date in read(document).found[0].occurrences]
    assert [date.hour for date in dates] == [20, 20, 20]
    assert (
        dates[1].utcoffset() != dates[0].utcoffset() or dates[2].utcoffset() != dates[1].utcoffset()
    )


@pytest.mark.parametrize(
    ("rule", "flaw", "dates"),
    [
        ("FREQ=SECONDLY", Flaw.TOO_MANY_DATES, 1),
        ("FREQ=HOURLY", Flaw.TOO_MANY_DATES, MAX_DATES),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", Flaw.BAD_DATE, 1),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=MO", Flaw.BAD_DATE, 1),
        ("FREQ=SOMETIMES", Flaw.BAD_DATE, 1),
    ],
)
def test_a_rule_without_end_or_sense_is_followed_no_further(rule, flaw, dates):
    began = time.process_time()

    reading = read(event("DTSTART:20260303T190000Z", f"RRULE:{rule}"))

    assert flaws(reading) == [flaw]
    assert len(reading.found[0].occurrences) == dates
    assert time.process_time() - began < 10


@pytest.mark.slow
def test_a_calendar_full_of_old_rules_costs_no_more_than_a_few_seconds():
    one = "BEGIN:VEVENT\r\nUID:{}\r\nSUMMARY:Bal\r\nDTSTART:19960101T190000Z\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\n"
    document = "BEGIN:VCALENDAR\r\n" + "".join(map(one.format, range(200))) + "END:VCALENDAR\r\n"
    began = time.process_time()

    reading = read(document.encode())

    assert len(reading.found) == 200
    assert Flaw.CUT in flaws(reading)
    assert time.process_time() - began < 30


@pytest.mark.parametrize(
    ("document", "flaw"),
    [
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", Flaw.NOTHING_INSIDE),
        (b"<html>", Flaw.UNREADABLE),
        (b"", Flaw.UNREADABLE),
        (event("DTSTART;;VALUE=DATE-TIME:20140409T093000"), Flaw.BAD_DATE),
        (event("DTSTART:00010101T000000Z"), Flaw.BAD_DATE),
        (event('DTSTART;TZID="Romance":20260109T1830{ard'), Flaw.BAD_DATE),
        (event("DTSTART:20260101T000000Z").replace(b"SUMMARY:Bal\r\n", b""), Flaw.NO_TITLE),
        (b"x" * 5_000_000, Flaw.TOO_LARGE),
    ],
)
def test_what_is_wrong_is_named(document, flaw):
    reading = read(document)

    assert (flaws(reading), reading.found) == ([flaw], ())


def test_a_calendar_cut_short_gives_what_came():
    whole = bytes_of("agenda.ics")

    reading = read(whole[: whole.index(b"UID:conseil")])

    assert len(reading.found) == 2


@pytest.mark.parametrize("broken", ["GEO:nord", "DURATION:deux heures", "CATEGORIES;X=:a"])
def test_one_broken_line_costs_no_more_than_itself(broken):
    (ball,) = read(event("DTSTART:20260714T190000Z", broken)).found

    assert (ball.title, beginnings(ball)) == ("Bal", ["2026-07-14 21:00"])
