"""Dates as they are said, addresses of the town's pages, the little things templates need."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.translation import gettext

from beffroi.citizen import doors, said
from beffroi.kit import images
from beffroi.kit.french import of

if TYPE_CHECKING:
    from beffroi.content.facts import Card, Hours, Occurrence, Photo
    from beffroi.towns.models import Town

register = template.Library()
_BEFORE = re.compile(r"(?<=\S) (?=[:;!?»](?:\s|<|$))|(?<=\d) (?=h\b|€|%)")
_QUOTE = re.compile("« ")


@register.filter
def day(value: date) -> str:
    """mardi 24 novembre 2026; vendredi 1er janvier 2027."""
    on = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return f"{formats.date_format(on, 'l')} {short_day(on)}"


@register.filter
def short_day(on: date) -> str:
    """24 novembre 2026; 1er janvier 2027."""
    number = gettext("1er") if on.day == 1 else str(on.day)
    return f"{number} {formats.date_format(on, 'F Y')}"


@register.filter
def moment(value: datetime) -> str:
    """mardi 24 novembre 2026 à 18 h 05."""
    local = timezone.localtime(value)
    minutes = f"\N{NO-BREAK SPACE}{local.minute:02d}" if local.minute else ""
    return gettext("{day} à {hour}").format(
        day=day(local), hour=f"{local.hour}\N{NO-BREAK SPACE}h{minutes}"
    )


@register.filter
def fine(text: str) -> str:
    """No-break spaces where French wants them and keyboards do not put them: « mot », 9 h, 36 €, Travaux : …"""
    return _QUOTE.sub("«\N{NO-BREAK SPACE}", _BEFORE.sub("\N{NO-BREAK SPACE}", text))


@register.simple_tag
def arms_size(town: Town) -> str:
    """Width and height of its coat of arms as attributes: its place is kept while it comes."""
    width, height = images.png_size(bytes(town.coat_of_arms or b""))
    return format_html('width="{}" height="{}"', width, height)


@register.filter
def of_town(town: Town) -> str:
    """d’Arcachon, du Havre; of a body that is no commune, « de la collectivité »."""
    return of(town.name) if town.insee_code else gettext("de la collectivité")


@register.simple_tag
def page(town: Town, name: str, **kwargs: object) -> str:
    """The address of one of the town's pages."""
    return doors.address(town, name, **kwargs)


@register.simple_tag
def entry(town: Town, card: Card) -> str:
    """The address of an entry's own page."""
    return doors.entry_address(town, card)


@register.simple_tag
def photo(town: Town, shown: Photo, wide: bool = False) -> str:
    """The address of a photograph, in the width that its place asks for."""
    name = "photo" if wide else "small_photo"
    size = {} if wide else {"size": "s"}
    return doors.address(town, name, sha=shown.sha, **size)


@register.filter
def near_day(one: Occurrence) -> str:
    """mardi 24 novembre; samedi 2 janvier 2027 when it is another year."""
    return said.near_day(timezone.localtime(one.begins_at).date(), timezone.localdate())


@register.filter
def near_date(day: date) -> str:
    """The same of a day."""
    return said.near_day(day, timezone.localdate())


@register.filter
def span(one: Occurrence) -> str:
    """de 9 h à 12 h; à 20 h 30; toute la journée; jusqu’au 3 décembre."""
    ends = timezone.localtime(one.ends_at) if one.ends_at else None
    return said.span(timezone.localtime(one.begins_at), ends, is_all_day=one.is_all_day)


@register.filter
def hour(value: datetime) -> str:
    """9 h; 20 h 30."""
    return said.hour(timezone.localtime(value))


@register.filter
def near_hour(value: datetime) -> str:
    """à 14 h; demain à 9 h; samedi à 22 h."""
    return said.near_hour(timezone.localtime(value), timezone.localtime())


@register.filter
def month_name(value: date) -> str:
    """décembre 2026."""
    return formats.date_format(value, "F Y")


@register.filter
def day_name(value: date) -> str:
    """mardi 24."""
    return f"{formats.date_format(value, 'l')} {gettext('1er') if value.day == 1 else value.day}"


@register.filter
def week(hours: tuple[Hours, ...]) -> list[said.WeekLine]:
    return said.week(hours)


@register.filter
def hard(text: str) -> str:
    """A number that no line breaks."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


@register.filter
def lines(text: str) -> str:
    """An address on one line."""
    return ", ".join(line.strip() for line in text.splitlines() if line.strip())


@register.filter
def bare(url: str) -> str:
    """www.exemple.fr of https://www.exemple.fr/."""
    return url.partition("://")[2].rstrip("/") or url
