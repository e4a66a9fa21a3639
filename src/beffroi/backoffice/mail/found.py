"""Rows that an address of a page names, or nothing is there."""

from typing import TYPE_CHECKING

from django.http import Http404

from beffroi.backoffice.doors import AgentRequest
from beffroi.mailhosting.queries import boxes
from beffroi.mailhosting.words import BoxKind
from beffroi.towns.permissions import Permission

if TYPE_CHECKING:
    from beffroi.mailhosting.models import Address, Mailbox


def box_or_404(request: AgentRequest, mailbox_id: int) -> "Mailbox":
    box = boxes.box(request.town, mailbox_id)
    if box is None:
        raise Http404
    return box


def shared_or_404(request: AgentRequest, mailbox_id: int) -> "Mailbox":
    """A box of a function or of a commission."""
    box = box_or_404(request, mailbox_id)
    if box.kind == BoxKind.PERSON:
        raise Http404
    return box


def own_or_404(request: AgentRequest, mailbox_id: int) -> "Mailbox":
    """The agent's own box."""
    box = boxes.box_of(request.town, request.agent, mailbox_id)
    if box is None:
        raise Http404
    return box


def kept_or_404(request: AgentRequest, mailbox_id: int) -> "Mailbox":
    """The agent's own box, or any for whoever looks after the town's mail."""
    if request.rights.may(Permission.MAIL_WRITE):
        return box_or_404(request, mailbox_id)
    return own_or_404(request, mailbox_id)


def alias_or_404(request: AgentRequest, address_id: int) -> "Address":
    address = boxes.aliases(request.town).filter(pk=address_id).first()
    if address is None:
        raise Http404
    return address
