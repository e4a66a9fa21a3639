"""iCalendar (RFC 5545, 7986), with the liberties that calendars take: repetitions spread, zones told, bounds kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from icalendar.cal import Component
from icalendar.error import BrokenCalendarProperty

from beffroi.content.facts import Found, Occurrence, PictureLink, Place, Reading
from beffroi.content.readers import gathering, moments, pages, places, repetitions, texts
from beffroi.content.readers.gathering import Gathering
from beffroi.content.words import Flaw, Format, Kind

_BEGIN = b"BEGIN:VCALENDAR"
_RULE = re.compile(r"^(?:RRULE|EXRULE)[:;](?:[^\r\n]|\r?\n[ \t])*", re.MULTILINE | re.IGNORECASE)
MAX_BYTES = 4 * 1024 * 1024
MAX_EVENTS, MAX_LINES, MAX_COMMAS = 6_000, 100_000, 150_000
"""What a parser in Python reads in some seconds; the agenda of a large town has a tenth of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Frame:
    """In which the events of a calendar are read."""

    zone: ZoneInfo
    since: datetime
    until: datetime
    bounds: repetitions.Bounds
    address: str
    into: Gathering


def read(
    document: bytes, *, zone: ZoneInfo, since: datetime, until: datetime, address: str = ""
) -> Reading:
    """Repetitions are spread between `since` and `until`; what happens once is taken whenever it is."""
    if len(document) > MAX_BYTES:
        return gathering.unreadable(Format.ICAL, Flaw.TOO_LARGE)
    text = _decoded(document)
    if _is_endless(text):
        return gathering.unreadable(Format.ICAL, Flaw.TOO_LARGE)
    if _BEGIN.decode() not in text.upper():
        return gathering.unreadable(Format.ICAL)
    try:
        calendars = icalendar.Calendar.from_ical(_whole(text), multiple=True)
    except gathering.BROKEN:
        return gathering.unreadable(Format.ICAL)
    into = Gathering(Format.ICAL)
    frame = _Frame(
        zone=zone,
        since=since,
        until=until,
        bounds=repetitions.Bounds(until),
        address=address,
        into=into,
    )
    for calendar in calendars:
        _read_calendar(calendar, frame)
    title = next((_text(one, "X-WR-CALNAME") or _text(one, "NAME") for one in calendars), "")
    return into.reading(title=title)


def _is_endless(text: str) -> bool:
    has_many_lines = text.count("\n") > MAX_LINES or text.count(",") > MAX_COMMAS
    return has_many_lines or text.upper().count("BEGIN:VEVENT") > MAX_EVENTS


def _decoded(document: bytes) -> str:
    try:
        return document.decode("utf-8-sig")
    except UnicodeDecodeError:
        return document.decode("cp1252", "replace")


def _whole(text: str) -> str:
    """From the first calendar to the end of the last: mailers and proxies add lines of their own. One cut short is closed."""
    text = _RULE.sub(lambda rule: "".join(rule[0].split()), text)  # « BYDAY=MO, TU »
    upper = text.upper()
    start, end = upper.find("BEGIN:VCALENDAR"), upper.rfind("END:VCALENDAR")
    if end >= start:
        return text[start : end + len("END:VCALENDAR")] + "\r\n"
    last = upper.rfind("END:VEVENT")
    kept = text[start : last + len("END:VEVENT")] if last > start else "BEGIN:VCALENDAR"
    return f"{kept}\r\nEND:VCALENDAR\r\n"


def _read_calendar(calendar: Component, frame: _Frame) -> None:
    events: dict[str, list[Component]] = {}
    for event in calendar.walk("VEVENT"):
        if _is_dated(event, frame):
            events.setdefault(_key(event), []).append(event)
    for key, series in events.items():
        main = next((one for one in series if "RECURRENCE-ID" not in one), series[0])
        try:
            dates = tuple(_dates(series, main, frame))
        except gathering.BROKEN:
            dates = ()
            frame.into.remark(Flaw.UNREADABLE, _text(main, "SUMMARY") or key)
        if dates:
            frame.into.join(_found(key, main, dates, frame))


def _is_dated(event: Component, frame: _Frame) -> bool:
    """Without a title or a date it is left out, and said."""
    title = _text(event, "SUMMARY")
    start = _moment(event, "DTSTART")
    if not title and "RECURRENCE-ID" not in event:
        frame.into.remark(Flaw.NO_TITLE, _text(event, "UID"))
        return False
    if start is None:
        broken = any("DTSTART" in f"{name} {why}" for name, why in event.errors)
        frame.into.remark(Flaw.BAD_DATE if broken else Flaw.NO_DATE, title)
        return False
    if not moments.is_known(start):
        frame.into.remark(Flaw.BAD_DATE, title)
        return False
    _say_zone(event, start, title, frame)
    return True


def _say_zone(event: Component, start: date, title: str, frame: _Frame) -> None:
    named = event["DTSTART"].params.get("TZID")
    if named and isinstance(start, datetime) and start.tzinfo is None:
        frame.into.remark(Flaw.UNKNOWN_ZONE, f"{title} : {named}")


def _key(event: Component) -> str:
    return gathering.key(_text(event, "UID")) or gathering.made_key(
        _text(event, "SUMMARY"), _moment(event, "DTSTART")
    )


def _dates(series: list[Component], main: Component, frame: _Frame) -> Iterator[Occurrence]:
    title = _text(main, "SUMMARY")
    if len(series) == 1:
        main.pop("RECURRENCE-ID", None)  # of a series that is not here
    if len(series) == 1 and not any(name in main for name in ("RRULE", "RDATE")):
        yield _occurrence(main, main, frame)
        return
    calendar = icalendar.Calendar()
    try:
        for one in series:
            if "RRULE" in one:
                frame.bounds.end(one)
            calendar.add_component(one)
    except repetitions.NotFollowed as endless:
        frame.into.remark(endless.flaw, title)
        yield _occurrence(main, main, frame)
        return
    query = recurring_ical_events.of(calendar, skip_bad_series=True)
    for one in query.between(frame.since, frame.until):
        yield _occurrence(one, main, frame)


def _occurrence(event: Component, main: Component, frame: _Frame) -> Occurrence:
    start = _moment(event, "DTSTART")
    if start is None or not moments.is_known(start):
        raise ValueError("no date")
    end = _end(event, start)
    cancelled = "CANCELLED" in (_status(event), _status(main))
    if not isinstance(start, datetime):
        last = end if end is not None and end > start else start + timedelta(days=1)
        return Occurrence(
            begins_at=moments.at(start, frame.zone),
            ends_at=moments.at(last, frame.zone),
            is_all_day=True,
            is_cancelled=cancelled,
        )
    begins = moments.in_zone(start, frame.zone)
    ends = moments.in_zone(end, frame.zone) if isinstance(end, datetime) else None
    return Occurrence(
        begins_at=begins,
        ends_at=ends if ends and ends > begins else None,
        is_cancelled=cancelled,
    )


def _end(event: Component, start: date) -> date | None:
    """As written, else by its duration; of the same sort as the start, or nothing."""
    end = _moment(event, "DTEND")
    if end is None and "DURATION" in event:
        length = _part(event["DURATION"], "dt")
        end = start + length if isinstance(length, timedelta) else None
    if end is None or isinstance(end, datetime) != isinstance(start, datetime):
        return None
    return end if moments.is_known(end) else None


def _found(key: str, event: Component, dates: tuple[Occurrence, ...], frame: _Frame) -> Found:
    title = texts.title(_text(event, "SUMMARY"))
    link = pages.absolute(_text(event, "URL"), frame.address)
    described = _text(event, "DESCRIPTION")
    body = frame.into.body(_html(event) or frame.into.prose(described), base=link or frame.address)
    if body.is_cut:
        frame.into.remark(Flaw.HTML_CUT, title)
    venue, place = places.from_line(_text(event, "LOCATION"))
    return Found(
        key=key,
        kind=Kind.EVENT,
        title=title,
        summary=texts.shorten(body.words),
        html=body.html,
        link=link,
        labels=_labels(event),
        picture=_picture(event, frame.address) or body.picture,
        occurrences=dates,
        place=_pointed(event, place, title, frame.into),
        venue=venue,
        is_cancelled=_status(event) == "CANCELLED",
    )


def _html(event: Component) -> str:
    """What Outlook (X-ALT-DESC) and others (ALTREP) keep beside the plain description, or instead of it."""
    if "X-ALT-DESC" in event:
        return _text(event, "X-ALT-DESC")
    described = event.get("DESCRIPTION")
    beside = str(getattr(described, "params", {}).get("ALTREP", ""))
    if beside.lower().startswith("data:text/html,"):
        return unquote(beside.partition(",")[2])
    plain = _text(event, "DESCRIPTION")
    return plain if texts.looks_like_html(plain) else ""


def _labels(event: Component) -> tuple[str, ...]:
    names: list[str] = []
    for group in _several(event, "CATEGORIES"):
        names += [texts.title(str(name)) for name in _part(group, "cats") or ()]
    return tuple(dict.fromkeys(filter(None, names)))[:50]


def _picture(event: Component, address: str) -> PictureLink | None:
    for image in [*_several(event, "IMAGE"), *_several(event, "ATTACH")]:
        params = getattr(image, "params", {})
        kind = str(params.get("FMTTYPE", "")).lower()
        is_image = kind.startswith("image/") or image in _several(event, "IMAGE")
        is_address = str(params.get("VALUE", "URI")).upper() == "URI"
        if is_image and is_address and (found := texts.picture(str(image), base=address)):
            return found
    return None


def _pointed(event: Component, place: Place | None, title: str, into: Gathering) -> Place | None:
    geo = event.get("GEO")
    latitude, longitude = places.point(_part(geo, "latitude"), _part(geo, "longitude"), into, title)
    if latitude is None:
        return place
    known = place or Place()
    return Place(
        street=known.street,
        postal_code=known.postal_code,
        city=known.city,
        latitude=latitude,
        longitude=longitude,
    )


def _status(event: Component) -> str:
    return _text(event, "STATUS").upper()


def _moment(event: Component, name: str) -> date | None:
    found = _part(event.get(name), "dt")
    return found if isinstance(found, date) else None


def _part(value: object, name: str) -> Any:  # noqa: ANN401 - whatever the library made of it
    """None of what is broken, which the library tells by raising as soon as it is touched."""
    try:
        return getattr(value, name, None)
    except BrokenCalendarProperty:
        return None


def _several(event: Component, name: str) -> list[object]:
    found = event.get(name)
    if found is None:
        return []
    return list(found) if isinstance(found, list) else [found]


def _text(component: Component, name: str) -> str:
    """The first, if it stands there twice."""
    found = next(iter(_several(component, name)), "")
    return str(found).strip()
