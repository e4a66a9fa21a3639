"""A town’s own table, CSV or Excel: events, places of a directory, cinema screenings, news."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from beffroi.audience.importer import faults
from beffroi.audience.importer.columns import is_yes
from beffroi.content.facts import Found, Layout, Occurrence, Place, Reading
from beffroi.content.readers import gathering, moments, places, screenings, tables, texts
from beffroi.content.readers.columns import Field
from beffroi.content.readers.gathering import Gathering
from beffroi.content.readers.tables import Table
from beffroi.content.words import Category, Flaw, Format, Kind
from beffroi.kit.names import fold_words

_DATED = frozenset({Kind.EVENT, Kind.FILM})
_RANGE = re.compile(r"\s*(?:-|–|—|→|\bà\b|\bjusqu.à\b)\s*")
_SEVERAL = re.compile(r"\s*(?:[,;/&|\n]|\bet\b|\bpuis\b)\s*")
_TOO_LARGE = (faults.TooBig, faults.Bomb, faults.TooManyRows)
_CATEGORIES = {
    "sante": Category.HEALTH, "medecin": Category.HEALTH, "medical": Category.HEALTH,
    "service public": Category.PUBLIC, "services publics": Category.PUBLIC,
    "association": Category.ASSOCIATION, "associations": Category.ASSOCIATION,
    "commerce": Category.SHOP, "commerces": Category.SHOP, "artisan": Category.SHOP, "restaurant": Category.SHOP,
    "contacts utiles": Category.USEFUL, "utile": Category.USEFUL,
    "logement": Category.HOUSING, "menu": Category.MENU, "menus": Category.MENU,
    "vie pratique": Category.PRACTICAL, "numero utile": Category.NUMBERS, "numeros utiles": Category.NUMBERS,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class _Frame:
    kind: Kind
    category: Category | None
    zone: ZoneInfo
    address: str
    into: Gathering


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells of one line by what they say."""

    cells: dict[Field, list[str]]
    title: str
    place: str
    """« ligne 6 : Autre film »."""

    def text(self, field: Field) -> str:
        return next(iter(self.cells.get(field, [])), "")

    def texts(self, field: Field, between: str) -> str:
        return between.join(self.cells.get(field, []))


def read(
    document: bytes,
    *,
    zone: ZoneInfo,
    kind: Kind | None,
    mapping: Mapping[str, Field] | None = None,
    layout: Layout | None = None,
    category: Category | None = None,
    address: str = "",
) -> Reading:
    """`mapping`: header → what it holds, for what was guessed wrong. `category`: of places that name none."""
    try:
        table = tables.opened(document, kind=kind, mapping=mapping, layout=layout)
    except faults.EmptyFile:
        return gathering.unreadable(Format.SHEET, Flaw.NOTHING_INSIDE)
    except _TOO_LARGE:
        return gathering.unreadable(Format.SHEET, Flaw.TOO_LARGE)
    except (faults.BadFile, *gathering.BROKEN):
        return gathering.unreadable(Format.SHEET)
    return read_table(table, zone=zone, category=category, address=address)


def read_table(
    table: Table, *, zone: ZoneInfo, category: Category | None = None, address: str = ""
) -> Reading:
    into = Gathering(Format.SHEET)
    frame = _Frame(kind=table.kind, category=category, zone=zone, address=address, into=into)
    if table.is_cut:
        into.remark(Flaw.CUT)
    for field in table.missing:
        into.remark(Flaw.MISSING_COLUMN, str(field.label))
    if not table.missing:
        for row in _rows(table):
            _add(row, frame)
    return into.reading(headers=table.headers)


def category_told(table: Table) -> Category | None:
    """« Association » above the names says which directory they belong to."""
    told = (_CATEGORIES.get(fold_words(header)) for header in table.headers)
    return next(filter(None, told), None)


def _rows(table: Table) -> Iterator[_Row]:
    for line, cells in table.below():
        found: dict[Field, list[str]] = {}
        for field, cell in zip(table.fields, cells, strict=False):
            if cell.strip():
                found.setdefault(field, []).append(cell.strip())
        found.pop(Field.IGNORED, None)
        if found:
            title = texts.title(next(iter(found.get(Field.TITLE, [])), ""))
            place = gettext("ligne %(number)s") % {"number": line}
            yield _Row(found, title, f"{place} : {title}" if title else place)


def _add(row: _Row, frame: _Frame) -> None:
    title = row.title
    if not title:
        frame.into.remark(Flaw.NO_TITLE, row.place)
        return
    dates = tuple(_dates(row, frame)) if frame.kind in _DATED else ()
    if frame.kind in _DATED and not dates:
        return
    said = row.texts(Field.TEXT, "\n\n")
    is_html = texts.looks_like_html(said)
    body = texts.body(said, base=frame.address) if is_html else texts.plain_body(said)
    if body.is_cut:
        frame.into.remark(Flaw.HTML_CUT, row.place)
    link = _link(row, Field.LINK, frame)
    published = None if frame.kind in _DATED else moments.moment(row.text(Field.DATE), frame.zone)
    found = Found(
        key=_key(row, title, frame.kind),
        kind=frame.kind,
        title=title,
        summary=texts.summary(row.text(Field.SUMMARY)) or texts.shorten(body.words),
        html=body.html,
        link=link if frame.kind != Kind.PLACE else "",
        published_at=moments.at(published, frame.zone) if published else None,
        labels=_labels(row),
        category=_category(row, frame),
        picture=texts.picture(
            row.text(Field.PICTURE), row.text(Field.PICTURE_ALT), base=frame.address
        ),
        occurrences=dates,
        place=_place(row, link, frame),
        venue=texts.shorten(texts.line(row.text(Field.VENUE)), 200),
        is_cancelled=bool(dates) and all(one.is_cancelled for one in dates),
        is_temporary=frame.kind not in (Kind.PLACE, Kind.PAGE),
    )
    keep = frame.into.join if frame.kind in _DATED else frame.into.add
    keep(found, where=row.place)


def _key(row: _Row, title: str, kind: Kind) -> str:
    """A film or an event has a line for each date."""
    if named := gathering.key(row.text(Field.KEY)):
        return named
    if kind == Kind.FILM:
        return screenings.key(title)
    street = row.text(Field.STREET) if kind == Kind.PLACE else row.text(Field.VENUE)
    return gathering.made_key(kind.value, fold_words(title), fold_words(street))


def _dates(row: _Row, frame: _Frame) -> Iterator[Occurrence]:
    said = row.text(Field.DATE)
    start = moments.moment(said, frame.zone)
    if start is None:
        frame.into.remark(Flaw.BAD_DATE if said else Flaw.NO_DATE, row.place)
        return
    end = moments.moment(row.text(Field.END_DATE), frame.zone)
    if row.text(Field.END_DATE) and end is None:
        frame.into.remark(Flaw.BAD_DATE, row.place)
    common = Occurrence(
        begins_at=moments.at(start, frame.zone),
        is_cancelled=is_yes(row.text(Field.CANCELLED)),
        version=texts.line(row.text(Field.VERSION))[:40] if frame.kind == Kind.FILM else "",
        link=_link(row, Field.BOOKING, frame)
        or (_link(row, Field.LINK, frame) if frame.kind == Kind.FILM else ""),
        price=screenings.price(row.text(Field.PRICE), ""),
    )
    yield from _times(row, common, start, end, frame)


def _times(
    row: _Row, common: Occurrence, start: date, end: date | None, frame: _Frame
) -> Iterator[Occurrence]:
    """Several times in one cell are several dates; a range has an end."""
    said = row.text(Field.TIME)
    if isinstance(start, datetime) and not said:
        yield _dated(common, start, _ending(row, start, None, end, frame.zone))
        return
    day = start.date() if isinstance(start, datetime) else start
    times = [found for part in _SEVERAL.split(said) if (found := _range(part))]
    if said and not times:
        frame.into.remark(Flaw.BAD_DATE, f"{row.place} : {said}")
    for begins, ends in times:
        at = datetime.combine(day, begins, frame.zone)
        yield _dated(common, at, _ending(row, at, ends, end, frame.zone))
    if not times:
        last = end.date() if isinstance(end, datetime) else end
        after = moments.day_after(last if last and last > day else day, frame.zone)
        yield _dated(common, moments.at(day, frame.zone), after, is_all_day=True)


def _dated(
    common: Occurrence, begins: datetime, ends: datetime | None, *, is_all_day: bool = False
) -> Occurrence:
    return Occurrence(
        begins_at=begins,
        ends_at=ends,
        is_all_day=is_all_day,
        is_cancelled=common.is_cancelled,
        version=common.version,
        link=common.link,
        price=common.price,
    )


def _range(part: str) -> tuple[time, time | None] | None:
    first, *rest = _RANGE.split(part.strip(), maxsplit=1)
    begins = moments.hour(first.removeprefix("de ").strip())
    return (begins, moments.hour(rest[0]) if rest else None) if begins else None


def _ending(
    row: _Row, begins: datetime, ends: time | None, last: date | None, zone: ZoneInfo
) -> datetime | None:
    if isinstance(last, datetime):
        return last if last > begins else None
    clock = ends or moments.hour(row.text(Field.END_TIME))
    if clock is None:
        return None
    at = datetime.combine(last or begins.date(), clock, zone)
    if at <= begins and last is None:
        at += timedelta(days=1)  # ends after midnight
    return at if at > begins else None


def _email(row: _Row, frame: _Frame) -> str:
    said = row.text(Field.EMAIL)
    found = places.email(said)
    if said and not found:
        frame.into.remark(Flaw.BAD_EMAIL, f"{row.place} : {said}")
    return found


def _link(row: _Row, field: Field, frame: _Frame) -> str:
    return places.website(row.text(field), frame.into, row.place) if row.text(field) else ""


def _labels(row: _Row) -> tuple[str, ...]:
    parts = re.split(r"[,;|/\n]", row.texts(Field.LABELS, ","))
    return tuple(dict.fromkeys(filter(None, map(texts.title, parts))))[:50]


def _category(row: _Row, frame: _Frame) -> Category | None:
    if frame.kind not in (Kind.PLACE, Kind.PAGE):
        return None
    named = (_CATEGORIES.get(fold_words(label)) for label in _labels(row))
    return next((found for found in named if found), frame.category)


def _place(row: _Row, link: str, frame: _Frame) -> Place | None:
    latitude, longitude = places.point(
        _degrees(row.text(Field.LATITUDE)),
        _degrees(row.text(Field.LONGITUDE)),
        frame.into,
        row.place,
    )
    written = texts.line(row.texts(Field.STREET, ", "))
    name, read = places.from_line(written)
    street = ", ".join(filter(None, (name, read.street))) if read else written
    place = Place(
        street=texts.shorten(street, 200),
        postal_code=_postal(row.text(Field.POSTAL_CODE)) or (read.postal_code if read else ""),
        city=texts.line(row.text(Field.CITY))[:100] or (read.city if read else ""),
        insee_code=places.insee(_postal(row.text(Field.INSEE_CODE)), frame.into, row.place),
        latitude=latitude,
        longitude=longitude,
        phones=places.phones(row.texts(Field.PHONE, " / "), frame.into, row.place),
        email=_email(row, frame),
        website=link if frame.kind == Kind.PLACE else "",
        hours_note=texts.shorten(texts.line(row.text(Field.HOURS)), 500),
        access=texts.shorten(texts.line(row.text(Field.ACCESS)), 300),
    )
    return None if place == Place() else place


def _postal(cell: str) -> str:
    """A spreadsheet eats the first zero of 01000."""
    words = cell.replace(" ", "").removesuffix(".0")[:10]
    return f"0{words}" if words.isdecimal() and len(words) == 4 else words


def _degrees(cell: str) -> float | None:
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return None
