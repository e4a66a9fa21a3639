"""What residents answered to an SMS, so that somebody reads it."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.utils.translation import gettext, ngettext

from beffroi.audience.queries import subscribers
from beffroi.backoffice.doors import AgentRequest, go, say, show
from beffroi.backoffice.messages.posted import numbers
from beffroi.delivery.queries import texts
from beffroi.delivery.services import contact_points, texts as services
from beffroi.towns.permissions import Permission


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownReply:
    reply_id: int
    masked: str
    """The number; empty once erased."""
    subscriber_id: int | None
    text: str
    at: datetime
    is_new: bool


def listing(request: AgentRequest) -> HttpResponse:
    """The newest first."""
    found = texts.replies(request.town)
    masked = contact_points.masked(request.town, [one.contact_point_id for one in found])
    shown = [_shown(request, one, masked.get(one.contact_point_id, "")) for one in found]
    return show(
        request,
        "backoffice/subscribers/replies.html",
        replies=shown,
        new=[one.reply_id for one in shown if one.is_new],
        may_mark=request.rights.may(Permission.SUBSCRIBER_WRITE),
    )


def mark_read(request: AgentRequest) -> HttpResponse:
    """Those that the page showed, and none that came meanwhile."""
    count = services.mark_read(request.town, numbers(request.POST.getlist("reply")), at=request.at)
    if count:
        said = ngettext("%(n)s réponse lue.", "%(n)s réponses lues.", count)
        say(request, said % {"n": count})
    else:
        say(request, gettext("Tout était déjà lu."))
    return go(request, "replies")


def _shown(request: AgentRequest, one: texts.Reply, masked: str) -> ShownReply:
    person = subscribers.by_contact_point(request.town, one.contact_point_id, at=request.at)
    return ShownReply(
        reply_id=one.reply_id,
        masked=masked,
        subscriber_id=person.id if person else None,
        text=one.text,
        at=one.at,
        is_new=one.read_at is None,
    )
