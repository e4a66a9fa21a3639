"""How fast a messy file is imported, and in how much memory. One JSON object on standard output."""

import argparse
import json
import os
import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

HOSTS = ("orange.example", "free.example", "laposte.example", "boite.example")
DEFAULT_ROWS = 100_000


def a_file(rows: int) -> Iterator[bytes]:
    """Windows-1252, semicolons, a title above the header; one row in twelve has something wrong with it."""
    dice = random.Random(7)  # noqa: S311 - a made-up file, not a secret
    yield "Commune ; liste des abonnés\r\n\r\nNom;Prénom;Courriel;Culture;Infos;Météo\r\n".encode(
        "cp1252"
    )
    for number in range(rows):
        address = f"habitant.{number}@{dice.choice(HOSTS)}"
        throw = dice.random()
        if throw < 0.02:
            address = f"habitant.{number}@gmial.com"
        elif throw < 0.03:
            address = f"habitant.{number}"
        elif throw < 0.05:
            address = f'"{address} ; conjoint.{number}@boite.example"'
        elif throw < 0.07:
            address = f"habitant.{number // 2}@{HOSTS[0]}"
        elif throw < 0.08:
            yield b";;;;;\r\n"
            continue
        marks = ";".join("x" if dice.random() < 0.6 else "" for _ in range(3))
        yield f"DUPONT{number % 977};Chloé;{address};{marks}\r\n".encode("cp1252")


def measure(rows: int) -> dict[str, object]:
    """Imports the file into a town made for it, in the database of the settings, and takes it back."""
    from django.db import transaction

    from beffroi.audience.queries import imports as queries, themes as theme_queries
    from beffroi.audience.services import importing, imports, themes
    from beffroi.towns import services as towns

    now = datetime.now(UTC)
    with transaction.atomic():
        town = towns.create_town("33009", at=now, sender_address="mairie@exemple.fr")
        themes.open_town(town, at=now)
    started = time.perf_counter()
    import_id = imports.upload(town, "abonnes.csv", a_file(rows), by=None, at=now)
    uploaded = time.perf_counter()
    imports.start(
        town,
        import_id,
        queries.plan(town, import_id),
        imports.Attestation(
            collected_by="banc d’essai", collected_on=date(now.year, 1, 1), collected_how="généré"
        ),
        theme_ids=[theme_queries.open_themes(town)[0].id],
        by=None,
        at=now,
        defer=False,
    )
    before = rss_mib()
    cpu, postgres = time.process_time(), postgres_cpu_s()
    importing.run(town, import_id, clock=lambda: datetime.now(UTC))
    finished = time.perf_counter()
    report = queries.one(town, import_id)
    return {
        "rows": report.rows,
        "added": report.added,
        "rejected": report.rejected,
        "duplicates": report.duplicates,
        "upload_s": round(uploaded - started, 2),
        "import_s": round(finished - uploaded, 2),
        "rows_per_s": round(report.rows / (finished - uploaded)),
        "cpu_s": round(time.process_time() - cpu, 2),
        "postgres_cpu_s": round(postgres_cpu_s() - postgres, 2),
        "grown_mib": round(rss_mib() - before, 1),
        "peak_rss_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def postgres_cpu_s() -> float:
    """Of the process that serves this connection; 0 when it runs on another machine."""
    from django.db import connection

    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
    if not stat.exists() or "postgres" not in (text := stat.read_text(encoding="utf-8")):
        return 0.0
    user, system = text.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def rss_mib() -> float:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="beffroi bench import")
    parser.add_argument("--rows", type=int, default=DEFAULT_ROWS)
    asked = parser.parse_args(arguments)
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beffroi.config.settings")
    django.setup()
    print(json.dumps(measure(asked.rows)))


if __name__ == "__main__":
    main(sys.argv[1:])
