"""The vocabulary of the back office's pages: `{% load desk %}`. Shown in backoffice/README.md."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from beffroi.backoffice import icons, sections, words
from beffroi.backoffice.words import Bar
from beffroi.kit import money
from beffroi.towns.permissions import Permission
from beffroi.towns.queries import Rights

if TYPE_CHECKING:
    from django.template.context import Context

UNDER_THE_THUMB = 5
"""Entries that a telephone of 360 px shows side by side without cutting a word; the last of them opens the rest."""

register = template.Library()
for said in (words.day, words.hour, words.moment, words.lasting, words.device):
    register.filter(said)
register.filter("euros", money.french)
register.filter("percent", money.percent)


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
    links = sections.rail(request.rights, request.resolver_match.url_name)
    first = links if len(links) <= UNDER_THE_THUMB else links[: UNDER_THE_THUMB - 1]
    rest = links[len(first) :]
    return {"first": first, "rest": rest, "here_in_rest": any(link.is_current for link in rest)}


@register.inclusion_tag("backoffice/parts/tabs.html", takes_context=True)
def tabs(context: "Context") -> dict[str, object]:
    request = context["request"]
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


@register.simple_tag
def mark() -> SafeString:
    """The belfry of Beffroi."""
    return mark_safe(icons.MARK)  # noqa: S308 - a constant drawing
