"""The town's agenda as calendars read it (RFC 5545): one event to add, or the whole to follow."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone
from icalendar import Calendar, Event

from beffroi.content.facts import Card, Occurrence
from beffroi.kit import paths

EVERY = timedelta(hours=6)
"""How often programs are asked to look again (RFC 7986, 5.7)."""


def calendar(
    name: str, base_url: str, dated: Iterable[tuple[Card, Occurrence]], *, house: str, at: datetime
) -> bytes:
    """`base_url`: the town's in the app that was asked, without a final slash; `house`: in the app that all towns
    share, so that an event is the same one in both."""
    sheet = Calendar()
    sheet.add("prodid", "-//Beffroi//Agenda//FR")
    sheet.add("version", "2.0")
    sheet.add("x-wr-calname", name)
    sheet.add("name", name)
    sheet.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    for card, when in dated:
        sheet.add_component(_event(base_url, card, when, house=house, at=at))
    return bytes(sheet.to_ical())


def _event(base_url: str, card: Card, when: Occurrence, *, house: str, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{card.id}-{when.begins_at:%Y%m%dT%H%M}@{house.split('//')[-1]}")
    event.add("dtstamp", at)
    event.add("summary", card.title)
    event.add("url", f"{base_url}{paths.AGENDA}{card.slug}/")
    if card.summary:
        event.add("description", card.summary)
    where = ", ".join(filter(None, (card.venue, *_street(card))))
    if where:
        event.add("location", where)
    if card.is_cancelled or when.is_cancelled:
        event.add("status", "CANCELLED")
    if when.is_all_day:
        begins = timezone.localtime(when.begins_at).date()
        event.add("dtstart", begins)
        last = timezone.localtime(when.ends_at).date() if when.ends_at else begins
        event.add("dtend", max(last, begins + timedelta(days=1)))
    else:
        event.add("dtstart", when.begins_at)
        if when.ends_at:
            event.add("dtend", when.ends_at)
    return event


def _street(card: Card) -> tuple[str, ...]:
    place = card.place
    return (place.street.replace("\n", ", "), place.city) if place else ()
