"""The words of the room that code, pages and rows share."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What an entry is; each has its own pages."""

    NEWS = "news", _("Actualité")
    EVENT = "event", _("Événement")
    PLACE = "place", _("Fiche d’annuaire")
    FILM = "film", _("Film")
    PAGE = "page", _("Page pratique")


class Stage(TextChoices):
    """Where an entry is on its way to residents; `ALLOWED` says what may follow."""

    DRAFT = "draft", _("Brouillon")
    PROPOSED = "proposed", _("À relire")
    PUBLISHED = "published", _("Publié")
    WITHDRAWN = "withdrawn", _("Retiré")


ALLOWED: dict[Stage, frozenset[Stage]] = {
    Stage.DRAFT: frozenset({Stage.PROPOSED, Stage.PUBLISHED, Stage.WITHDRAWN}),
    Stage.PROPOSED: frozenset({Stage.DRAFT, Stage.PUBLISHED, Stage.WITHDRAWN}),
    Stage.PUBLISHED: frozenset({Stage.WITHDRAWN, Stage.DRAFT}),
    Stage.WITHDRAWN: frozenset({Stage.DRAFT, Stage.PROPOSED, Stage.PUBLISHED}),
}
"""A date of publication to come, or one of expiry that has passed, is no stage: the clock alone decides."""


class Category(TextChoices):
    """Which directory a place is in, which shelf a practical page stands on."""

    HEALTH = "sante", _("Santé")
    PUBLIC = "services-publics", _("Services publics")
    ASSOCIATION = "associations", _("Associations")
    SHOP = "commerces", _("Commerces et artisans")
    USEFUL = "contacts-utiles", _("Contacts utiles")
    HOUSING = "logement", _("Logement")
    MENU = "menus", _("Menus des écoles")
    PRACTICAL = "vie-pratique", _("Vie pratique")
    NUMBERS = "numeros-utiles", _("Numéros utiles")


DIRECTORIES = (
    Category.HEALTH,
    Category.PUBLIC,
    Category.ASSOCIATION,
    Category.SHOP,
    Category.USEFUL,
)
SHELVES = (Category.NUMBERS, Category.HOUSING, Category.MENU, Category.PRACTICAL)


class Format(StrEnum):
    """In which form others publish; one reader each."""

    FEED = "feed"  # RSS 0.9-2.0, RDF, Atom
    JSON_FEED = "json_feed"
    WORDPRESS = "wordpress"  # REST API, wp/v2/posts?_embed=1
    ICAL = "ical"
    SCHEMA_ORG = "schema_org"  # JSON-LD in a page
    OPENAGENDA = "openagenda"
    SHEET = "sheet"  # CSV or Excel
    DILA = "dila"  # directory of public services
    FINESS = "finess"  # old CSV and new JSON


class Mode(TextChoices):
    """What becomes of what a source brings."""

    MODERATED = "moderated", _("À relire avant publication")
    AUTOMATIC = "automatic", _("Publié aussitôt")


class Outcome(TextChoices):
    """How a visit to a source ended."""

    READ = "read", _("Lu")
    SAME = "same", _("Rien de changé")
    FAILED = "failed", _("Pas lu")


class Verdict(StrEnum):
    """What becomes of one thing that a source gives."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    LEFT_OUT = "left_out"  # gone by, or under a label that the town does not take


class Setback(StrEnum):
    """Why a file that was to be taken in waits for its agent again."""

    SOURCE_GONE = "source_gone"  # the one that it renews was removed meanwhile
    READ_OTHERWISE = "read_otherwise"  # nothing can be taken of it any more
    STOPPED = "stopped"  # each try ended before its end


class Flaw(StrEnum):
    """What is wrong with what a source gave. `queries.wording` says it in French, with what to do."""

    UNREADABLE = "unreadable"  # nothing of it could be read: `Reading.found` is empty
    NOTHING_INSIDE = "nothing_inside"  # well formed, and empty
    TOO_LARGE = "too_large"
    NO_TITLE = "no_title"  # left out
    NO_DATE = "no_date"  # an event or screening without a date: left out
    BAD_DATE = "bad_date"  # left out, or taken without it
    UNKNOWN_ZONE = "unknown_zone"  # read in the zone of the town
    TOO_MANY_DATES = "too_many_dates"  # the first MAX_DATES are kept
    NO_ALT = "no_alt"  # the picture needs a description before it is shown
    HTML_CUT = "html_cut"  # what may not stand in a page was taken out
    DUPLICATE_KEY = "duplicate_key"  # the last of them counts
    BAD_PHONE = "bad_phone"
    BAD_EMAIL = "bad_email"
    BAD_LINK = "bad_link"
    BAD_PLACE = "bad_place"  # coordinates or INSEE code that cannot be
    CLOSED = "closed"  # reference data: it exists no more; left out
    MISSING_COLUMN = "missing_column"
    ONLY_HEADERS = "only_headers"
    NOT_HERE = "not_here"  # reference data, of other communes
    CUT = "cut"  # only the first MAX_FOUND are read
