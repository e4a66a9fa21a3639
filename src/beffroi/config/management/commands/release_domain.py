"""manage release_domain TOWN NAME: the operator takes a name back from the town that holds it; the DNS then settles whose it is."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from beffroi.mailhosting.queries import domains as queries
from beffroi.mailhosting.services import domains
from beffroi.mailhosting.words import DomainState
from beffroi.towns.queries import every_town


class Command(BaseCommand):
    help = (
        "Libère un nom de domaine que tient une commune. Ses boîtes sont gardées mais ne reçoivent plus ; "
        "la prochaine commune dont le DNS montre que le nom est à elle le tient."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("town", help="la commune, comme dans l’adresse de ses pages")
        parser.add_argument("name", help="le nom de domaine")

    def handle(self, *args: Any, town: str, name: str, **options: Any) -> None:  # noqa: ANN401
        for holder in every_town().filter(slug=town):
            for domain in queries.live_domains(holder).filter(name=name):
                domains.move(holder, domain.pk, DomainState.CHOSEN, by=None, at=timezone.now())
                self.stdout.write(f"{name} n’est plus tenu par {holder.name}.")
                return
        raise CommandError(f"« {town} » ne tient pas {name}. Rien n’a été modifié.")
