"""Messages supprimés: what was deleted from a box these last days, and back with one press."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from beffroi.backoffice.doors import AgentRequest, page, say, show, warn
from beffroi.mailhosting.queries import deleted as queries
from beffroi.mailhosting.queries.deleted import Way
from beffroi.mailhosting.services import deleted
from beffroi.mailhosting.services.facts import MailIsOff, MailIsSilent, NotAllPutBack
from beffroi.towns.permissions import Permission

if TYPE_CHECKING:
    from django.core.paginator import Page

    from beffroi.mailhosting.models import Mailbox
    from beffroi.mailhosting.services.deleted import Entry

ON_ONE_PAGE = 50
INBOX, DRAFTS = "INBOX", "Drafts"
NAMES = {
    INBOX: _("Boîte de réception"),
    "Sent": _("Envoyés"),
    DRAFTS: _("Brouillons"),
    "Trash": _("Corbeille"),
    "Junk": _("Indésirables"),
}
"""Of the folders that every box has; the others bear the names that people gave them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A deleted letter as the list shows it."""

    letter: deleted.Letter
    sender: str
    folder: str
    """Empty: the inbox, as one expects."""
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    rows: Sequence[Row] = ()
    page: "Page[Entry] | None" = None
    hidden: int = 0
    """Drafts, which programs write anew every minute."""
    is_silent: bool = False
    is_off: bool = False


def one(request: AgentRequest, mailbox_id: int) -> HttpResponse:
    box, way = _found(request, mailbox_id)
    if request.method == "POST":
        _put_back(request, box, way)
        return HttpResponseRedirect(request.get_full_path())
    text, drafts = request.GET.get("q", "").strip()[:120], "brouillons" in request.GET
    try:
        found = _listed(request, box, way, text=text, drafts=drafts)
    except (MailIsOff, MailIsSilent) as fact:
        found = Found(is_silent=True, is_off=isinstance(fact, MailIsOff))
    return show(
        request,
        "backoffice/mail/deleted.html",
        box=box,
        way=way.value,
        days=settings.BEFFROI_DELETED_DAYS,
        asked=text,
        drafts=drafts,
        found=found,
        page=found.page,
    )


def _listed(request: AgentRequest, box: "Mailbox", way: Way, *, text: str, drafts: bool) -> Found:
    entries = deleted.look(request.town, box, way, text=text, by=request.agent, at=request.at)
    wanted = [each for each in entries if drafts or each.folder != DRAFTS]
    shown = Paginator(wanted, ON_ONE_PAGE).get_page(request.GET.get("page"))
    kept = timedelta(days=settings.BEFFROI_DELETED_DAYS)
    rows = [
        _row(each, until=each.entry.deleted_at + kept)
        for each in deleted.read(request.town, box, list(shown))
    ]
    return Found(rows=rows, page=shown, hidden=len(entries) - len(wanted))


def _row(letter: deleted.Letter, *, until: datetime) -> Row:
    name, address = parseaddr(letter.sender)
    folder = letter.entry.folder
    return Row(
        letter=letter,
        sender=f"{name} ({address})" if name and address else address or letter.sender,
        folder="" if folder == INBOX else _name(folder),
        until=until,
    )


def _name(folder: str) -> str:
    return str(NAMES.get(folder, folder))


def _found(request: AgentRequest, mailbox_id: int) -> "tuple[Mailbox, Way]":
    found = queries.box(
        request.town,
        request.agent,
        mailbox_id,
        is_office=request.rights.may(Permission.MAIL_WRITE),
        at=request.at,
    )
    if found is None:
        raise Http404
    return found


def _put_back(request: AgentRequest, box: "Mailbox", way: Way) -> None:
    keys = [request.POST["un"]] if "un" in request.POST else request.POST.getlist("message")
    if not keys:
        warn(request, gettext("Cochez d’abord les messages à remettre dans la boîte."))
        return
    try:
        done = deleted.put_back(request.town, box, way, keys, by=request.agent, at=request.at)
    except (MailIsOff, MailIsSilent):
        warn(
            request,
            gettext(
                "Le serveur de courrier ne répond pas. Rien n’a bougé\N{NO-BREAK SPACE}: réessayez dans une minute."
            ),
        )
    except NotAllPutBack:
        warn(
            request,
            gettext(
                "Le serveur de courrier n’a pas pu tout remettre. Ce qui est encore ici reste gardé\N{NO-BREAK SPACE}: réessayez dans une minute."
            ),
        )
    else:
        _tell(request, done, asked=len(set(keys)))


def _tell(request: AgentRequest, done: Counter[str], *, asked: int) -> None:
    count = done.total()
    if not count:
        warn(
            request,
            gettext(
                "Ces messages ne sont plus ici\N{NO-BREAK SPACE}: ils sont déjà dans la boîte, ou leur délai est passé."
            ),
        )
        return
    places = ", ".join(_name(folder) for folder in done)
    said = ngettext(
        "Le message est de nouveau dans la boîte, non lu. Dossier\N{NO-BREAK SPACE}: %(places)s.",
        "%(n)d messages sont de nouveau dans la boîte, non lus. Dossier\N{NO-BREAK SPACE}: %(places)s.",
        count,
    ) % {"n": count, "places": places}
    if count < asked:
        said += " " + gettext("Les autres n’étaient plus ici.")
    say(request, said)


PAGES: list[URLPattern] = [
    page(
        "courrier/supprimes/<int:mailbox_id>/",
        one,
        Permission.HOME,
        name="deleted",
        methods=("GET", "POST"),
    ),
]
