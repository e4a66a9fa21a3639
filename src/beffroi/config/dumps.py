"""What backup and restore share: PostgreSQL's programs, and the connection told to them."""

import os
import shutil
from pathlib import Path

from django.core.management.base import CommandError
from django.db import connection
from django.utils.translation import gettext as _

from beffroi.servers import postgres


def program(name: str) -> Path:
    """Of the newest version here: a newer pg_dump reads an older server, not the reverse."""
    found = postgres.installed() or postgres.embedded()
    path = found[max(found)] / name if found else Path(shutil.which(name) or name)
    if not path.exists():
        raise CommandError(
            _("%(name)s manque : installez le paquet postgresql-client.") % {"name": name}
        )
    return path


def environment() -> dict[str, str]:
    """The password goes by the environment: a command line is seen by all."""
    told = connection.settings_dict
    return os.environ | {
        "PGHOST": str(told["HOST"]),
        "PGPORT": str(told["PORT"] or ""),
        "PGUSER": told["USER"],
        "PGPASSWORD": told["PASSWORD"],
        "PGDATABASE": told["NAME"],
    }
