"""How far a departure, a hand-over or a disposal is, and the tables of what may follow what."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Leaving(TextChoices):
    """How far a departure or a hand-over is; read from its dates, kept in no column."""

    DRAFT = "draft", _("En préparation")
    PLANNED = "planned", _("Prévu")
    IN_FORCE = "in_force", _("En cours")
    ARCHIVED = "archived", _("Archivé")
    CANCELLED = "cancelled", _("Annulé")


class Disposing(TextChoices):
    """How far a disposal is; read from its dates, kept in no column."""

    PREPARED = "prepared", _("En préparation")
    LISTED = "listed", _("Visa attendu")
    PLANNED = "planned", _("Destruction prévue")
    RUNNING = "running", _("En cours")
    DONE = "done", _("Terminée")
    CANCELLED = "cancelled", _("Abandonnée")


ALLOWED: Mapping[Leaving, frozenset[Leaving]] = {
    Leaving.DRAFT: frozenset({Leaving.PLANNED, Leaving.IN_FORCE, Leaving.CANCELLED}),
    Leaving.PLANNED: frozenset({Leaving.PLANNED, Leaving.IN_FORCE, Leaving.CANCELLED}),
    Leaving.IN_FORCE: frozenset({Leaving.IN_FORCE, Leaving.ARCHIVED, Leaving.CANCELLED}),
    Leaving.ARCHIVED: frozenset(),
    Leaving.CANCELLED: frozenset(),
}
"""To itself: what was decided may still be changed. Nothing comes back from the archive."""

NEXT: Mapping[Disposing, frozenset[Disposing]] = {
    Disposing.PREPARED: frozenset({Disposing.LISTED, Disposing.CANCELLED}),
    Disposing.LISTED: frozenset({Disposing.PLANNED, Disposing.CANCELLED}),
    Disposing.PLANNED: frozenset({Disposing.RUNNING, Disposing.CANCELLED}),
    Disposing.RUNNING: frozenset({Disposing.DONE}),
    Disposing.DONE: frozenset(),
    Disposing.CANCELLED: frozenset(),
}
"""Taken back until the first file is destroyed, and not after."""
