"""« Madame X l’a-t-elle reçu ? »: what was sent to one person, in plain French."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from beffroi.delivery.outgoing import HistoryLine
from beffroi.delivery.queries import people
from beffroi.delivery.words import Channel, DeliveryState, EventKind

if TYPE_CHECKING:
    from beffroi.towns.models import Town

AT_ONCE = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    subject: str
    sent_at: datetime
    settled_at: datetime | None
    """Only where it differs from the sending."""
    answer: str
    """A whole sentence."""
    tone: str
    events: list[tuple[datetime, str, str]]
    """(when, what came back, SMTP status)."""


def of(town: "Town", contact_point_ids: Sequence[int]) -> list[Line]:
    """By whatever channel, the newest first."""
    lines = [line for point in contact_point_ids for line in people.history(town, point)]
    return [_line(line) for line in sorted(lines, key=lambda one: one.frozen_at, reverse=True)]


def _line(line: HistoryLine) -> Line:
    answer, tone = _answers(line.channel)[line.state]
    if line.state == DeliveryState.PLANNED and any(
        event.kind == EventKind.DEFERRED for event in line.events
    ):
        answer = gettext("Pas encore : son serveur de messagerie demande d’attendre, on réessaie.")
    return Line(
        subject=line.subject,
        sent_at=line.frozen_at,
        settled_at=_worth_telling(line),
        answer=answer,
        tone=tone,
        events=[(event.at, str(event.kind.label), event.status) for event in line.events],
    )


def _worth_telling(line: HistoryLine) -> datetime | None:
    if line.settled_at is None or line.settled_at - line.frozen_at < AT_ONCE:
        return None
    return line.settled_at


def _answers(channel: Channel) -> dict[DeliveryState, tuple[str, str]]:
    taker = {
        Channel.EMAIL: gettext("son serveur de messagerie"),
        Channel.SMS: gettext("l’opérateur téléphonique"),
        Channel.PUSH: gettext("le service de son navigateur"),
    }[channel]
    told = {
        DeliveryState.PLANNED: (gettext("Pas encore : le message attend son tour."), "wait"),
        DeliveryState.SUPPRESSED: (
            gettext("Non : la personne était désinscrite, en pause ou injoignable à ce moment."),
            "",
        ),
        DeliveryState.CANCELLED: (gettext("Non : l’envoi a été annulé avant."), ""),
        DeliveryState.EXPIRED: (gettext("Non : {taker} n’a pas répondu à temps."), "bad"),
        DeliveryState.UNKNOWN: (
            gettext("On ne sait pas : la liaison a été coupée au moment de l’envoi."),
            "wait",
        ),
        DeliveryState.ACCEPTED: (gettext("Oui, accepté par {taker}."), "ok"),
        DeliveryState.DELIVERED: (gettext("Oui, reçu sur le téléphone."), "ok"),
        DeliveryState.REFUSED: (gettext("Non : {taker} l’a refusé."), "bad"),
        DeliveryState.BOUNCED: (
            gettext("Non : l’opérateur téléphonique n’a pas pu le remettre.")
            if channel == Channel.SMS
            else gettext("Non : le message est revenu, adresse en erreur."),
            "bad",
        ),
        DeliveryState.COMPLAINED: (
            gettext("Oui, mais la personne l’a signalé comme indésirable."),
            "bad",
        ),
    }
    return {state: (words.format(taker=taker), tone) for state, (words, tone) in told.items()}
