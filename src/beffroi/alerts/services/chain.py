"""A ready draft that the town's usual chain has sent: the alert learns of it, and gets its CAP document.

Its figures stay with the Télmail; the watchdog guards only what an alert sent itself.
"""

from datetime import datetime

from django.db import transaction

from beffroi.alerts import notices
from beffroi.alerts.models import AlertMessage
from beffroi.alerts.services.leaving import note
from beffroi.alerts.texts import Words
from beffroi.alerts.words import Basis, MessageState
from beffroi.campaigns.queries import campaigns
from beffroi.campaigns.words import GONE
from beffroi.kit.html_text import to_text
from beffroi.towns import journal
from beffroi.towns.models import Town


def settle(town: Town, *, at: datetime) -> int:
    """Says how many messages of alerts the chain has sent since the last look."""
    waiting = AlertMessage.objects.of(town).filter(
        state=MessageState.PREPARED, campaign_id__isnull=False
    )
    return sum(
        _settle(town, message_id, at=at) for message_id in waiting.values_list("pk", flat=True)
    )


@transaction.atomic
def _settle(town: Town, message_id: int, *, at: datetime) -> bool:
    rows = AlertMessage.objects.of(town).select_for_update(of=("self",)).select_related("alert")
    message = rows.filter(pk=message_id, state=MessageState.PREPARED).first()
    campaign = campaigns.campaign(town, message.campaign_id or 0) if message else None
    if message is None or campaign is None or campaign.stage not in GONE:
        return False
    content = campaigns.content_of(town, campaign)
    words = Words(subject=content.subject, body=to_text(content.html), theme_ids=content.theme_ids)
    message.content, message.content_hash = words.canonical(), words.sha256()
    message.sent_at = campaign.published_at or at
    message.sent_by, message.basis = campaign.sent_by, Basis.CHAIN
    message.cap = notices.document(message, words, at=message.sent_at)
    message.state = MessageState.SENT
    message.save()
    note(message, journal.Kind.ALERT_SENT, by=campaign.sent_by, at=at, detail=words.subject)
    return True
