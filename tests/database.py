"""The tests' own database: cloned from one that was migrated once, and known to processes that a test starts."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from beffroi.servers import postgres
from beffroi.servers.postgres import Cluster

SOURCE = Path(__file__).parents[1] / "src"
ROLES = ("beffroi_web", "beffroi_engine", "beffroi_postfix", "beffroi_dovecot")
_ONE_AT_A_TIME = 0x62656666


def url() -> str:
    """HOST may be a folder: the throw-away cluster listens on a Unix socket."""
    return _url(connection.settings_dict)


def template() -> str:
    """A migrated database to clone, made by whoever comes first and kept as long as no migration changes."""
    ours = settings.DATABASES["default"]
    name = f"beffroi_template_{_fingerprint()}"
    draft = f"{name}_{os.getpid()}"
    with psycopg.connect(_url(ours), autocommit=True) as owner:
        owner.execute("SELECT pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
        if owner.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
            _migrate(_url(ours | {"NAME": draft}))
            owner.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(draft), sql.Identifier(name)
                )
            )
    return name


def template_url() -> str:
    """Where that one is, to be copied elsewhere."""
    return _url(settings.DATABASES["default"] | {"NAME": template()})


def fill(cluster: Cluster, *, source: str) -> None:
    """A new and running cluster, as if it had been migrated: that takes a tenth of the time."""
    psql = [str(cluster.binaries / "psql"), "-q", "-v", "ON_ERROR_STOP=1", "-d", cluster.url]
    roles = "".join(f"CREATE ROLE {name};" for name in ROLES)
    grants = f"GRANT beffroi_web, beffroi_engine TO {postgres.ROLE};"
    subprocess.run([*psql, "-c", roles + grants], check=True)
    dump = subprocess.run(
        [str(cluster.binaries / "pg_dump"), "-d", source], check=True, capture_output=True
    )
    subprocess.run(psql, input=dump.stdout, check=True, stdout=subprocess.DEVNULL)


def _fingerprint() -> str:
    """Of all that a migration may read."""
    digest = hashlib.sha256()
    for file in sorted(SOURCE.rglob("*.py")):
        if file.parent.name == "migrations" or file.name in ("walls.py", "words.py"):
            digest.update(file.read_bytes())
    for lock in sorted((SOURCE.parent / "locks").glob("*")):
        digest.update(lock.read_bytes())
    return digest.hexdigest()[:16]


def _migrate(database_url: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "beffroi.config.manage", "migrate", "--noinput", "-v", "0"],
        env=os.environ
        | {
            "DATABASE_URL": database_url,
            "BEFFROI_DB_ROLE": "owner",
            "PYTHONPATH": str(SOURCE),
        },
        check=True,
    )


def _url(parameters: dict[str, object]) -> str:
    where = {name: quote(str(value), safe="") for name, value in parameters.items()}
    return "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**where)


if __name__ == "__main__":  # ./beffroi test fast makes it while its tools run
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beffroi.config.settings")
    template()
