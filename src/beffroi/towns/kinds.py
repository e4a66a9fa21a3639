"""What a tenant is."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TownKind(TextChoices):
    COMMUNE = "commune", _("Commune")
    INTERCOMMUNALITY = "intercommunality", _("Intercommunalité")
    OTHER = "other", _("Autre organisme public")
