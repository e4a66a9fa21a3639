"""The letter that lets a holder choose the password of a box; the engine fills its link while sending."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext

from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.queries.links import read_confirm
from beffroi.delivery.services import contact_points, messages
from beffroi.delivery.words import Channel, Lane, Slot
from beffroi.kit.tokens import BadToken
from beffroi.mailhosting.queries import links
from beffroi.mailhosting.services import passwords

if TYPE_CHECKING:
    from beffroi.mailhosting.models import Mailbox, PasswordLink
    from beffroi.towns.models import Agent, Town

WHAT = "box-link"
LIFE = timedelta(days=7)


def send_link(town: "Town", box: "Mailbox", to: str, *, by: "Agent", at: datetime) -> None:
    """A new link, to an address that is not kept with the box."""
    link_id = passwords.make_sent_link(town, box.pk, by=by, at=at)
    said = {"town": town, "box": box, "by": by.full_name, "link": Slot.CONFIRM_URL.marker}
    message = OutgoingMessage(
        lane=Lane.TRANSACTIONAL,
        subject=gettext("Votre boîte %(address)s") % {"address": box.address.email},
        text=render_to_string("backoffice/mail/password_link.txt", said).strip(),
        from_name=town.sender_name,
        from_address=town.sender_address,
        base_url=f"{settings.BEFFROI_URL}/compte/boite/{town.slug}",
        reference=f"{WHAT}:{link_id}",
        with_list_unsubscribe=False,
    )
    point = contact_points.find_or_create(town, Channel.EMAIL, to, at=at)
    messages.enqueue(town, message, recipients=[point], at=at)


def read_link(town: "Town", token: str, *, at: datetime) -> "PasswordLink | None":
    """The link that a letter carries; None when it is dead. Raises: BadToken, Expired."""
    ref = read_confirm(town, token, at=at, life=LIFE)
    what, _colon, number = ref.reference.partition(":")
    if what != WHAT or not number.isdecimal():
        raise BadToken
    return links.link(town, int(number), at=at)
