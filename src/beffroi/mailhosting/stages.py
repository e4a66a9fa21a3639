"""How far a departure or a hand-over is, and the table of what may follow what."""

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


ALLOWED: Mapping[Leaving, frozenset[Leaving]] = {
    Leaving.DRAFT: frozenset({Leaving.PLANNED, Leaving.IN_FORCE, Leaving.CANCELLED}),
    Leaving.PLANNED: frozenset({Leaving.PLANNED, Leaving.IN_FORCE, Leaving.CANCELLED}),
    Leaving.IN_FORCE: frozenset({Leaving.IN_FORCE, Leaving.ARCHIVED, Leaving.CANCELLED}),
    Leaving.ARCHIVED: frozenset(),
    Leaving.CANCELLED: frozenset(),
}
"""To itself: what was decided may still be changed. Nothing comes back from the archive."""
