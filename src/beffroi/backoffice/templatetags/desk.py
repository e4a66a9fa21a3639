"""The vocabulary of the back office's pages: `{% load desk %}`. Shown in backoffice/README.md."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _, ngettext, pgettext

from beffroi.backoffice import icons
from beffroi.towns.permissions import Permission
from beffroi.towns.queries import Rights

if TYPE_CHECKING:
    from django.template.context import Context

register = template.Library()


class Bar(NamedTuple):
    """One bar of a plot."""

    label: str
    value: int
    note: str = ""


@register.filter
def may(rights: Rights | None, permission: str) -> bool:
    """`{% if rights|may:"campaign.write" %}`"""
    return rights is not None and rights.may(Permission(permission))


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing of 24 × 24 in the colour of the text; decoration only, the words stand beside it."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">'
        '<path d="{}"/></svg>',
        icons.PATHS[name],
    )


@register.simple_tag
def badge(words: str, tone: str = "") -> SafeString:
    """A stage in words; tone is "", wait, ok, live or bad. Never by colour alone."""
    return format_html('<span class="badge {}">{}</span>', tone, words)


@register.inclusion_tag("backoffice/parts/rail.html", takes_context=True)
def rail(context: "Context") -> dict[str, object]:
    request = context["request"]
    from beffroi.backoffice import sections  # it imports pages, which import this module

    links = sections.rail(request.rights, request.resolver_match.url_name)
    return {"links": links}


@register.inclusion_tag("backoffice/parts/tabs.html", takes_context=True)
def tabs(context: "Context") -> dict[str, object]:
    request = context["request"]
    from beffroi.backoffice import sections

    return {"links": sections.tabs(request.rights, request.resolver_match.url_name)}


@register.inclusion_tag("backoffice/parts/field.html")
def field(bound: BoundField, kind: str = "") -> dict[str, object]:
    """A field with its label, hint and error. kind: "" or "short" (a code, a number)."""
    return {
        "field": bound,
        "kind": kind,
        "is_box": isinstance(bound.field.widget, CheckboxInput),
        "is_group": bound.use_fieldset,
    }


@register.inclusion_tag("backoffice/parts/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, object]:
    """What to mend, above the form, each error a link to its field."""
    return {"form": form, "fields": [bound for bound in form if bound.errors]}


@register.inclusion_tag("backoffice/parts/stat.html")
def stat(label: str, value: object, note: str = "") -> dict[str, object]:
    """One figure in large; the note says of what it is a part."""
    return {"label": label, "value": value, "note": note}


@register.inclusion_tag("backoffice/parts/progress.html")
def progress(done: int, total: int, label: str) -> dict[str, object]:
    """How far long work has come."""
    return {"done": done, "total": total, "label": label}


@register.inclusion_tag("backoffice/parts/bars.html")
def bars(rows: Iterable[Bar], caption: str) -> dict[str, object]:
    """A plot of horizontal bars that is also a table: read aloud, copied, printed."""
    found = list(rows)
    return {"rows": found, "caption": caption, "most": max((row.value for row in found), default=0)}


@register.inclusion_tag("backoffice/parts/steps.html")
def steps(names: Sequence[str], current: int) -> dict[str, object]:
    """Where one is in a task of several screens; `current` counts from 1."""
    return {"names": names, "current": current}


@register.filter
def day(at: datetime | None) -> str:
    """« mardi 24 novembre », with the year when it is not this one."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    pattern = "l j F" if local.year == timezone.localtime().year else "l j F Y"
    words = formats.date_format(local, pattern)
    return words.replace(" 1 ", " 1ᵉʳ ")


@register.filter
def hour(at: datetime | None) -> str:
    """« 18 h » or « 18 h 05 »."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return f"{local.hour}\N{NO-BREAK SPACE}h" + (
        f"\N{NO-BREAK SPACE}{local.minute:02}" if local.minute else ""
    )


@register.filter
def moment(at: datetime | None) -> str:
    """« mardi 24 novembre à 18 h », or « aujourd’hui à 18 h »."""
    if at is None:
        return ""
    days = (timezone.localdate() - timezone.localtime(at).date()).days
    near = {0: _("aujourd’hui"), 1: _("hier"), -1: _("demain")}
    when = near.get(days) or day(at)
    return pgettext("date and time", "{day} à {hour}").format(day=when, hour=hour(at))


@register.filter
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


@register.filter
def device(user_agent: str) -> str:
    """« Firefox, Windows » from what the browser says of itself."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return ", ".join(filter(None, (browser, system))) or _("Appareil inconnu")


@register.simple_tag
def mark() -> SafeString:
    """The belfry of Beffroi."""
    return mark_safe(icons.MARK)  # noqa: S308 - a constant drawing
