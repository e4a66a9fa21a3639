"""Where measures are made: a database of their own, and a town in it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

HOST = "127.0.0.1"


def data_folder() -> Path:
    return Path(os.environ.get("BEFFROI_DIR") or tempfile.gettempdir())


@contextmanager
def scratch_database() -> Iterator[None]:
    """A fresh database beside the given one, dropped at the end."""
    import psycopg
    from psycopg import sql

    url = os.environ["DATABASE_URL"]
    name = f"beffroi_bench_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    os.environ["DATABASE_URL"] = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    try:
        _migrate()
        yield
    finally:
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _migrate() -> None:
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beffroi.config.settings")
    django.setup()
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
