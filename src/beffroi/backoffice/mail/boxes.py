"""The town's boxes: searched, filtered."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from beffroi.backoffice.doors import AgentRequest, page, show
from beffroi.backoffice.mail import words
from beffroi.mailhosting.queries import allowances, boxes, departures, domains, rosters, usage
from beffroi.towns.permissions import Permission

if TYPE_CHECKING:
    from beffroi.mailhosting.models import Mailbox

ON_ONE_PAGE = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A box as the list shows it."""

    box: "Mailbox"
    standing: words.Standing
    who: str
    room: str
    waits_for_password: bool


def listing(request: AgentRequest) -> HttpResponse:
    town = request.town
    kind, state = request.GET.get("genre", ""), request.GET.get("etat", "")
    kind = kind if kind in dict(words.KINDS) else ""
    state = state if state in dict(words.STATES) else ""
    text = request.GET.get("q", "").strip()[:120]
    found = boxes.boxes(town, kind=kind, state=state, text=text)
    shown = Paginator(found, ON_ONE_PAGE).get_page(request.GET.get("page"))
    members = rosters.counts(town, at=request.at)
    sizes, left = usage.sizes(town), departures.left(town, at=request.at)
    return show(
        request,
        "backoffice/mail/boxes.html",
        page=shown,
        rows=[
            _row(box, members.get(box.pk, 0), sizes.get(box.pk), has_left=box.pk in left)
            for box in shown
        ],
        asked={"kind": kind, "state": state, "text": text},
        is_filtered=bool(kind or state or text),
        kinds=words.KINDS,
        states=words.STATES,
        domains=domains.domains(town),
        use=words.lent(allowances.use_of(town)),
    )


def _row(box: "Mailbox", members: int, size_bytes: int | None, *, has_left: bool) -> Row:
    return Row(
        box=box,
        standing=words.standing(box, has_left=has_left),
        who=words.who(box, members),
        room=words.filled(size_bytes, box.quota_mib),
        waits_for_password=box.state == "active"
        and not has_left
        and box.kind == "person"
        and box.password_hash is None,
    )


PAGES: list[URLPattern] = [
    page("courrier/", listing, Permission.MAIL_READ, name="boxes", tab=_("Boîtes")),
]
