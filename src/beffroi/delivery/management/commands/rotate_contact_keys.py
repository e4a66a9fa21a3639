"""manage rotate_contact_keys: new keys for every contact point, while everything runs."""

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from beffroi.delivery.services.rotation import rotate


class Command(BaseCommand):
    requires_system_checks = ()
    help = _(
        "Renouvelle les clés qui protègent les coordonnées. Peut être interrompu puis relancé"
        "\N{NO-BREAK SPACE}: il reprend où il s’est arrêté."
    )

    def handle(self, *args: object, **options: object) -> None:
        changed = rotate(tell=self._tell)
        self.stdout.write(
            _("%(count)d enregistrements sont protégés par les nouvelles clés.")
            % {"count": changed}
        )

    def _tell(self, count: int) -> None:
        self.stdout.write(_("%(count)d enregistrements…") % {"count": count})
