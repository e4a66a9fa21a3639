"""The words of this room: kinds and states of boxes, states of domains."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

SUBJECT_MAX_LENGTH = 150
"""Of automatic answers."""


class DomainState(TextChoices):
    CHOSEN = "chosen", _("Choisi")
    PUBLISHED = "published", _("Relié à Beffroi")
    WORKING = "working", _("En service")
    CLOSED = "closed", _("Fermé")


class BoxKind(TextChoices):
    PERSON = "person", _("Personne")
    FUNCTION = "function", _("Fonction")
    COMMISSION = "commission", _("Commission")


class BoxState(TextChoices):
    ACTIVE = "active", _("En service")
    SUSPENDED = "suspended", _("Suspendue")
    """Receives; nobody signs in or sends."""
    FROZEN = "frozen", _("Figée")
    """Of an outgoing council: as suspended, and members only read."""
    ARCHIVED = "archived", _("Archivée")
    """Receives nothing any more; kept until the end of its retention."""
    DESTROYED = "destroyed", _("Détruite")
    """Its files are gone; the row says that it was."""


class Reply(TextChoices):
    """What an automatic answer is for."""

    DEPARTURE = "departure", _("Départ d’une personne")
    HAND_OVER = "hand_over", _("Passation")
    OLD_ADDRESS = "old_address", _("Ancienne adresse")


AT_AN_END = (BoxState.ARCHIVED, BoxState.DESTROYED)


class Exporting(TextChoices):
    """How far the export of a box is."""

    WAITING = "waiting", _("Va commencer")
    RUNNING = "running", _("En cours")
    READY = "ready", _("Prêt")
    FAILED = "failed", _("Interrompu")
    GONE = "gone", _("Effacé")


class Fetching(TextChoices):
    """How far the old address is."""

    WAITING = "waiting", _("Va commencer")
    RUNNING = "running", _("Copie en cours")
    UP_TO_DATE = "up_to_date", _("À jour")
    REFUSED = "refused", _("Mot de passe refusé")
    UNREACHABLE = "unreachable", _("Hébergeur injoignable")
    ENDED = "ended", _("Terminé")
