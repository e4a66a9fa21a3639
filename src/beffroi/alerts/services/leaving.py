"""The one way in which a message of an alert leaves: words frozen, channels, CAP document, journal, watchdog."""

from datetime import datetime, timedelta

from django.utils.translation import gettext

from beffroi.alerts import notices
from beffroi.alerts.models import AlertMessage, Dispatch, Prewritten, StandingApproval
from beffroi.alerts.queries import settings as settled
from beffroi.alerts.services.dispatching import dispatch
from beffroi.alerts.texts import Words, as_drill
from beffroi.alerts.words import Basis, MessageState
from beffroi.delivery.words import Lane
from beffroi.towns import journal
from beffroi.towns.models import Agent


def leave(
    message: AlertMessage,
    words: Words,
    *,
    lane: Lane,
    basis: Basis,
    by: Agent | None,
    at: datetime,
    prewritten: Prewritten | None = None,
    standing: StandingApproval | None = None,
) -> None:
    """Called inside a transaction, by a verb that has settled on whose word. Raises: CannotLeave."""
    town, alert = message.town, message.alert
    if alert.is_drill:
        words = as_drill(words)
    sent = dispatch(
        town,
        words,
        lane=lane,
        reference=f"alert:{alert.pk}",
        is_drill=alert.is_drill,
        at=at,
    )
    message.content, message.content_hash = words.canonical(), words.sha256()
    message.sent_at, message.sent_by, message.basis = at, by, basis
    message.prewritten, message.standing = prewritten, standing
    message.proof_due_at = at + timedelta(seconds=settled.watching(town).proof_within_s)
    message.cap = notices.document(message, words, at=at)
    message.state = MessageState.SENT
    message.save()
    Dispatch.objects.bulk_create_in(
        town,
        [
            Dispatch(
                town=town,
                message=message,
                channel=one.channel,
                message_number=one.message_number,
                recipients=one.recipients,
            )
            for one in sent
        ],
    )
    note(message, journal.Kind.ALERT_SENT, by=by, at=at, detail=_said(words, basis))


def _said(words: Words, basis: Basis) -> str:
    return gettext("%(subject)s (%(basis)s)") % {
        "subject": words.subject,
        "basis": str(basis.label).lower(),
    }


def note(
    message: AlertMessage, kind: journal.Kind, *, by: Agent | None, at: datetime, detail: str = ""
) -> None:
    """One line of the journal about this alert."""
    about = ("alert", message.alert_id)
    detail = detail or message.alert.headline
    journal.write(message.town, kind, at=at, by=by, about=about, detail=detail)
