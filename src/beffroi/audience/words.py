"""The words of this room: enums that its tables store and its callers speak."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ThemeKind(TextChoices):
    COMMON = "common", _("Thème de base")
    OWN = "own", _("Thème de la commune")
    TEMPORARY = "temporary", _("Thème temporaire")


class FarewellState(TextChoices):
    NONE = "none", _("Pas de message d’adieu")
    WAITING = "waiting", _("Message d’adieu à valider")
    APPROVED = "approved", _("Message d’adieu validé")


class Status(TextChoices):
    """Where a subscriber stands. A pause is not a status: it is `paused_until`, and ends by itself."""

    PENDING = "pending", _("À confirmer")
    ACTIVE = "active", _("Abonné")
    LEFT = "left", _("Désinscrit")
    ERASED = "erased", _("Effacé")


class Origin(TextChoices):
    WEB = "web", _("Page publique")
    PAPER = "paper", _("Bulletin papier")
    IMPORT = "import", _("Fichier importé")
    AGENT = "agent", _("Agent")


class ProofAction(TextChoices):
    GIVEN = "given", _("Consentement donné")
    CONFIRMED = "confirmed", _("Consentement confirmé")
    CHANGED = "changed", _("Choix modifiés")
    WITHDRAWN = "withdrawn", _("Consentement retiré")


class ImportState(TextChoices):
    UPLOADED = "uploaded", _("À vérifier")
    WAITING = "waiting", _("En attente")
    RUNNING = "running", _("En cours")
    DONE = "done", _("Terminé")
    FAILED = "failed", _("Arrêté")
    UNDONE = "undone", _("Annulé")
    DISCARDED = "discarded", _("Abandonné")


class RowReason(TextChoices):
    """Why a row of a file did not make a new subscription."""

    NO_ADDRESS = "no_address", _("Ni adresse électronique ni mobile sur cette ligne")
    INVALID = "invalid", _("Adresse électronique invalide")
    MISTYPED = "mistyped", _("Adresse probablement mal saisie")
    LANDLINE = "landline", _("Téléphone fixe, box ou service : aucun SMS n’y arrive")
    BAD_PHONE = "bad_phone", _("Numéro de téléphone qui ne peut pas exister ou d’un autre pays")
    PHONE_TAKEN = "taken", _("Mobile d’un autre abonné : il n’a pas été repris")
    NO_CONSENT = "no_consent", _("Le fichier dit que la personne n’est pas d’accord")
    NO_THEME = "no_theme", _("Aucun thème pour cette ligne")
    DUPLICATE = "duplicate", _("Adresse ou mobile déjà présent plus haut dans le fichier")
    KNOWN = "known", _("Personne déjà abonnée à ces thèmes")
    STOPPED = "stopped", _("Personne désinscrite : elle n’a pas été réabonnée")
    BOUNCED = "bounced", _("Adresse en erreur lors d’envois précédents")
    UNREADABLE = "unreadable", _("Ligne illisible")


class AttemptKind(TextChoices):
    SUBSCRIBE = "subscribe"
    CODE = "code"
    TRIAL = "trial"
    """A notification that tells when it arrived."""
