"""Where the residents' pages live: the one list that links in e-mails and the pages themselves are made from.

Paths stand under a town's base address (`town_url`), begin with a slash and never end with one unless the page
does. The views are in `citizen/urls.py`; a test resolves each path here to one of them.
"""

UNSUBSCRIBE = "/desinscription/"
"""A token follows. RFC 8058: POST stops; GET only asks."""
PREFERENCES = "/mes-abonnements/"
"""A token follows; without one, the page that sends a code."""
CONFIRM = "/confirmation/"
"""A token follows. GET shows a button, for the programs that follow every link; POST confirms."""
ARCHIVE = "/messages/"
NOTIFICATIONS = "/notifications/"
"""Where a browser is subscribed; below it, what its script and its worker ask."""
ALERT = "/alerte/"
"""What residents see while something happens; made to be read by everybody at once."""
PRIVACY = "/confidentialite/"
COAT_OF_ARMS = "/blason.png"


def town_url(site_url: str, town_slug: str) -> str:
    """The base address of a town's pages, without a final slash: https://beffroi.example/arcachon."""
    return f"{site_url.rstrip('/')}/{town_slug}"


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
