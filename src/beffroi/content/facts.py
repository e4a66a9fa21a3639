"""What crosses the room's doors: what a reader found, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from beffroi.content.words import Category, Flaw, Format, Kind, Mode

MAX_FOUND = 5_000
"""Entries of one source: the whole directory of a large town fits."""
MAX_DATES = 800  # OpenAgenda's own limit of timings


@dataclass(frozen=True, kw_only=True, slots=True)
class Occurrence:
    """One date of an event, or one screening. Times know their zone."""

    begins_at: datetime
    ends_at: datetime | None = None
    """Exclusive. None: the source does not say."""
    is_all_day: bool = False
    """Then both are midnights in the zone of the town."""
    is_cancelled: bool = False
    version: str = ""
    """Of a film: « VF », « VOSTFR », « 3D »."""
    link: str = ""
    """Where to book."""
    price: str = ""
    """In the source's own words: « 6 € », « gratuit »."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    """Open on one day of the week. A day cut by lunch has two."""

    weekday: int
    """0 is Monday."""
    opens_min: int
    """Minutes since midnight."""
    closes_min: int
    """May pass 1440: open after midnight."""
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where something is and how to reach it."""

    street: str = ""
    """Lines as on an envelope, without postal code and town."""
    postal_code: str = ""
    city: str = ""
    insee_code: str = ""
    latitude: float | None = None
    """Degrees, WGS 84."""
    longitude: float | None = None
    phones: tuple[str, ...] = ()
    """As residents read them: « 05 56 22 00 00 »; short numbers as they are: « 3237 »."""
    email: str = ""
    website: str = ""
    hours: tuple[Hours, ...] = ()
    hours_note: str = ""
    """What the table cannot say: « fermé en août »."""
    access: str = ""
    """For people with disabilities, in the source's own words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureLink:
    """A picture at the source; it is fetched later and never hot-linked."""

    url: str
    alt: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One thing that a source publishes."""

    key: str
    """Names it in its source, the same at each visit: guid, else link, else a hash of the title and date."""
    kind: Kind
    title: str
    summary: str = ""
    """One or two sentences, plain text, at most 300 characters."""
    html: str = ""
    """Clean (`kit.html.clean`), without pictures."""
    link: str = ""
    """Its page at the source."""
    published_at: datetime | None = None
    labels: tuple[str, ...] = ()
    """Categories and tags, in the source's words; a town maps them to themes."""
    category: Category | None = None
    picture: PictureLink | None = None
    occurrences: tuple[Occurrence, ...] = ()
    """Of an event or film, in order; past ones too."""
    place: Place | None = None
    """Of a place, or where an event is; `venue` is its name then."""
    venue: str = ""
    is_cancelled: bool = False
    is_temporary: bool = True
    """False: reference data, which no date makes old."""
    credit: str = ""
    """What its licence asks to be said: « DILA, Licence Ouverte 2.0, 12 mars 2026 »."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """One flaw, and where: a title, a line number, a column, in words that its owner recognises."""

    flaw: Flaw
    where: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """All that one document of a source gave."""

    format: Format
    title: str = ""
    found: tuple[Found, ...] = ()
    remarks: tuple[Remark, ...] = ()
    next_page: str = ""
    """Address of what follows, if the source serves it in pages."""
    headers: tuple[str, ...] = field(default=())
    """Of a sheet: its columns, for the mapping to be corrected."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """All that an agent may change of an entry; a version keeps one of these."""

    title: str
    summary: str = ""
    html: str = ""
    easy: str = ""
    category: str = ""
    venue: str = ""
    place: Place | None = None
    occurrences: tuple[Occurrence, ...] = ()
    theme_ids: tuple[int, ...] = ()
    link: str = ""
    picture_id: int | None = None
    picture_alt: str = ""
    is_cancelled: bool = False
    publish_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """How a sheet is to be read, where a person knows better than the guess."""

    sheet: str = ""
    delimiter: str = ""
    header_line: int | None = None
    """0: it has no header."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Brought:
    """A file that an agent gives, and what they say of it; what they do not say is guessed."""

    filename: str
    content_type: str = ""
    name: str = ""
    kind: Kind | None = None
    category: Category | None = None
    source_id: int | None = None
    """The source that it renews."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelUse:
    """What a town makes of a source’s label."""

    theme_id: int | None = None
    is_left_out: bool = False
    """What bears it is not taken."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewSource:
    """What a town wants to follow. Without an address: files that an agent brings."""

    name: str
    format: Format
    address: str = ""
    kind: Kind | None = None
    category: Category | None = None
    mode: Mode = Mode.MODERATED
    labels: Mapping[str, LabelUse] = field(default_factory=dict)
    """What the town makes of its labels from the first reading on, by name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Photo:
    """A picture as a page shows it; never one without a description."""

    sha: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ThemeName:
    slug: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """An entry in a list."""

    id: int
    kind: Kind
    slug: str
    title: str
    summary: str
    published_at: datetime
    category: str = ""
    venue: str = ""
    place: Place | None = None
    themes: tuple[ThemeName, ...] = ()
    photo: Photo | None = None
    is_cancelled: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Dated:
    """One date of an event or one screening, with its entry."""

    occurrence: Occurrence
    card: Card


@dataclass(frozen=True, kw_only=True, slots=True)
class Whole:
    """An entry on its own page."""

    card: Card
    html: str
    easy: str
    link: str
    credit: str
    source: str
    """Name of the source; empty: the town wrote it."""
    occurrences: tuple[Occurrence, ...]
    changed_at: datetime
    expires_at: datetime | None


class NoSuchEntry(LookupError):
    """Not in this town."""


class NoSuchRun(LookupError):
    """Not in this town."""


class NoSuchSource(LookupError):
    """Not in this town."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Views:
    """How often one page was opened since the last sum, and how many of these began a visit."""

    page: str
    entry_id: int | None
    views: int
    visits: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Searches:
    """How often the same words were looked for since the last sum."""

    words: str
    """Folded (`kit.names.fold_words`)."""
    found: int
    """Entries, the last time."""
    times: int


class NoSuchUpload(LookupError):
    """Not brought by this agent of this town, or given up since."""


class NoSuchContributor(LookupError):
    """The link opens nothing, or no longer."""


class NothingFound(Exception):
    """A file of which nothing could be taken; its arguments are `Flaw`s."""


class OtherFormat(Exception):
    """The source to renew is of another format than the file."""


class NotSettled(Exception):
    """A column that is needed is missing, or one thing stands in two columns."""


class TakenAlready(Exception):
    """This file was taken in; the argument is its run."""


class UnderWay(Exception):
    """This file is being taken in."""


class AddressTaken(Exception):
    """The town follows this source already."""


class Overwritten(Exception):
    """Somebody saved since the editor was opened; what was typed is kept as a version."""


class NotYours(Exception):
    """An agent of a service changes what they wrote, until it is published."""


class WrongStage(Exception):
    """`words.ALLOWED` knows no such step."""


class Incomplete(Exception):
    """What must be there before residents read it; the message is a `Lack`."""


class Lack(StrEnum):
    TITLE = "title"
    ALT = "alt"  # the picture has no description (RGAA 1.1)
    DATE = "date"  # an event without a date
    CATEGORY = "category"  # a place or page that stands on no shelf
    EXPIRED = "expired"  # it would end before it begins


class Undone(Exception):
    """This run was undone already."""
