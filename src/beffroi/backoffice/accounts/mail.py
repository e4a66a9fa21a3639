"""Mail to agents: through delivery, in the name of their first town.

The links that let an agent choose a password stand in no table: the message holds a marker which the engine
fills while sending, and the reference of the message says for whom, for what and in which state of the account.
"""

import enum
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext

from beffroi.backoffice.accounts.words import HOW_LONG
from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.queries.links import read_confirm
from beffroi.delivery.services import contact_points, messages
from beffroi.delivery.words import Channel, Lane, Slot
from beffroi.towns import queries, scope

if TYPE_CHECKING:
    from beffroi.towns.models import Agent, Town


class Purpose(enum.StrEnum):
    INVITATION = "invitation"
    RESET = "reset"


LIFE = {Purpose.INVITATION: timedelta(days=7), Purpose.RESET: timedelta(hours=2)}


class StaleLink(Exception):
    """The link was used already, or the account changed since."""


def send_invitation(town: "Town", agent: "Agent", *, by: str, at: datetime) -> None:
    """The link of an agent who has no password yet."""
    _send_link(town, agent, Purpose.INVITATION, {"town": town, "by": by}, at=at)


def send_reset(agent: "Agent", *, at: datetime) -> None:
    """The link of an agent who forgot. Nothing goes to an operator without a town: see `manage set_password`."""
    town = _first_town(agent)
    if town is not None:
        _send_link(town, agent, Purpose.RESET, {"town": town}, at=at)


def send_notice(agent: "Agent", *, subject: str, text: str, at: datetime) -> None:
    """Tells an agent that something about their account changed."""
    town = _first_town(agent)
    if town is not None:
        _enqueue(town, agent, subject, text, reference=f"agent:{agent.pk}:notice", at=at)


def read_link(town: "Town", token: str, *, at: datetime) -> "Agent":
    """The agent for whom this link was made. Raises: BadToken, Expired, StaleLink."""
    ref = read_confirm(town, token, at=at, life=max(LIFE.values()))
    who, agent_id, purpose, state = (ref.reference.split(":") + [""] * 4)[:4]
    if who != "agent" or purpose not in list(Purpose):
        raise StaleLink
    agent = queries.agent(int(agent_id))
    if agent is None or not agent.is_active or ref.frozen_at + LIFE[Purpose(purpose)] < at:
        raise StaleLink
    if not constant_time_compare(state, _state(agent)):
        raise StaleLink
    return agent


def _first_town(agent: "Agent") -> "Town | None":
    scope.enter(town_id=None, agent_id=agent.pk)
    return queries.towns_of(agent).order_by("pk").first()


def _state(agent: "Agent") -> str:
    """Changes with the password, the address and each sign-in: the link works once."""
    told = f"{agent.pk}|{agent.password}|{agent.email}|{agent.last_login}"
    return salted_hmac("beffroi.agent-link", told, algorithm="sha256").hexdigest()[:16]


def _send_link(
    town: "Town", agent: "Agent", purpose: Purpose, words: dict[str, object], *, at: datetime
) -> None:
    words = words | {"agent": agent, "link": Slot.CONFIRM_URL.marker, "life": HOW_LONG[purpose]}
    text = render_to_string(f"backoffice/accounts/{purpose}.txt", words).strip()
    subject = {
        Purpose.INVITATION: gettext("Votre accès à Beffroi"),
        Purpose.RESET: gettext("Choisir un nouveau mot de passe"),
    }[purpose]
    reference = f"agent:{agent.pk}:{purpose}:{_state(agent)}"
    _enqueue(town, agent, subject, text, reference=reference, at=at)


def _enqueue(
    town: "Town", agent: "Agent", subject: str, text: str, *, reference: str, at: datetime
) -> None:
    scope.enter(town_id=town.pk, agent_id=agent.pk)
    point = contact_points.find_or_create(town, Channel.EMAIL, agent.email, at=at)
    message = OutgoingMessage(
        lane=Lane.TRANSACTIONAL,
        subject=subject,
        text=text,
        from_name=town.sender_name,
        from_address=town.sender_address,
        base_url=f"{settings.BEFFROI_URL}/compte/acces/{town.slug}",
        reference=reference,
        with_list_unsubscribe=False,
    )
    messages.enqueue(town, message, recipients=[point], at=at)
