"""How the back office says dates, hours, durations and devices; `templatetags/desk.py` makes filters of them."""

from datetime import datetime
from typing import NamedTuple

from django.utils import formats, timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _, ngettext, pgettext


class Bar(NamedTuple):
    """One bar of a plot."""

    label: str
    value: int
    note: str = ""


def day(at: datetime | None) -> str:
    """« mardi 24 novembre », with the year when it is not this one."""
    if at is None:
        return ""
    this_year = timezone.localtime(at).year == timezone.localtime().year
    return dated(at, "l j F" if this_year else "l j F Y")


def dated(at: datetime, pattern: str = "l j F Y") -> str:
    """« mardi 24 novembre 2026 »: for what is read in other years."""
    return formats.date_format(timezone.localtime(at), pattern).replace(" 1 ", " 1ᵉʳ ")


def month(year: int, number: int) -> str:
    """« novembre 2026 »."""
    return f"{MONTHS[number]} {year}"


def share(part: int, whole: int) -> str:
    """« 11,6 % »; empty of an unknown whole. It never stands without what it is a share of."""
    if not whole:
        return ""
    said = formats.number_format(round(100 * part / whole, 1), decimal_pos=1)
    return f"{said}\N{NO-BREAK SPACE}%"


def hour(at: datetime | None) -> str:
    """« 18 h » or « 18 h 05 »."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return f"{local.hour}\N{NO-BREAK SPACE}h" + (
        f"\N{NO-BREAK SPACE}{local.minute:02}" if local.minute else ""
    )


def moment(at: datetime | None) -> str:
    """« mardi 24 novembre à 18 h », or « aujourd’hui à 18 h »."""
    if at is None:
        return ""
    days = (timezone.localdate() - timezone.localtime(at).date()).days
    near = {0: _("aujourd’hui"), 1: _("hier"), -1: _("demain")}
    when = near.get(days) or day(at)
    return pgettext("date and time", "{day} à {hour}").format(day=when, hour=hour(at))


def lasting(seconds: int) -> str:
    """« 12 s », « 18 min », « 3 h 05 » or « 2 jours »."""
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if days:
        return ngettext("%(n)s jour", "%(n)s jours", days) % {"n": days}
    if hours:
        return f"{hours}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{minutes % 60:02}"
    return f"{minutes}\N{NO-BREAK SPACE}min" if minutes else f"{seconds}\N{NO-BREAK SPACE}s"


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def device(user_agent: str) -> str:
    """« Firefox, Windows » from what the browser says of itself."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return ", ".join(filter(None, (browser, system))) or _("Appareil inconnu")
