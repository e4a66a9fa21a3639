"""The words of this room: what a rule may say, where a message of an alert stands, and on whose word it left."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

from beffroi.kit.vigilance import Colour, Phenomenon


class Action(TextChoices):
    """What the town wants done when a phenomenon reaches a colour."""

    IGNORE = "ignore", _("Ne rien faire")
    DRAFT = "draft", _("Préparer")
    DRAFT_AND_RING = "ring", _("Préparer et prévenir")
    SEND = "send", _("Envoyer (accord)")


class AlertKind(TextChoices):
    VIGILANCE = "vigilance", _("Vigilance météo")
    EMERGENCY = "emergency", _("Urgence")
    RECEIVED = "received", _("Alerte reçue")
    """Made of a CAP alert of somebody else, when an agent asked for it."""


class MessageKind(TextChoices):
    """Of one message in the thread of an alert; the names of CAP."""

    OPENS = "alert", _("Début")
    UPDATES = "update", _("Suite")
    ENDS = "cancel", _("Fin")


class MessageState(TextChoices):
    PREPARED = "prepared", _("Prêt, à relire")
    SENT = "sent", _("Envoyé")
    DROPPED = "dropped", _("Dépassé")
    """Another publication came before anybody sent it."""


class Trouble(TextChoices):
    """Why a question to Météo-France or to a feed brings nothing usable. It rings nobody."""

    KEY_UNREADABLE = "unreadable", _("Clé illisible")
    KEY_REFUSED = "refused", _("Clé refusée")
    NO_ANSWER = "silent", _("Pas de réponse")
    UNUSABLE = "unusable", _("Réponse illisible")
    FAULT = "fault", _("Panne")
    """Of our own; the log knows."""


class Basis(TextChoices):
    """On whose word a message left."""

    STANDING = "standing", _("Accord permanent")
    BEFOREHAND = "beforehand", _("Texte validé d’avance")
    AFTERWARDS = "afterwards", _("À valider après coup")
    CHAIN = "chain", _("Validation du cabinet")


class ColourChoice(IntegerChoices):
    """The colours as a rule names them. GREEN stands for the end of an alert."""

    GREEN = int(Colour.GREEN), _("Retour au vert")
    YELLOW = int(Colour.YELLOW), _("Jaune")
    ORANGE = int(Colour.ORANGE), _("Orange")
    RED = int(Colour.RED), _("Rouge")


class PhenomenonChoice(IntegerChoices):
    WIND = int(Phenomenon.WIND), _("Vent violent")
    RAIN = int(Phenomenon.RAIN), _("Pluie-inondation")
    STORMS = int(Phenomenon.STORMS), _("Orages")
    FLOODS = int(Phenomenon.FLOODS), _("Crues")
    SNOW = int(Phenomenon.SNOW), _("Neige-verglas")
    HEAT = int(Phenomenon.HEAT), _("Canicule")
    COLD = int(Phenomenon.COLD), _("Grand froid")
    AVALANCHES = int(Phenomenon.AVALANCHES), _("Avalanches")
    WAVES = int(Phenomenon.WAVES), _("Vagues-submersion")


USUAL_ACTIONS = {
    ColourChoice.GREEN: Action.DRAFT,
    ColourChoice.YELLOW: Action.IGNORE,
    ColourChoice.ORANGE: Action.DRAFT_AND_RING,
    ColourChoice.RED: Action.DRAFT_AND_RING,
}
"""Where the town has said nothing."""
