"""The page of one entry: what it is, where it is read, its versions, and each step that it may take."""

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from beffroi.backoffice.content.editor import say_published
from beffroi.backoffice.content.found import (
    author,
    may_change,
    opened_or_404,
    public_path,
    publishes,
    standing,
)
from beffroi.backoffice.content.sentences import attempt
from beffroi.backoffice.content.shown import date_words, shown
from beffroi.backoffice.doors import AgentRequest, Say, address, go, say, show
from beffroi.backoffice.messages.posted import numbers
from beffroi.campaigns.services import proposals
from beffroi.content import previews
from beffroi.content.facts import NoSuchEntry, Text
from beffroi.content.queries import desk, figures
from beffroi.content.services import entries
from beffroi.content.words import Stage
from beffroi.kit import html_text
from beffroi.kit.paths import PREVIEW, town_url

if TYPE_CHECKING:
    from beffroi.content.models import Entry

TITLE_MAX, BODY_MAX = 150, 5_000
"""Of a proposal."""
LETTER_DATES = 10
_COLUMNS: dict[str, Say] = {
    "title": _("le titre"),
    "summary": _("le résumé"),
    "html": _("le texte"),
    "easy": _("la version facile à lire"),
    "category": _("la rubrique"),
    "venue": _("le nom du lieu"),
    "place": _("les coordonnées et horaires"),
    "occurrences": _("les dates"),
    "theme_ids": _("les thèmes"),
    "link": _("le lien"),
    "picture_id": _("la photo"),
    "picture_alt": _("la description de la photo"),
    "is_cancelled": _("l’annulation"),
}


def entry_page(request: AgentRequest, entry_id: int) -> HttpResponse:
    opened = opened_or_404(request, entry_id)
    row = opened.row
    return show(
        request,
        "backoffice/content/entry.html",
        row=row,
        shown=shown(request, opened),
        standing=standing(request, row),
        author=author(row),
        versions=desk.versions(request.town, entry_id),
        views=figures.views_of(request.town, entry_id, at=request.at),
        may_change=may_change(request, row),
        is_published=row.stage == Stage.PUBLISHED,
        where=_where(request, row),
        is_draft=row.stage == Stage.DRAFT,
        is_proposed=row.stage == Stage.PROPOSED,
        is_withdrawn=row.stage == Stage.WITHDRAWN,
        corrected=[_COLUMNS[name] for name in row.corrected if name in _COLUMNS],
    )


def _where(request: AgentRequest, row: "Entry") -> str:
    """Its page, while residents may read it."""
    if row.stage != Stage.PUBLISHED or row.publish_at is None or row.publish_at > request.at:
        return ""
    if row.expires_at and row.expires_at <= request.at:
        return ""
    return f"/{request.town.slug}{public_path(row)}"


def entry_preview(request: AgentRequest, entry_id: int) -> HttpResponse:
    """The draft as residents will read it, under a link that lasts a day."""
    row = opened_or_404(request, entry_id).row
    token = previews.token(row.pk)
    return HttpResponseRedirect(f"/{request.town.slug}{PREVIEW}{token}/")


def entry_publish(request: AgentRequest, entry_id: int) -> HttpResponse:
    row = attempt(
        request,
        lambda: entries.publish(request.town, entry_id, by=request.agent, at=request.at),
    )
    if row:
        say_published(request, row)
    return go(request, "entry", entry_id)


def entry_propose(request: AgentRequest, entry_id: int) -> HttpResponse:
    done = attempt(
        request,
        lambda: entries.propose(
            request.town,
            entry_id,
            by=request.agent,
            at=request.at,
            own_only=not publishes(request),
        ),
    )
    if done:
        words = gettext("Proposé. La communication le relira avant de le publier.")
        say(request, words, undo=address(request, "entry-draft", entry_id))
    return go(request, "entry", entry_id)


def entry_draft(request: AgentRequest, entry_id: int) -> HttpResponse:
    done = attempt(
        request,
        lambda: entries.back_to_draft(
            request.town,
            entry_id,
            by=request.agent,
            at=request.at,
            own_only=not publishes(request),
        ),
    )
    if done:
        say(request, gettext("C’est de nouveau un brouillon. Les habitants ne le lisent pas."))
    return go(request, "entry", entry_id)


def entry_withdraw(request: AgentRequest, entry_id: int) -> HttpResponse:
    before = Stage(opened_or_404(request, entry_id).row.stage)
    done = attempt(
        request,
        lambda: entries.withdraw(request.town, entry_id, by=request.agent, at=request.at),
    )
    if done:
        words = gettext("Retiré. Les habitants ne le lisent plus, et aucune source ne le ramènera.")
        say(request, words, undo=back_address(request, [entry_id], before))
    return go(request, "entry", entry_id)


def back_address(request: AgentRequest, ids: list[int], to: Stage) -> str:
    """Where « Annuler » posts to after a withdrawal."""
    asked = urlencode([("vers", to.value), *(("e", one) for one in ids)])
    return f"{address(request, 'entries-put-back')}?{asked}"


def entries_put_back(request: AgentRequest) -> HttpResponse:
    """Undoes one withdrawal, or those of several entries at once."""
    ids = numbers(request.GET.getlist("e"))
    asked = request.GET.get("vers", "")
    to = Stage(asked) if asked in Stage.values else Stage.DRAFT
    done = [
        row
        for one in ids
        if (row := attempt(request, lambda one=one: _put_back(request, one, to)))  # type: ignore[misc]
    ]
    if done:
        words = ngettext("%(n)s contenu remis.", "%(n)s contenus remis.", len(done))
        say(request, words % {"n": len(done)})
    if len(ids) == 1:
        return go(request, "entry", ids[0])
    return go(request, "to-read-over")


def _put_back(request: AgentRequest, entry_id: int, to: Stage) -> "Entry":
    return entries.put_back(request.town, entry_id, to, by=request.agent, at=request.at)


def entry_version(request: AgentRequest, entry_id: int, content_version_id: int) -> HttpResponse:
    """One version as it reads, before it takes the place of today’s."""
    try:
        version, text = desk.version(request.town, entry_id, content_version_id)
    except NoSuchEntry as fact:
        raise Http404 from fact
    return show(
        request,
        "backoffice/content/version.html",
        row=version.entry,
        version=version,
        shown=shown(request, desk.Opened(row=version.entry, text=text)),
        may_change=may_change(request, version.entry),
    )


def entry_restore(request: AgentRequest, entry_id: int, content_version_id: int) -> HttpResponse:
    done = attempt(
        request,
        lambda: entries.restore(
            request.town,
            entry_id,
            content_version_id,
            by=request.agent,
            at=request.at,
            own_only=not publishes(request),
        ),
    )
    if done:
        say(request, gettext("Cette version est en place. Celle d’avant reste dans la liste."))
    return go(request, "entry", entry_id)


def entry_telmail(request: AgentRequest, entry_id: int) -> HttpResponse:
    """The same words, offered to the next letter."""
    opened = opened_or_404(request, entry_id)
    text, row = opened.text, opened.row
    page = f"{town_url(settings.BEFFROI_URL, request.town.slug)}{public_path(row)}"
    proposals.propose(
        request.town,
        title=text.title[:TITLE_MAX],
        body=_as_letter(text, page if row.stage == Stage.PUBLISHED else text.link, at=request.at),
        service=request.rights.service,
        wished_date=None,
        by=request.agent,
        at=request.at,
    )
    say(request, gettext("Proposé en Télmail : il est dans Messages, onglet Propositions."))
    return go(request, "entry", entry_id)


def _as_letter(text: Text, link: str, *, at: datetime) -> str:
    """When and where first; the link stays whole, whatever is cut."""
    coming = [one for one in text.occurrences if (one.ends_at or one.begins_at) >= at]
    dates = "\n".join(f"- {date_words(one)}" for one in coming[:LETTER_DATES])
    parts = (text.summary, dates, _place_words(text), html_text.words(text.html))
    words = "\n\n".join(filter(None, parts))
    return f"{words[: BODY_MAX - len(link) - 2]}\n\n{link}".strip()


def _place_words(text: Text) -> str:
    place = text.place
    town = f"{place.postal_code} {place.city}".strip() if place else ""
    return ", ".join(filter(None, (text.venue, place.street if place else "", town)))
