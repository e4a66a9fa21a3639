"""The SMS of this room. Short, and without a character that GSM 7-bit lacks: each part is paid for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext

from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.services import messages
from beffroi.delivery.words import Channel, Lane, Slot
from beffroi.kit.gsm_repair import repair
from beffroi.kit.paths import town_url
from beffroi.towns.models import Town
from beffroi.towns.queries import sms_sender


def code(
    town: Town,
    contact_point_id: int,
    *,
    minutes: int,
    at: datetime,
    reference: str = "code",
) -> int:
    """Six digits, to be typed on the page that asked for them."""
    text = gettext(
        "Votre code pour {town}: {code}. Valable {minutes} minutes. Ne le donnez à personne."
    ).format(town=plain(town.name), code=Slot.CODE.marker, minutes=minutes)
    return _send(town, contact_point_id, text=text, reference=reference, at=at)


def code_to_read_out(
    town: Town, contact_point_id: int, *, minutes: int, at: datetime, reference: str
) -> int:
    """Six digits that the owner of the number tells the agent who typed it in."""
    text = gettext(
        "{town}: un agent de la mairie ajoute ce mobile à vos abonnements. Code à lui lire: {code}."
        " Vous refusez? Ne le donnez pas."
    ).format(town=plain(town.name), code=Slot.CODE.marker)
    return _send(town, contact_point_id, text=text, reference=reference, at=at)


def chosen_at_desk(town: Town, contact_point_id: int, *, at: datetime) -> int:
    """Tells a person that an agent wrote down what they want."""
    text = gettext(
        "{town}: à votre demande, la mairie a noté vos abonnements. Erreur? Répondez STOP."
    ).format(town=plain(town.name))
    return _send(town, contact_point_id, text=text, reference="desk", at=at)


def welcome_from_paper(
    town: Town, contact_point_id: int, *, form_number: str, at: datetime, not_before: datetime
) -> int:
    """Tells a person who signed a form that it was typed in; a misread number is somebody else's."""
    text = gettext(
        "{town}: votre bulletin {number} est enregistré, vous recevrez nos SMS. Erreur? Répondez STOP."
    ).format(town=plain(town.name), number=form_number)
    return _send(town, contact_point_id, text=text, reference="paper", at=at, not_before=not_before)


def farewell(
    town: Town,
    contact_point_ids: Sequence[int],
    *,
    words: str,
    theme_id: int,
    at: datetime,
    not_before: datetime | None,
) -> int:
    """The last message of a temporary theme, in the words that were approved."""
    message = replace(_message(town, words, f"farewell:{theme_id}"), lane=Lane.CAMPAIGN)
    return messages.enqueue(
        town, message, recipients=contact_point_ids, at=at, not_before=not_before
    )


def plain(name: str) -> str:
    """The name of a town in letters that cost one septet each: Hœnheim becomes Hoenheim."""
    return repair(name, circumflexes=True)


def _send(
    town: Town,
    contact_point_id: int,
    *,
    text: str,
    reference: str,
    at: datetime,
    not_before: datetime | None = None,
) -> int:
    return messages.enqueue(
        town,
        _message(town, text, reference),
        recipients=[contact_point_id],
        at=at,
        not_before=not_before,
    )


def _message(town: Town, text: str, reference: str) -> OutgoingMessage:
    return OutgoingMessage(
        lane=Lane.TRANSACTIONAL,
        channel=Channel.SMS,
        text=text,
        from_name=sms_sender(town),
        base_url=town_url(settings.BEFFROI_URL, town.slug),
        reference=reference,
        with_list_unsubscribe=False,
    )
