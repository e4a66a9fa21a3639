"""Dates as they are said, addresses of the town's pages, the little things templates need."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from django import template
from django.utils import formats, timezone
from django.utils.translation import gettext

from beffroi.citizen import doors
from beffroi.kit.french import of

if TYPE_CHECKING:
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


@register.filter
def of_town(town: Town) -> str:
    """d’Arcachon, du Havre; of a body that is no commune, « de la collectivité »."""
    return of(town.name) if town.insee_code else gettext("de la collectivité")


@register.simple_tag
def page(town: Town, name: str, **kwargs: object) -> str:
    """The address of one of the town's pages."""
    return doors.address(town, name, **kwargs)
