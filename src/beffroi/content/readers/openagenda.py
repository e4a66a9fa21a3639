"""OpenAgenda: the JSON export of an agenda (v2) and the answers of its API; several languages, or one."""

import re
from collections.abc import Iterator
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from beffroi.content.facts import Found, Occurrence, PictureLink, Place, Reading
from beffroi.content.readers import gathering, moments, pages, places, texts, values
from beffroi.content.readers.gathering import Gathering
from beffroi.content.readers.values import Json, get, items, number, text
from beffroi.content.words import Flaw, Format, Kind

PUBLISHED = "2"
CANCELLED = "6"
_LANGUAGES = ("fr", "en")
_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\(((?:https?://|mailto:|tel:)[^\s()]{1,1000})\)")
_BOLD = re.compile(r"(\*\*|__)(?=\S)([^\n]{1,500}?)(?<=\S)\1")
_HEADING = re.compile(r"^#{1,6} +(.{1,300}?)[ #]*$")


def read(document: bytes, *, zone: ZoneInfo, address: str = "") -> Reading:
    """`address` gives the next page of an API."""
    if len(document) > gathering.MAX_BYTES:
        return gathering.unreadable(Format.OPENAGENDA, Flaw.TOO_LARGE)
    answer = values.load(document)
    if not is_one(answer):
        return gathering.unreadable(Format.OPENAGENDA)
    into = Gathering(Format.OPENAGENDA)
    for event in _events(answer):
        if isinstance(event, dict) and text(event, "state") in {"", PUBLISHED}:
            _add(event, zone, into)
    agenda = get(answer, "agenda")
    return into.reading(title=_said(agenda, "title"), next_page=_next_page(answer, address))


def is_one(answer: Json) -> bool:
    return any(get(event, "timings") is not None for event in _events(answer)) or (
        isinstance(get(answer, "events"), list) and get(answer, "total") is not None
    )


def _events(answer: Json) -> Iterator[Json]:
    if isinstance(answer, list):
        yield from answer
    else:
        yield from items(answer, "events")
        yield from items(answer, "event")


def _next_page(answer: Json, address: str) -> str:
    after = [text(one) for one in items(answer, "after")]
    if not address or not any(after) or not get(answer, "events"):
        return ""
    parts = urlsplit(address)
    kept = [pair for pair in parse_qsl(parts.query) if not pair[0].startswith("after")]
    query = urlencode([*kept, *(("after[]", one) for one in after)])
    return parts._replace(query=query).geturl()


def _add(event: Json, zone: ZoneInfo, into: Gathering) -> None:
    title = texts.title(_said(event, "title"))
    dates = _occurrences(event, title, zone, into)
    if title and not dates:
        into.remark(Flaw.NO_DATE, title)
        return
    described = _said(event, "longDescription")
    body = into.body(described if described.startswith("<") else _from_markdown(described))
    if body.is_cut:
        into.remark(Flaw.HTML_CUT, title)
    location = get(event, "location")
    into.add(
        Found(
            key=gathering.key(text(event, "uid"), text(event, "slug"))
            or gathering.made_key(title, dates[0].begins_at if dates else ""),
            kind=Kind.EVENT,
            title=title,
            summary=texts.summary(_said(event, "description")) or texts.shorten(body.words),
            html=body.html,
            link=_link(event),
            labels=_labels(event),
            picture=_picture(event),
            occurrences=dates,
            place=_place(event, location, title, into),
            venue=texts.shorten(texts.line(_said(location, "name")), 200),
            is_cancelled=_is_cancelled(event),
        )
    )


def _said(found: Json, name: str) -> str:
    """In French, else in the first language that says something."""
    value = get(found, name)
    if not isinstance(value, dict):
        return text(value)
    order = (*_LANGUAGES, *value)
    return next((said for language in order if (said := text(value, language))), "")


def _is_cancelled(event: Json) -> bool:
    return text(event, "status") == CANCELLED or text(event, "status", "id") == CANCELLED


def _occurrences(
    event: Json, title: str, zone: ZoneInfo, into: Gathering
) -> tuple[Occurrence, ...]:
    booking, price = _booking(event), texts.shorten(texts.line(_said(event, "conditions")), 255)
    found = []
    for timing in items(event, "timings"):
        start = moments.moment(text(timing, "begin") or text(timing, "start"), zone)
        end = moments.moment(text(timing, "end"), zone)
        if start is None:
            into.remark(Flaw.BAD_DATE, title)
            continue
        begins, ends = moments.at(start, zone), moments.at(end, zone) if end else None
        found.append(
            Occurrence(
                begins_at=begins,
                ends_at=ends if ends and ends > begins else None,
                is_all_day=moments.is_day(start),
                is_cancelled=_is_cancelled(event),
                link=booking,
                price=price,
            )
        )
    return tuple(found)


def _booking(event: Json) -> str:
    for way in items(event, "registration"):
        if link := pages.absolute(text(way, "value") or text(way)):
            return link
    return ""


def _link(event: Json) -> str:
    if link := pages.absolute(text(event, "canonicalUrl")):
        return link
    agenda, slug = text(event, "originAgenda", "slug"), text(event, "slug")
    known = f"https://openagenda.com/{agenda}/events/{slug}" if agenda and slug else ""
    return pages.absolute(known)


def _labels(event: Json) -> tuple[str, ...]:
    words = get(event, "keywords")
    if isinstance(words, dict):
        words = next((words[one] for one in (*_LANGUAGES, *words) if words.get(one)), None)
    named = (text(one, "label") or text(one) for one in items(words))
    return tuple(dict.fromkeys(filter(None, map(texts.title, named))))[:50]


def _picture(event: Json) -> PictureLink | None:
    image = get(event, "image")
    if isinstance(image, str):
        return texts.picture(image)
    base, name = text(image, "base"), text(image, "filename")
    return texts.picture(base + name) if base and name else None


def _place(event: Json, location: Json, title: str, into: Gathering) -> Place | None:
    latitude, longitude = places.point(
        number(location, "latitude"), number(location, "longitude"), into, title
    )
    whole = texts.line(_said(location, "address"))
    name, read = places.from_line(whole)
    street = ", ".join(filter(None, (name, read.street))) if read else whole
    ways = [text(way, "value") for way in items(event, "registration")]
    place = Place(
        street=texts.shorten(street, 200),
        postal_code=text(location, "postalCode")[:10] or (read.postal_code if read else ""),
        city=texts.line(_said(location, "city"))[:100] or (read.city if read else ""),
        insee_code=places.insee(text(location, "insee"), into, title),
        latitude=latitude,
        longitude=longitude,
        phones=places.phones(text(location, "phone"), into, title),
        email=next(filter(None, map(places.email, [text(location, "email"), *ways])), ""),
        website=places.website(text(location, "website"), into, title),
        access=_access(event),
    )
    return None if place == Place() else place


def _access(event: Json) -> str:
    said = get(event, "accessibility")
    if not isinstance(said, dict):
        return ""
    names = {
        "mi": gettext("handicap moteur"),
        "vi": gettext("handicap visuel"),
        "hi": gettext("handicap auditif"),
        "pi": gettext("handicap psychique"),
        "ii": gettext("handicap intellectuel"),
    }
    fit = [name for code, name in names.items() if said.get(code) is True]
    return gettext("Accessible : %(whom)s") % {"whom": ", ".join(fit)} if fit else ""


def _from_markdown(said: str) -> str:
    """What event pages use of Markdown: paragraphs, lists, headings, bold, links."""
    blocks = []
    for block in re.split(r"\n\s*\n", said.replace("\r\n", "\n")[: texts.MAX_HTML]):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        if lines and all(line.startswith(("- ", "* ")) for line in lines):
            inside = "".join(f"<li>{_marked(line[2:])}</li>" for line in lines)
            blocks.append(f"<ul>{inside}</ul>")
        elif len(lines) == 1 and (heading := _HEADING.match(lines[0])):
            blocks.append(f"<h2>{_marked(heading[1])}</h2>")
        elif lines:
            blocks.append(f"<p>{'<br>'.join(map(_marked, lines))}</p>")
    return "".join(blocks)


def _marked(line: str) -> str:
    safe = _LINK.sub(r'<a href="\2">\1</a>', escape(line, quote=True))
    return _BOLD.sub(r"<strong>\2</strong>", safe)
