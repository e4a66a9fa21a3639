"""A calendar that the sports office sends as a file: the first one was taken in, the next one waits for its agent."""

from datetime import datetime, timedelta

from django.utils import timezone

from beffroi.config.demo.telmails import Office
from beffroi.content.facts import Brought
from beffroi.content.models import Upload
from beffroi.content.readers.columns import Field
from beffroi.content.services import uploads
from beffroi.content.services.uploads import Settled
from beffroi.content.words import Kind, Mode

FILENAME = "Calendrier_des_manifestations_sportives_2026-2027_VERSION-DEFINITIVE_corrigee.csv"
"""As offices name their files."""
_FIRST = (
    (9, "14:30", "Rugby : Arcachon – La Teste", "Stade Matéo-Petit"),
    (16, "10:00", "Tournoi de judo des écoles", "Gymnase de la plage"),
    (23, "9:30", "Course des dunes", "Jetée Thiers"),
)
_NEXT = (
    (9, "16:00", "Rugby : Arcachon – La Teste", "Stade Matéo-Petit"),
    *_FIRST[1:],
    (30, "15:00", "Basket : demi-finale", "Gymnase de la plage"),
)
Line = tuple[int, str, str, str]
"""In how many days, when, what, where."""


def bring(office: Office, *, today: datetime) -> None:
    first = _keep(office, _FIRST, today=today, at=today - timedelta(days=6))
    said = Settled(
        name=first.name,
        mode=Mode.AUTOMATIC,
        kind=Kind.EVENT,
        columns={name: Field(field) for name, field in first.columns.items()},
        labels={},
    )
    writer = office.agents["redaction"]
    uploads.settle(office.town, first.pk, said, by=writer, at=first.brought_at)
    uploads.take(office.town, first.pk, by=writer, clock=lambda: first.brought_at)
    _keep(office, _NEXT, today=today, at=today - timedelta(hours=2))


def _keep(office: Office, told: tuple[Line, ...], *, today: datetime, at: datetime) -> Upload:
    lines = ["Calendrier du service des sports;;;", "Date;Heure;Manifestation;Lieu"]
    for days, clock, what, where in told:
        day = timezone.localtime(today + timedelta(days=days))
        lines.append(f"{day:%d/%m/%Y};{clock};{what};{where}")
    new = Brought(filename=FILENAME, content_type="text/csv")
    body = "\r\n".join(lines).encode("cp1252")
    return uploads.keep(office.town, new, [body], by=office.agents["redaction"], at=at)
