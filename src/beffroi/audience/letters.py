"""The e-mails of this room: to confirm, to lead back to one's choices, to say farewell. Plain text, French."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext, ngettext

from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.services import messages
from beffroi.delivery.words import Lane, Slot
from beffroi.kit.french import of
from beffroi.kit.paths import town_url
from beffroi.towns.models import Town


def ask_to_confirm(
    town: Town,
    contact_point_id: int,
    theme_names: Sequence[str],
    *,
    number: str = "",
    proof_id: int,
    at: datetime,
) -> int:
    """The second step of the opt-in; its link is bound to the proof of the first.

    `number`: masked, given with the address; confirming makes both one person's.
    """
    text = gettext(
        "Bonjour,\n\n"
        "Vous avez demandé à recevoir les informations {of_town} :\n\n"
        "{themes}\n\n"
        "{number}"
        "Pour confirmer, ouvrez ce lien et appuyez sur le bouton :\n"
        "{link}\n\n"
        "Tant que vous ne l’avez pas fait, vous ne recevrez rien d’autre de notre part. Si vous n’avez rien "
        "demandé, ne faites rien : votre adresse sera effacée dans 30 jours."
    )
    return _send(
        town,
        contact_point_id,
        subject=gettext("Confirmez votre abonnement aux informations {of_town}").format(
            of_town=of(town.name)
        ),
        text=text.format(
            of_town=of(town.name),
            themes=_bullets(theme_names),
            number=_with_number(number),
            link=Slot.CONFIRM_URL.marker,
        ),
        reference=f"confirm:{proof_id}",
        at=at,
    )


def already_subscribed(town: Town, contact_point_id: int, *, at: datetime) -> int:
    """Someone asked to subscribe an address that is subscribed: the answer goes to its owner only."""
    text = gettext(
        "Bonjour,\n\n"
        "Votre adresse vient d’être donnée sur la page d’abonnement {of_town}. Vous êtes déjà abonné : rien n’a "
        "changé.\n\n"
        "Pour revoir vos choix, ouvrez ce lien :\n"
        "{link}\n\n"
        "Si cette demande ne vient pas de vous, vous pouvez ignorer ce message."
    )
    return _send(
        town,
        contact_point_id,
        subject=gettext("Vous êtes déjà abonné aux informations {of_town}").format(
            of_town=of(town.name)
        ),
        text=text.format(of_town=of(town.name), link=Slot.PREFERENCES_URL.marker),
        reference="known",
        at=at,
    )


def welcome_from_paper(
    town: Town,
    contact_point_id: int,
    theme_names: Sequence[str],
    *,
    form_number: str,
    at: datetime,
    not_before: datetime,
) -> int:
    """Tells a person who signed a form that it was typed in, and how to undo it in one click."""
    text = gettext(
        "Bonjour,\n\n"
        "La mairie a bien enregistré votre bulletin d’abonnement n° {number}. Vous recevrez à cette adresse :\n\n"
        "{themes}\n\n"
        "Pour changer vos choix ou vous désinscrire, ouvrez ce lien :\n"
        "{link}\n\n"
        "Vous n’avez signé aucun bulletin ? L’adresse a sans doute été mal lue : le même lien permet de vous "
        "désinscrire aussitôt."
    )
    return _send(
        town,
        contact_point_id,
        subject=gettext("Votre abonnement aux informations {of_town}").format(
            of_town=of(town.name)
        ),
        text=text.format(
            number=form_number,
            themes=_bullets(theme_names),
            link=Slot.PREFERENCES_URL.marker,
        ),
        reference="paper",
        at=at,
        not_before=not_before,
    )


def chosen_at_desk(
    town: Town, contact_point_id: int, choices: Sequence[str], *, at: datetime
) -> int:
    """Tells a person what an agent wrote down for them, and how to undo it in one click."""
    text = gettext(
        "Bonjour,\n\n"
        "À votre demande, un agent de la mairie a noté vos abonnements. Vous recevez désormais :\n\n"
        "{choices}\n\n"
        "Pour changer vos choix ou vous désinscrire, ouvrez ce lien :\n"
        "{link}\n\n"
        "Vous n’avez rien demandé ? Le même lien permet de revenir en arrière aussitôt."
    )
    return _send(
        town,
        contact_point_id,
        subject=gettext("Vos abonnements aux informations {of_town}").format(of_town=of(town.name)),
        text=text.format(choices=_bullets(choices), link=Slot.PREFERENCES_URL.marker),
        reference="desk",
        at=at,
    )


def confirm_address(town: Town, contact_point_id: int, *, subscriber_id: int, at: datetime) -> int:
    """Sent to the new address before anything changes."""
    text = gettext(
        "Bonjour,\n\n"
        "Vous avez demandé à recevoir à cette adresse les informations {of_town}.\n\n"
        "Pour confirmer, ouvrez ce lien et appuyez sur le bouton :\n"
        "{link}\n\n"
        "D’ici là, rien ne change. Si vous n’avez rien demandé, ne faites rien."
    )
    return _send(
        town,
        contact_point_id,
        subject=gettext("Confirmez votre nouvelle adresse"),
        text=text.format(of_town=of(town.name), link=Slot.CONFIRM_URL.marker),
        reference=f"address:{subscriber_id}",
        at=at,
    )


def code(town: Town, contact_point_id: int, *, minutes: int, at: datetime) -> int:
    """The way back to one's choices when the link is lost."""
    text = ngettext(
        "Bonjour,\n\n"
        "Voici votre code pour ouvrir vos abonnements aux informations {of_town} :\n\n"
        "{code}\n\n"
        "Il est valable {minutes} minute. Ne le donnez à personne : la mairie ne vous le demandera jamais.",
        "Bonjour,\n\n"
        "Voici votre code pour ouvrir vos abonnements aux informations {of_town} :\n\n"
        "{code}\n\n"
        "Il est valable {minutes} minutes. Ne le donnez à personne : la mairie ne vous le demandera jamais.",
        minutes,
    )
    return _send(
        town,
        contact_point_id,
        subject=gettext("Votre code pour {town}").format(town=town.name),
        text=text.format(of_town=of(town.name), code=Slot.CODE.marker, minutes=minutes),
        reference="code",
        at=at,
    )


def farewell(
    town: Town,
    contact_point_ids: Sequence[int],
    *,
    theme_name: str,
    words: str,
    theme_id: int,
    at: datetime,
) -> int:
    """The last message of a temporary theme, in the words that were approved."""
    subject, text = farewell_words(
        theme_name=theme_name, words=words, link=Slot.PREFERENCES_URL.marker
    )
    return messages.enqueue(
        town,
        _message(
            town,
            subject=subject,
            text=text,
            reference=f"farewell:{theme_id}",
            lane=Lane.CAMPAIGN,
        ),
        recipients=contact_point_ids,
        at=at,
    )


def farewell_words(*, theme_name: str, words: str, link: str) -> tuple[str, str]:
    """Subject and text of a farewell, without the town's signature."""
    text = gettext(
        "{words}\n\n"
        "Le thème « {theme} » est terminé : vous ne recevrez plus rien à ce sujet. Vos autres abonnements ne "
        "changent pas.\n\n"
        "Revoir vos choix :\n"
        "{link}"
    )
    subject = gettext("Fin du thème « {theme} »").format(theme=theme_name)
    return subject, text.format(words=words, theme=theme_name, link=link)


def _send(
    town: Town,
    contact_point_id: int,
    *,
    subject: str,
    text: str,
    reference: str,
    at: datetime,
    not_before: datetime | None = None,
) -> int:
    return messages.enqueue(
        town,
        _message(town, subject=subject, text=text, reference=reference, lane=Lane.TRANSACTIONAL),
        recipients=[contact_point_id],
        at=at,
        not_before=not_before,
    )


def _message(town: Town, *, subject: str, text: str, reference: str, lane: Lane) -> OutgoingMessage:
    return OutgoingMessage(
        lane=lane,
        subject=subject,
        text=text + _signature(town),
        from_name=town.sender_name or town.name,
        from_address=town.sender_address,
        reply_to=town.reply_to,
        base_url=town_url(settings.BEFFROI_URL, town.slug),
        reference=reference,
        with_list_unsubscribe=lane == Lane.CAMPAIGN,
    )


def _signature(town: Town) -> str:
    lines = [town.name, town.postal_address, town.telephone, town.website]
    return "\n\n-- \n" + "\n".join(line for line in lines if line) + "\n"


def _with_number(masked: str) -> str:
    if not masked:
        return ""
    sentence = gettext(
        "Le mobile {number} a été donné en même temps que votre adresse. S’il n’est pas le vôtre, ne confirmez pas."
    )
    return sentence.format(number=masked) + "\n\n"


def _bullets(names: Sequence[str]) -> str:
    return "\n".join(f"  • {name}" for name in names)
