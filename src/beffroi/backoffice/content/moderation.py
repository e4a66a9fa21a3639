"""« À relire »: what services, associations and sources bring, one after the other, or several at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext, ngettext

from beffroi.backoffice.content.entry import back_address
from beffroi.backoffice.content.found import author
from beffroi.backoffice.content.sentences import KNOWN, sentence
from beffroi.backoffice.content.shown import Shown, shown
from beffroi.backoffice.doors import AgentRequest, go, say, show, warn
from beffroi.backoffice.messages.posted import numbers
from beffroi.content.facts import Incomplete
from beffroi.content.queries import desk
from beffroi.content.services import entries
from beffroi.content.words import Stage

if TYPE_CHECKING:
    from beffroi.content.models import Entry

PER_PAGE = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    entry: "Entry"
    shown: Shown
    author: str


def to_read_over(request: AgentRequest) -> HttpResponse:
    if request.method == "POST":
        return _decide(request)
    page = Paginator(desk.to_read_over(request.town), PER_PAGE).get_page(request.GET.get("page"))
    return show(
        request,
        "backoffice/content/to_read_over.html",
        page=page,
        count=page.paginator.count,
        lines=[
            Waiting(entry=one.row, shown=shown(request, one), author=author(one.row))
            for one in desk.texts(request.town, page)
        ],
    )


def _decide(request: AgentRequest) -> HttpResponse:
    """A button beside one entry names it; the buttons above act on the checked ones."""
    for verb, decide in (("publish", _publish), ("withdraw", _withdraw)):
        if verb in request.POST:
            one = numbers([request.POST[verb]])
            chosen = one or numbers(request.POST.getlist("entry"))
            if chosen:
                decide(request, chosen)
            else:
                warn(request, gettext("Cochez d’abord un ou plusieurs contenus."))
    return go(request, "to-read-over")


def _publish(request: AgentRequest, ids: Iterable[int]) -> None:
    done = 0
    for one in ids:
        try:
            entries.publish(request.town, one, by=request.agent, at=request.at)
        except Incomplete as fact:
            title = desk.opened(request.town, one).row.title
            words = gettext("« %(title)s » attend encore : %(why)s")
            warn(request, words % {"title": title, "why": sentence(fact)})
        except KNOWN as fact:
            warn(request, sentence(fact))
        else:
            done += 1
    if done:
        words = ngettext("%(n)s contenu publié.", "%(n)s contenus publiés.", done)
        say(request, words % {"n": done})


def _withdraw(request: AgentRequest, ids: Iterable[int]) -> None:
    done = []
    for one in ids:
        try:
            done.append(entries.withdraw(request.town, one, by=request.agent, at=request.at).pk)
        except KNOWN as fact:
            warn(request, sentence(fact))
    if done:
        words = ngettext("%(n)s contenu retiré.", "%(n)s contenus retirés.", len(done))
        undo = back_address(request, done, Stage.PROPOSED)
        say(request, words % {"n": len(done)}, undo=undo)
