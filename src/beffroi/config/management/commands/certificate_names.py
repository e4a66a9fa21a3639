"""The names under each town's domain that lead to the site, a line for each certificate."""

from typing import Any

from django.core.management.base import BaseCommand

from beffroi.mailhosting.queries import domains
from beffroi.towns.queries import open_towns

NAMES = ("mta-sts", "autoconfig", "autodiscover")


class Command(BaseCommand):
    help = (
        "Writes the names for which the towns' domains want certificates, a line for each domain."
    )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        for town in open_towns():
            for domain in domains.live_domains(town):
                self.stdout.write(" ".join(f"{name}.{domain.name}" for name in NAMES))
