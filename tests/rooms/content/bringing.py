"""Files as an agent brings them, looks at them and puts them right."""

from beffroi.content.facts import Brought
from beffroi.content.queries import uploads as queries
from beffroi.content.readers.columns import Field
from beffroi.content.services import uploads
from beffroi.content.services.uploads import Settled
from beffroi.content.words import Kind, Mode
from tests.cast import NOON

WEEK = "Programme du Rex;;;\nFilm;Date;Heure;Version\nLe Cercle rouge;25/11/2026;20:30;VF\n"
NEXT_WEEK = (
    "Programme du Rex;;;\nFilm;Date;Heure;Version\n"
    "LE CERCLE ROUGE;02/12/2026;18:00;VF\nPlaytime;03/12/2026;20:30;VF\n"
)
CLUBS = "Nom;Tél;Rubrique\nClub de voile;05 56 22 00 00;Sport\nChorale;05 56 22 00 01;Musique\n"


def brought(town, agent, text, *, name="cinema.csv", at=NOON, **more):
    body = text if isinstance(text, bytes) else text.encode("cp1252")
    return uploads.keep(town, Brought(filename=name, **more), [body], by=agent, at=at)


def seen(town, agent, row, at=NOON):
    return queries.preview(town, row.pk, by=agent, at=at)


def taken(town, agent, row, at=NOON):
    return uploads.take(town, row.pk, by=agent, clock=lambda: at)


def settled(town, agent, row, **more):
    """As the page posts it when nothing but `more` was changed."""
    row.refresh_from_db()
    said = {
        "name": row.name,
        "mode": Mode(row.mode),
        "kind": Kind(row.kind) if row.kind else None,
        "source_id": row.source_id,
        "columns": {name: Field(value) for name, value in row.columns.items()},
        "labels": {},
    }
    return uploads.settle(town, row.pk, Settled(**(said | more)), by=agent, at=NOON)


def counts(preview):
    return {verdict.value: n for verdict, n in preview.counts.items() if n}
