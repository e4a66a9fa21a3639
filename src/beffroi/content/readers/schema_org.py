"""Events and screenings that a page describes to machines (schema.org in JSON-LD)."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from beffroi.content.facts import Found, Occurrence, PictureLink, Place, Reading
from beffroi.content.readers import (
    gathering,
    linked_data,
    moments,
    pages,
    places,
    screenings,
    texts,
)
from beffroi.content.readers.gathering import Gathering
from beffroi.content.readers.linked_data import Graph, Thing, kinds, words
from beffroi.content.readers.values import Json, get, items, number, text
from beffroi.content.words import Flaw, Format, Kind

_EVENTS = frozenset({"Festival", "EventSeries", "Hackathon", "CourseInstance"})
SCREENING = "ScreeningEvent"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Frame:
    graph: Graph
    zone: ZoneInfo
    address: str
    into: Gathering


def read(document: bytes, *, zone: ZoneInfo, address: str = "") -> Reading:
    if len(document) > pages.MAX_BYTES:
        return gathering.unreadable(Format.SCHEMA_ORG, Flaw.TOO_LARGE)
    graph = linked_data.read(document)
    if graph is None or (graph.has_broken and not graph.things):
        return gathering.unreadable(Format.SCHEMA_ORG)
    into = Gathering(Format.SCHEMA_ORG)
    frame = _Frame(graph=graph, zone=zone, address=address, into=into)
    if graph.has_broken:
        into.remark(Flaw.UNREADABLE, "JSON-LD")
    for thing in graph.things:
        if SCREENING in kinds(thing):
            _add_screening(thing, frame)
        elif is_event(thing):
            _add_event(thing, frame)
    return into.reading(title=_theatre(graph))


def is_event(thing: Json) -> bool:
    return any(kind.endswith("Event") or kind in _EVENTS for kind in kinds(thing))


def _theatre(graph: Graph) -> str:
    return next((words(one, "name") for one in graph.things if "MovieTheater" in kinds(one)), "")


def _add_event(event: Thing, frame: _Frame) -> None:
    title = texts.title(words(event, "name"))
    if not title:
        frame.into.remark(Flaw.NO_TITLE, words(event, "url"))
        return
    date = _occurrence(event, title, frame)
    if date is None:
        return
    link = pages.absolute(words(event, "url"), frame.address)
    body = frame.into.body(_described(event), base=link or frame.address)
    if body.is_cut:
        frame.into.remark(Flaw.HTML_CUT, title)
    venue, place = _where(event, title, frame)
    name = gathering.key(text(event, "@id"), link)
    frame.into.join(
        Found(
            key=name if _is_telling(name, frame.address) else gathering.made_key(title, venue),
            kind=Kind.EVENT,
            title=title,
            summary=texts.shorten(body.words),
            html=body.html,
            link=link,
            labels=_labels(event),
            picture=_picture(event, frame),
            occurrences=(date,),
            place=place,
            venue=venue,
            is_cancelled=date.is_cancelled,
        )
    )


def _is_telling(name: str, address: str) -> bool:
    """Some sites give every event the address of the agenda itself."""
    return bool(name) and name.partition("#")[0].rstrip("/") != address.rstrip("/") or "#" in name


def _described(thing: Json) -> str:
    said = text(thing, "description", "@value") or text(thing, "description")
    return said if texts.looks_like_html(said) else texts.prose(said)


def _add_screening(event: Thing, frame: _Frame) -> None:
    work = frame.graph.first(event, "workPresented") or frame.graph.first(event, "workFeatured")
    title = texts.title(words(work) or words(event, "name"))
    if not title:
        frame.into.remark(Flaw.NO_TITLE, words(event, "startDate"))
        return
    date = _occurrence(event, title, frame)
    if date is None:
        return
    body = frame.into.body(_described(work) or _described(event), base=frame.address)
    venue, place = _where(event, title, frame)
    frame.into.join(
        Found(
            key=screenings.key(title),
            kind=Kind.FILM,
            title=title,
            summary=texts.shorten(body.words),
            html=body.html,
            link=pages.absolute(words(work, "url"), frame.address),
            labels=_labels(work),
            picture=_picture(work, frame) or _picture(event, frame),
            occurrences=(date,),
            place=place,
            venue=venue,
        )
    )


def _occurrence(event: Thing, title: str, frame: _Frame) -> Occurrence | None:
    said = words(event, "startDate")
    start = moments.moment(said, frame.zone)
    if start is None:
        frame.into.remark(Flaw.BAD_DATE if said else Flaw.NO_DATE, title)
        return None
    offer = frame.graph.first(event, "offers")
    begins = moments.at(start, frame.zone)
    return Occurrence(
        begins_at=begins,
        ends_at=_end(event, begins, frame.zone, is_day=moments.is_day(start)),
        is_all_day=moments.is_day(start),
        is_cancelled="Cancelled" in words(event, "eventStatus"),
        version=_version(event),
        link=pages.absolute(words(offer, "url"), frame.address)
        or (
            pages.absolute(words(event, "url"), frame.address) if SCREENING in kinds(event) else ""
        ),
        price=_price(event, offer),
    )


def _end(event: Thing, begins: datetime, zone: ZoneInfo, *, is_day: bool) -> datetime | None:
    """The last day is one of the days; a calendar's end comes after it."""
    end = moments.moment(words(event, "endDate"), zone)
    if is_day:
        last = end if end is not None and moments.at(end, zone) >= begins else begins
        return moments.day_after(last.date() if isinstance(last, datetime) else last, zone)
    if end is None:
        return None
    ends = moments.at(end, zone) if isinstance(end, datetime) else moments.day_after(end, zone)
    return ends if ends > begins else None


def _version(event: Thing) -> str:
    language = words(event, "inLanguage") or words(event, "workPresented", "inLanguage")
    return screenings.version(
        language=language,
        subtitles=words(event, "subtitleLanguage"),
        format=words(event, "videoFormat"),
    )


def _price(event: Thing, offer: Json) -> str:
    if (
        text(event, "isAccessibleForFree").lower() == "true"
        or get(event, "isAccessibleForFree") is True
    ):
        return screenings.FREE
    said = text(offer, "price") or text(offer, "lowPrice")
    return screenings.price(said, text(offer, "priceCurrency"))


def _where(event: Thing, title: str, frame: _Frame) -> tuple[str, Place | None]:
    location = frame.graph.first(event, "location")
    if isinstance(location, str):
        return places.from_line(location)
    if "VirtualLocation" in kinds(location):
        return words(location, "name"), None
    address = frame.graph.first(location, "address")
    latitude, longitude = places.point(
        number(location, "geo", "latitude"), number(location, "geo", "longitude"), frame.into, title
    )
    _, read = places.from_line(address) if isinstance(address, str) else ("", None)
    place = Place(
        street=texts.shorten(words(address, "streetAddress"), 200) or (read.street if read else ""),
        postal_code=words(address, "postalCode")[:10] or (read.postal_code if read else ""),
        city=words(address, "addressLocality")[:100] or (read.city if read else ""),
        latitude=latitude,
        longitude=longitude,
        phones=places.phones(words(location, "telephone"), frame.into, title),
        website=pages.absolute(words(location, "url"), frame.address),
    )
    return texts.shorten(words(location, "name"), 200), None if place == Place() else place


def _labels(thing: Json) -> tuple[str, ...]:
    said = [*items(thing, "genre"), *items(thing, "keywords")]
    names = [part for one in said if isinstance(one, str) for part in one.split(",")]
    return tuple(dict.fromkeys(filter(None, map(texts.title, names))))[:50]


def _picture(thing: Json, frame: _Frame) -> PictureLink | None:
    image = frame.graph.first(thing, "image")
    if isinstance(image, str):
        return texts.picture(image, base=frame.address)
    source = text(image, "url") or text(image, "contentUrl")
    alt = text(image, "caption") or text(image, "description")
    return texts.picture(source, alt, base=frame.address)
