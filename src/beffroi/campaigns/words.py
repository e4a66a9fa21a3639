"""The words of this room: what may become of a proposal and of a campaign."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProposalState(TextChoices):
    PROPOSED = "proposed", _("À trier")
    PICKED = "picked", _("Retenue")
    DECLINED = "declined", _("Écartée")


class Stage(TextChoices):
    DRAFT = "draft", _("Brouillon")
    SUBMITTED = "submitted", _("À valider")
    RETURNED = "returned", _("À reprendre")
    APPROVED = "approved", _("Validé")
    SCHEDULED = "scheduled", _("Programmé")
    SENDING = "sending", _("En cours d’envoi")
    PAUSED = "paused", _("Envoi suspendu")
    SENT = "sent", _("Envoyé")
    CANCELLED = "cancelled", _("Envoi annulé")


class DecisionKind(TextChoices):
    APPROVED = "approved", _("Validé")
    RETURNED = "returned", _("Renvoyé")
    VOIDED = "voided", _("Validation annulée par une modification")


class VersionKind(TextChoices):
    SAVED = "saved", _("Enregistré")
    KEPT_ASIDE = "kept_aside", _("Mis de côté")
    """Text that could not take its place: a colleague had saved meanwhile, or the text was locked."""


class LinkState(StrEnum):
    """What is known of a link that leads elsewhere. An answer carries the name that the gateway gives it."""

    ASKED = "asked"
    ANSWERS = "answers"
    SILENT = "silent"
    PRIVATE = "private"
    UNKNOWN = "unknown"


ALLOWED: dict[Stage, frozenset[Stage]] = {
    Stage.DRAFT: frozenset({Stage.SUBMITTED}),
    Stage.SUBMITTED: frozenset({Stage.APPROVED, Stage.SCHEDULED, Stage.RETURNED, Stage.DRAFT}),
    Stage.RETURNED: frozenset({Stage.DRAFT, Stage.SUBMITTED}),
    Stage.APPROVED: frozenset({Stage.SENDING, Stage.RETURNED, Stage.DRAFT}),
    Stage.SCHEDULED: frozenset({Stage.SENDING, Stage.RETURNED, Stage.DRAFT}),
    Stage.SENDING: frozenset({Stage.PAUSED, Stage.SENT, Stage.CANCELLED}),
    Stage.PAUSED: frozenset({Stage.SENDING, Stage.CANCELLED}),
    Stage.SENT: frozenset(),
    Stage.CANCELLED: frozenset(),
}
"""The one table of the chain; `services.steps.move` is the only way through it."""

EDITABLE = frozenset(
    {Stage.DRAFT, Stage.RETURNED, Stage.SUBMITTED, Stage.APPROVED, Stage.SCHEDULED}
)
"""Where the text may still change. An edit leads back to DRAFT and voids what was approved."""
READY = frozenset({Stage.APPROVED, Stage.SCHEDULED})
GONE = frozenset({Stage.SENDING, Stage.PAUSED, Stage.SENT, Stage.CANCELLED})
