"""Rings a human: whoever is on duty, by every means on the roster; if nobody is, all who may send an alert."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext

from beffroi.alerts.models import Alert
from beffroi.alerts.queries import settings as settled
from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.services import contact_points, messages
from beffroi.delivery.words import Channel, Lane
from beffroi.kit import gsm_repair
from beffroi.kit.paths import town_url
from beffroi.towns import journal, queries as towns
from beffroi.towns.models import Town
from beffroi.towns.permissions import Permission, granted


def ring(town: Town, alert: Alert, said: str, *, at: datetime) -> int:
    """Says how many messages leave. Called inside a transaction."""
    drill = gettext("EXERCICE - ") if alert.is_drill else ""
    return ring_about(
        town, drill + said, reference=f"duty:{alert.pk}", at=at, about=("alert", alert.pk)
    )


def ring_about(
    town: Town,
    said: str,
    *,
    reference: str,
    at: datetime,
    about: tuple[str, int] | None = None,
) -> int:
    """The same about something that is no alert of ours."""
    points = _points(town, at=at)
    for channel, ids in points.items():
        if ids:
            message = _message(town, said, channel, reference=reference)
            messages.enqueue(town, message, recipients=ids, at=at)
    rung = sum(len(ids) for ids in points.values())
    detail = said if rung else gettext("Personne à prévenir\N{NO-BREAK SPACE}: %s") % said
    journal.write(town, journal.Kind.DUTY_RUNG, at=at, about=about, detail=detail)
    return rung


def _points(town: Town, *, at: datetime) -> dict[Channel, list[int]]:
    duties = list(settled.on_duty(town, at=at))
    points = {
        Channel.SMS: [duty.phone_point_id for duty in duties if duty.phone_point_id],
        Channel.EMAIL: [duty.email_point_id for duty in duties if duty.email_point_id],
    }
    if not duties:
        points[Channel.EMAIL] = _everyone_who_may(town, at=at)
    return points


def _everyone_who_may(town: Town, *, at: datetime) -> list[int]:
    agents = [
        member.agent
        for member in towns.members(town)
        if Permission.ALERT_SEND in granted(member.roles) and member.agent.is_active
    ]
    addresses = [agent.email for agent in agents]
    return contact_points.find_or_create_many(town, Channel.EMAIL, addresses, at=at)


def _message(town: Town, said: str, channel: Channel, *, reference: str) -> OutgoingMessage:
    page = f"{settings.BEFFROI_URL.rstrip('/')}/mairie/{town.slug}/alertes/"
    is_sms = channel is Channel.SMS
    return OutgoingMessage(
        channel=channel,
        lane=Lane.EMERGENCY,
        subject="" if is_sms else gettext("Astreinte\N{NO-BREAK SPACE}: %s") % said,
        text=gsm_repair.repair(f"{said} {page}", circumflexes=False)
        if is_sms
        else f"{said}\n\n{page}",
        from_name=towns.sms_sender(town) if is_sms else town.sender_name,
        from_address="" if is_sms else town.sender_address,
        base_url=town_url(settings.BEFFROI_URL, town.slug),
        reference=reference,
        with_list_unsubscribe=False,
    )
