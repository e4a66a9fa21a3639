"""manage backup FILE: the whole database in one file, while Beffroi runs or not."""

import os
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from beffroi.config import dumps


class Command(BaseCommand):
    help = _("Sauvegarde la base dans un fichier. Les secrets se sauvegardent à part.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        file: Path = options["file"].resolve()
        draft = file.with_name(f".{file.name}.draft")
        draft.unlink(missing_ok=True)
        os.close(os.open(draft, os.O_CREAT | os.O_WRONLY, 0o600))
        command = [str(dumps.program("pg_dump")), "--format=custom", f"--file={draft}"]
        done = subprocess.run(command, env=dumps.environment(), check=False)
        if done.returncode:
            draft.unlink(missing_ok=True)
            raise CommandError(_("La sauvegarde a échoué ; aucun fichier n’a été laissé."))
        draft.replace(file)
        self.stdout.write(
            _("Base sauvegardée dans %(file)s (%(size)s Kio).")
            % {"file": file, "size": file.stat().st_size // 1024}
        )
        self.stdout.write(
            _("Sauvegardez aussi %(folder)s, ailleurs : sans lui, aucune adresse ne peut être lue.")
            % {"folder": settings.BEFFROI_DIR / "secrets"}
        )
