"""The words of this room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OnExceed(TextChoices):
    """What happens to a send that the budget cannot pay."""

    HARD_STOP = "stop", _("L’envoi est bloqué")
    CABINET_MAY_OVERRIDE = "override", _("Le cabinet peut autoriser un dépassement")
