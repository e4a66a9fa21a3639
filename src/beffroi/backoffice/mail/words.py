"""How the pages of official mail say kinds, states and room."""

from typing import TYPE_CHECKING, NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from beffroi.mailhosting.words import BoxKind, BoxState, DomainState

if TYPE_CHECKING:
    from beffroi.mailhosting.models import Mailbox
    from beffroi.mailhosting.queries.allowances import Use

KINDS = BoxKind.choices
STATES = [one for one in BoxState.choices if one[0] != BoxState.DESTROYED]
TONES = {
    BoxState.ACTIVE.value: "ok",
    BoxState.SUSPENDED.value: "wait",
    BoxState.FROZEN.value: "live",
    BoxState.ARCHIVED.value: "",
}
MIB_OF_A_GO = 1024


class Standing(NamedTuple):
    """The state of a box, in words."""

    label: str
    tone: str


def standing(box: "Mailbox", *, has_left: bool) -> Standing:
    """Of somebody who has left, it is in nobody's service, whatever its row says."""
    if has_left and box.state in (BoxState.ACTIVE, BoxState.SUSPENDED):
        return Standing(gettext("Personne partie"), "live")
    return Standing(str(BoxState(box.state).label), TONES[box.state])


def room(mib: int) -> str:
    """« 5 Go », « 1,5 Go » or « 512 Mo »."""
    if mib < MIB_OF_A_GO:
        return gettext("%(n)s Mo") % {"n": mib}
    whole = mib % MIB_OF_A_GO == 0
    amount = number_format(mib / MIB_OF_A_GO, decimal_pos=0 if whole else 1, force_grouping=True)
    return gettext("%(n)s Go") % {"n": amount}


def filled(size_bytes: int | None, quota_mib: int) -> str:
    """« 1,2 Go sur 5 Go »; the quota alone while the servers have not said."""
    if size_bytes is None:
        return room(quota_mib)
    used = {"used": room(-(-size_bytes // 2**20)), "max": room(quota_mib)}
    return gettext("%(used)s sur %(max)s") % used


def who(box: "Mailbox", members: int) -> str:
    """The holder of a box, or how many people share it."""
    if box.holder is not None:
        return box.holder.full_name
    if box.kind == BoxKind.PERSON:
        return ""
    if not members:
        return gettext("Personne encore")
    return ngettext("%(n)d membre", "%(n)d membres", members) % {"n": members}


class Lent(NamedTuple):
    """What the operator lends the town, in words."""

    boxes: str
    room: str
    is_short: bool
    """Less than a tenth is left of one or the other."""


def lent(use: "Use") -> Lent:
    boxes = ngettext("%(used)d boîte sur %(max)d", "%(used)d boîtes sur %(max)d", use.boxes) % {
        "used": use.boxes,
        "max": use.max_boxes,
    }
    promised = gettext("%(used)s réservés sur %(max)s") % {
        "used": room(use.mib),
        "max": room(use.max_mib),
    }
    is_short = use.boxes * 10 >= use.max_boxes * 9 or use.mib * 10 >= use.max_mib * 9
    return Lent(boxes=boxes, room=promised, is_short=is_short)


def too_much(use: "Use") -> str:
    """Why a box cannot be made or grow, and what to do."""
    boxes = ngettext("%(n)d boîte", "%(n)d boîtes", use.max_boxes) % {"n": use.max_boxes}
    return gettext(
        "La commune dispose de %(boxes)s et %(room)s ; il en reste %(free)d et %(free_room)s."
        " Rien n’a été modifié. Choisissez moins de place, ou demandez-en plus à l’exploitant."
    ) % {
        "boxes": boxes,
        "room": room(use.max_mib),
        "free": max(use.max_boxes - use.boxes, 0),
        "free_room": room(max(use.max_mib - use.mib, 0)),
    }


def is_live(domain_state: str) -> bool:
    """Whether mail comes in and goes out under the domain."""
    return domain_state in (DomainState.PUBLISHED, DomainState.WORKING)
