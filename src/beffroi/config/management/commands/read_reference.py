"""manage read_reference dila|finess FILE: the country's file, read once, brings each town what concerns it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from beffroi.content.reading import read_country
from beffroi.content.services import reference
from beffroi.content.words import Format
from beffroi.towns.models import Town
from beffroi.towns.queries import open_towns

FORMATS = (Format.DILA.value, Format.FINESS.value)


class Command(BaseCommand):
    help = _(
        "Lit un fichier national (annuaire des services publics ou FINESS) et met à jour l’annuaire de chaque commune ouverte."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("format", choices=FORMATS)
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--insee", nargs="+", default=(), help=_("seulement ces communes, par leur code Insee")
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        towns = _towns(options["insee"])
        if not options["file"].is_file():
            raise CommandError(_("%(file)s n’est pas un fichier.") % {"file": options["file"]})
        country = read_country(options["file"], Format(options["format"]), towns)
        if country.flaw:
            raise CommandError(
                _("Le fichier n’a pas pu être lu jusqu’au bout. Rien n’a été modifié.")
            )
        at = timezone.now()
        for insee, town in towns.items():
            found = country.by_insee.get(insee)
            if found is None:
                said = _("rien ne la concerne.")
            elif run := reference.take(town, found, at=at):
                said = _("nouvelles %(made)s, modifiées %(changed)s, inchangées %(same)s.") % {
                    "made": run.made,
                    "changed": run.changed,
                    "same": run.same,
                }
            else:
                said = _("la commune a retiré ou suspendu cette source.")
            self.stdout.write(f"{town.name} ({insee})\N{NO-BREAK SPACE}: {said}")


def _towns(asked: Sequence[str]) -> dict[str, Town]:
    """By code, of those that have one: an intercommunality has none."""
    towns = {town.insee_code: town for town in open_towns() if town.insee_code}
    unknown = sorted(set(asked) - set(towns))
    if unknown:
        raise CommandError(
            _("Aucune commune ouverte n’a ce code\N{NO-BREAK SPACE}: %(codes)s. Rien n’a été lu.")
            % {"codes": ", ".join(unknown)}
        )
    return {code: town for code, town in towns.items() if not asked or code in asked}
