"""The words of this room: enums that its tables store and its callers speak."""

import enum

from django.db.models import IntegerChoices
from django.utils.translation import gettext_lazy as _

from beffroi.kit import paths


class Channel(IntegerChoices):
    EMAIL = 1, _("E-mail")
    SMS = 2, _("SMS")
    PUSH = 3, _("Notification")


class Lane(IntegerChoices):
    """A lower number overtakes a higher one."""

    EMERGENCY = 0, _("Urgence")
    ALERT = 1, _("Alerte")
    TRANSACTIONAL = 2, _("Service")
    CAMPAIGN = 3, _("Campagne")


class MessageState(IntegerChoices):
    SENDING = 1, _("En cours d’envoi")
    PAUSED = 2, _("Suspendu")
    CANCELLED = 3, _("Annulé")
    DONE = 4, _("Terminé")


class ChunkState(IntegerChoices):
    WAITING = 1
    CLAIMED = 2
    HELD = 3
    """Its message is paused."""
    DONE = 4


class DeliveryState(IntegerChoices):
    """Only ever rises: what came back late never undoes what is known already."""

    PLANNED = 0, _("En attente")
    SUPPRESSED = 10, _("Écarté")
    CANCELLED = 11, _("Annulé")
    EXPIRED = 12, _("Abandonné")
    UNKNOWN = 20, _("Incertain")
    ACCEPTED = 30, _("Accepté")
    DELIVERED = 40, _("Remis")
    """The network says that the telephone has it: no e-mail ever gets here."""
    REFUSED = 50, _("Refusé")
    BOUNCED = 60, _("Revenu en erreur")
    COMPLAINED = 70, _("Signalé comme indésirable")


SENT = frozenset(
    {
        DeliveryState.ACCEPTED,
        DeliveryState.DELIVERED,
        DeliveryState.BOUNCED,
        DeliveryState.COMPLAINED,
    }
)
"""Accepted by the network (server, operator, notification service), whatever came back later."""


class ContactState(IntegerChoices):
    OK = 1, _("Valide")
    BOUNCED = 2, _("En erreur")
    COMPLAINED = 3, _("A signalé un message indésirable")
    ERASED = 4, _("Effacée")


class StopReason(IntegerChoices):
    UNSUBSCRIBED = 1, _("Désinscription")
    PAUSED = 2, _("Pause demandée")
    BOUNCED = 3, _("Adresse en erreur")
    COMPLAINED = 4, _("Message signalé comme indésirable")
    ERASED = 5, _("Coordonnée effacée")


class EventKind(IntegerChoices):
    DEFERRED = 1, _("Reporté par le serveur du destinataire")
    REFUSED = 2, _("Refusé par le serveur du destinataire")
    HARD_BOUNCE = 3, _("Revenu\N{NO-BREAK SPACE}: adresse en erreur")
    SOFT_BOUNCE = 4, _("Revenu\N{NO-BREAK SPACE}: difficulté passagère")
    COMPLAINT = 5, _("Signalé comme indésirable")
    UNSUBSCRIBED = 6, _("Désinscription depuis ce message")
    DELIVERED = 7, _("Remis\N{NO-BREAK SPACE}: le téléphone l’a reçu")
    UNDELIVERED = 8, _("Non remis par l’opérateur téléphonique")
    REPLIED = 9, _("Réponse reçue")


class ReceiptState(IntegerChoices):
    """What the network has said of one part of an SMS. Only ever rises."""

    NONE = 0
    DELIVERED = 1
    FAILED = 2


class Slot(enum.Enum):
    """A place in a text that is filled for each recipient while sending.

    The marker looks like a link, so that editors, sanitisers and inliners let it through.
    """

    UNSUBSCRIBE_URL = "unsubscribe"
    PREFERENCES_URL = "preferences"
    CONFIRM_URL = "confirm"
    CODE = "code"

    @property
    def marker(self) -> str:
        """What to write in the HTML or the text where the value goes."""
        return f"https://slot.invalid/{self.value}/"


# Where the residents' pages live under a town's base URL; a token follows.
UNSUBSCRIBE_PATH = paths.UNSUBSCRIBE
PREFERENCES_PATH = paths.PREFERENCES
CONFIRM_PATH = paths.CONFIRM
