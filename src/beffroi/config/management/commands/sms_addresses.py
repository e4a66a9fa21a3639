"""manage sms_addresses: where each HTTP provider is to bring its receipts and the answers of residents."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse
from django.utils.translation import gettext as _

from beffroi.delivery.services import callbacks


class Command(BaseCommand):
    help = _(
        "Dit les adresses à donner aux fournisseurs de SMS pour leurs accusés de réception. "
        "Elles contiennent un secret."
    )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        doors = callbacks.doors()
        for door in doors:
            path = reverse(
                "sms-callback", kwargs={"provider": door.provider, "secret": door.secret}
            )
            self.stdout.write(f"{door.provider} {settings.BEFFROI_URL}{path}")
        if not doors:
            self.stdout.write(_("Aucun fournisseur n’en a besoin."))
