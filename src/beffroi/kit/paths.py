"""Where the residents' pages live: the one list that links in e-mails and the pages themselves are made from.

Paths stand under a town's base address (`town_url`), begin with a slash and never end with one unless the page
does. The views are in `citizen/urls.py`; a test resolves each path here to one of them.
"""

from urllib.parse import urlsplit

SUBSCRIBE = "/abonnement/"
"""Where residents opt in."""
UNSUBSCRIBE = "/desinscription/"
"""A token follows. RFC 8058: POST stops; GET only asks."""
PREFERENCES = "/mes-abonnements/"
"""A token follows; without one, the page that sends a code."""
CONFIRM = "/confirmation/"
"""A token follows. GET shows a button, for the programs that follow every link; POST confirms."""
NEWS = "/actualites/"
AGENDA = "/agenda/"
DIRECTORY = "/annuaire/"
CINEMA = "/cinema/"
PRACTICAL = "/pratique/"
NUMBERS = "/numeros-utiles/"
SEARCH = "/recherche/"
OFFLINE = "/hors-ligne/"
"""What the worker shows for a page that it does not hold."""
CONTRIBUTE = "/proposer/"
"""The secret of an association follows."""
PREVIEW = "/apercu/"
"""A signed token follows: a draft as residents will read it."""
ARCHIVE = "/messages/"
NOTIFICATIONS = "/notifications/"
"""Where a browser is subscribed; below it, what its script and its worker ask."""
ALERT = "/alerte/"
"""What residents see while something happens; made to be read by everybody at once."""
PRIVACY = "/confidentialite/"
COAT_OF_ARMS = "/blason.png"


_ENTRIES = {"news": NEWS, "event": AGENDA, "film": CINEMA, "page": PRACTICAL}


def town_url(site_url: str, town_slug: str) -> str:
    """The base address of a town's pages, without a final slash: https://beffroi.example/arcachon."""
    return f"{site_url.rstrip('/')}/{town_slug}"


def own_site(site_url: str, host: str) -> str:
    """The site under a town's own host name: the scheme and the port are those of the house."""
    house = urlsplit(site_url)
    return f"{house.scheme}://{host}{f':{house.port}' if house.port else ''}"


def message_path(slug: str) -> str:
    """The public page of one message that went out."""
    return f"{ARCHIVE}{slug}/"


def short_path(campaign_id: int) -> str:
    """Leads to the page of a message: short enough for an SMS, and known before the message is sent."""
    return f"/m/{campaign_id}"


def image_path(digest: str, extension: str) -> str:
    """An image of a message; `digest` is the SHA-256 of its bytes in hexadecimal."""
    return f"/images/{digest}.{extension}"


def link_path(link_id: int | str) -> str:
    """A counted link: counts one click of the campaign, then leads on."""
    return f"/l/{link_id}"


def feed_path(kind: str, theme_slug: str = "") -> str:
    """The feed of a town, or of one of its themes; `kind` is "rss" or "atom"."""
    return f"{ARCHIVE}theme/{theme_slug}/{kind}.xml" if theme_slug else f"{ARCHIVE}{kind}.xml"


def entry_path(kind: str, slug: str, category: str) -> str:
    """The page of one entry; a place stands in its directory. `kind` and `category` are those of `content.words`."""
    if kind == "place":
        return f"{DIRECTORY}{category}/{slug}/"
    return f"{_ENTRIES[kind]}{slug}/"


def photo_path(sha: str, *, is_small: bool = False) -> str:
    """A photograph of an entry, WebP; `sha` is the SHA-256 of its wide form in hexadecimal."""
    return f"/photos/{sha}{'-s' if is_small else ''}.webp"
