"""The notifications of this room, other than the evening's (services/digests.py)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext

from beffroi.audience.models import Theme
from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.services import messages
from beffroi.delivery.words import Channel, Lane
from beffroi.kit.french import of
from beffroi.kit.paths import town_url
from beffroi.towns.models import Town


def chosen_at_desk(town: Town, contact_point_id: int, *, at: datetime) -> int:
    """Tells a person that an agent wrote down what they want."""
    message = _message(
        town,
        subject=gettext("Vos abonnements {of_town}").format(of_town=of(town.name)),
        text=gettext("À votre demande, la mairie a noté vos choix. Touchez pour les revoir."),
        reference="desk",
    )
    return messages.enqueue(town, message, recipients=[contact_point_id], at=at)


def farewell(
    town: Town,
    contact_point_ids: Sequence[int],
    *,
    theme: Theme,
    words: str,
    at: datetime,
    not_before: datetime,
) -> int:
    """The last message of a temporary theme, in the words that were approved."""
    message = _message(
        town, subject=farewell_title(theme.name), text=words, reference=f"farewell:{theme.pk}"
    )
    message = replace(message, lane=Lane.CAMPAIGN)
    return messages.enqueue(
        town, message, recipients=contact_point_ids, at=at, not_before=not_before
    )


def farewell_title(theme_name: str) -> str:
    return gettext("Fin du thème « {theme} »").format(theme=theme_name)


def _message(town: Town, *, subject: str, text: str, reference: str) -> OutgoingMessage:
    base = town_url(settings.BEFFROI_URL, town.slug)
    return OutgoingMessage(
        lane=Lane.TRANSACTIONAL,
        channel=Channel.PUSH,
        subject=subject,
        text=text,
        page_url=f"{base}/",
        from_name=town.name,
        base_url=base,
        reference=reference,
        with_list_unsubscribe=False,
    )
