"""manage restore FILE: the database of a backup, in place of what is here."""

import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils.translation import gettext as _

from beffroi.config import dumps
from beffroi.mailhosting import roles as mail_roles
from beffroi.servers import supervision
from beffroi.towns import walls


class Command(BaseCommand):
    help = _("Remplace la base par celle d’une sauvegarde. Beffroi doit être arrêté.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help=_("même si la base contient déjà des données")
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        file: Path = options["file"].resolve()
        self._refuse_what_would_hurt(file, replace=options["replace"])
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {mail_roles.SCHEMA} CASCADE")
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
            cursor.execute(walls.CREATE_ROLES)
            cursor.execute(mail_roles.CREATE_ROLES)
        connection.close()
        command = [str(dumps.program("pg_restore")), "--exit-on-error", "--single-transaction"]
        command += ["--no-owner", f"--dbname={connection.settings_dict['NAME']}", str(file)]
        if subprocess.run(command, env=dumps.environment(), check=False).returncode:
            raise CommandError(
                _(
                    "La restauration a échoué : la base est vide. Recommencez avec une autre sauvegarde."
                )
            )
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write(_("Base restaurée et mise à niveau. Vous pouvez démarrer Beffroi."))

    def _refuse_what_would_hurt(self, file: Path, *, replace: bool) -> None:
        listed = [str(dumps.program("pg_restore")), "--list", str(file)]
        if subprocess.run(listed, capture_output=True, check=False).returncode:
            raise CommandError(_("%(file)s n’est pas une sauvegarde lisible.") % {"file": file})
        try:
            supervision.states(settings.BEFFROI_DIR)
        except supervision.NotRunning:
            pass
        else:
            raise CommandError(_("Beffroi tourne : arrêtez-le d’abord."))
        if "towns_town" in connection.introspection.table_names() and not replace:
            raise CommandError(
                _(
                    "La base contient déjà une installation. Rien n’a été changé."
                    " Pour la remplacer : --replace"
                )
            )
