"""One reader for each format, and what each needs to know besides the bytes."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from beffroi.content.facts import Layout, Reading
from beffroi.content.readers import (
    dila,
    feed,
    finess,
    ical,
    json_feed,
    openagenda,
    schema_org,
    sheet,
    wordpress,
)
from beffroi.content.readers.columns import Field
from beffroi.content.readers.reference import Country
from beffroi.content.words import Category, Format, Kind
from beffroi.towns import zones

BACK, AHEAD = timedelta(days=2), timedelta(days=400)
"""Between which days repetitions of a calendar are spread."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What is known of a document before it is read."""

    format: Format
    at: datetime
    address: str = ""
    content_type: str = ""
    kind: Kind | None = None
    """Of a sheet; None: as its headers tell."""
    category: Category | None = None
    columns: dict[str, Field] = field(default_factory=dict)
    layout: Layout = field(default_factory=Layout)
    insee_codes: tuple[str, ...] = ()
    """Of reference data: the communes wanted."""
    zone: ZoneInfo = field(default_factory=zones.here)
    """Of times that name none."""


def read(document: bytes, asked: Asked) -> Reading:
    return _READERS[asked.format](document, asked)


def read_country(path: Path, format_: Format, insee_codes: Collection[str]) -> Country:
    """Reference data of the whole country, read once for all of these communes."""
    each = {Format.DILA: dila.read_each, Format.FINESS: finess.read_each}[format_]
    return each(path, zone=zones.here(), wanted_insee=insee_codes)


def _feed(document: bytes, asked: Asked) -> Reading:
    return feed.read(
        document, zone=asked.zone, address=asked.address, content_type=asked.content_type
    )


def _ical(document: bytes, asked: Asked) -> Reading:
    since, until = asked.at - BACK, asked.at + AHEAD
    return ical.read(document, zone=asked.zone, since=since, until=until, address=asked.address)


def _sheet(document: bytes, asked: Asked) -> Reading:
    return sheet.read(
        document,
        zone=asked.zone,
        kind=asked.kind,
        mapping=asked.columns or None,
        layout=asked.layout,
        category=asked.category,
        address=asked.address,
    )


_READERS: dict[Format, Callable[[bytes, Asked], Reading]] = {
    Format.FEED: _feed,
    Format.JSON_FEED: lambda doc, asked: json_feed.read(
        doc, zone=asked.zone, address=asked.address
    ),
    Format.WORDPRESS: lambda doc, asked: wordpress.read(
        doc, zone=asked.zone, address=asked.address
    ),
    Format.ICAL: _ical,
    Format.SCHEMA_ORG: lambda doc, asked: schema_org.read(
        doc, zone=asked.zone, address=asked.address
    ),
    Format.OPENAGENDA: lambda doc, asked: openagenda.read(
        doc, zone=asked.zone, address=asked.address
    ),
    Format.SHEET: _sheet,
    Format.DILA: lambda doc, asked: dila.read(doc, zone=asked.zone, wanted_insee=asked.insee_codes),
    Format.FINESS: lambda doc, asked: finess.read(
        doc, zone=asked.zone, wanted_insee=asked.insee_codes
    ),
}
