"""How the subscribers of the demonstration joined: a file, the public page, paper forms."""

import random
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from beffroi.audience.facts import PaperFormData, PersonName, Visitor
from beffroi.audience.queries import figures, imports as queries, themes
from beffroi.audience.services import importing, imports, paper, subscribing
from beffroi.config.demo import history, subscribers_file
from beffroi.config.demo.telmails import SEED, Office
from beffroi.delivery.models import Message
from beffroi.delivery.words import Lane, MessageState
from beffroi.towns.models import Town

SUBSCRIBERS, NEIGHBOURS = 1_300, 150
"""Those of the town of Arcachon, whose past year the demonstration tells again (issue 3)."""
NEW_NEIGHBOURS = 20
"""The others were on the town's list already."""
WORKS = timedelta(days=270)
"""The building site began so long ago."""

_SPREAD = """
WITH late AS (
    UPDATE audience_subscriber
    SET created_at = moved.at, confirmed_at = moved.at
    FROM (
        SELECT id, %(start)s + ((id * 7919) %% 997) / 997.0 * (%(end)s::timestamptz - %(start)s::timestamptz) AS at
        FROM audience_subscriber
        WHERE town_id = %(town)s AND id %% 5 < 2
    ) moved
    WHERE audience_subscriber.id = moved.id
    RETURNING audience_subscriber.id, created_at
)
UPDATE audience_subscription SET since = late.created_at FROM late WHERE subscriber_id = late.id
"""


def join(office: Office, *, at: datetime, today: datetime) -> None:
    """The town's old file, then the neighbours of the building site, through the import that an agent uses."""
    filename, content = subscribers_file.make()
    how = "Bulletins d’inscription signés, gardés en mairie."
    _import(office, filename, content, "pratique", how, at=at)
    _spread(office.town, start=at, end=today - timedelta(days=2))
    known = subscribers_file.addresses(NEIGHBOURS - NEW_NEIGHBOURS)
    new = [f"riverain{n:03}@boite.example" for n in range(NEW_NEIGHBOURS)]
    lines = ["Adresse électronique", *known, *new]
    file = "\n".join(lines).encode("utf-8")
    how = "Feuille d’émargement de la réunion publique."
    _import(office, "riverains du marché.csv", file, "travaux", how, at=today - WORKS)
    with (
        connection.cursor() as cursor
    ):  # all this is one transaction: nobody else can tell the planner
        cursor.execute("ANALYZE audience_subscriber, audience_subscription, delivery_contactpoint")


def _import(
    office: Office, filename: str, content: bytes, theme: str, how: str, *, at: datetime
) -> None:
    """Taken in, guessed, attested, run."""
    town, clerk = office.town, office.agents["accueil"]
    import_id = imports.upload(town, filename, [content], by=clerk, at=at)
    imports.start(
        town,
        import_id,
        queries.plan(town, import_id),
        imports.Attestation(
            collected_by="Service communication",
            collected_on=timezone.localdate(at),
            collected_how=how,
        ),
        theme_ids=[office.themes[theme]],
        by=clerk,
        at=at,
        defer=False,
    )
    importing.run(town, import_id, clock=lambda: at)


def come_and_go(office: Office, *, today: datetime) -> None:
    """Residents who joined by themselves over the year, others on paper this week, two still to confirm."""
    chance = random.Random(SEED)  # noqa: S311 - a story, not a secret
    for number in range(42):
        at = today - timedelta(days=chance.randint(2, 350), minutes=chance.randint(0, 1_400))
        _join_online(office, f"habitant{number:02}@boite.example", _some(chance), at=at)
    for number in range(2):
        address = f"a-confirmer{number}@boite.example"
        _ask(office, address, _some(chance), at=today - timedelta(hours=5))
    for number, (first_name, family_name) in enumerate(_ON_PAPER, 1):
        _type_in(office, number, PersonName(first_name=first_name, family_name=family_name), today)
    _fill_up(office, chance, today=today)
    _settle_letters(office.town)


def _fill_up(office: Office, chance: random.Random, *, today: datetime) -> None:
    """As many join as left meanwhile: the figures of the story are exact."""
    active = figures.standing(office.town, at=today).active
    neighbours = next(
        one.subscribers
        for one in themes.counted_themes(office.town)
        if one.theme.id == office.themes["travaux"]
    )
    for number in range(SUBSCRIBERS - active):
        at = today - timedelta(days=chance.randint(2, 350))
        wanted = ["travaux"] if number < NEIGHBOURS - neighbours else ["culture", "pratique"]
        _join_online(office, f"arrivant{number:02}@boite.example", wanted, at=at)


def _some(chance: random.Random) -> list[str]:
    return chance.sample(["culture", "pratique", "meteo", "ecoles"], chance.randint(1, 3))


def _join_online(office: Office, address: str, wanted: list[str], *, at: datetime) -> None:
    _ask(office, address, wanted, at=at)
    message = Message.objects.of(office.town).order_by("-id")[:1].get()
    ref = history.reference(office.town, message.pk, 0, at=at)
    subscribing.confirm(office.town, ref, visitor=Visitor(), at=at + timedelta(minutes=4))


def _ask(office: Office, address: str, wanted: list[str], *, at: datetime) -> None:
    subscribing.subscribe(
        office.town,
        address,
        theme_ids=[office.themes[name] for name in wanted],
        text_version=1,
        visitor=Visitor(),
        at=at,
    )


def _type_in(office: Office, number: int, name: PersonName, today: datetime) -> None:
    signed = today - timedelta(days=6)
    paper.type_form(
        office.town,
        PaperFormData(
            number=f"2026-{number:03}",
            signed_on=signed.date(),
            address=f"{name.first_name}.{name.family_name}@boite.example".lower(),
            theme_ids=[office.themes["pratique"], office.themes["meteo"]],
            name=name,
        ),
        by=office.agents["accueil"],
        at=today - timedelta(days=2, minutes=-number),
    )


def _settle_letters(town: Town) -> None:
    """Confirmations of the past were delivered in the past."""
    waiting = Message.objects.of(town).filter(lane=Lane.TRANSACTIONAL, state=MessageState.SENDING)
    for message in waiting:
        history.deliver(town, message.pk, at=message.frozen_at)


_ON_PAPER = (
    ("Yvonne", "Castera"),
    ("Roger", "Laffargue"),
    ("Simone", "Dupouy"),
    ("Marcel", "Lestage"),
    ("Jeanine", "Pucheu"),
    ("Albert", "Darrigade"),
    ("Colette", "Ducasse"),
    ("Maurice", "Labat"),
)


def _spread(town: Town, *, start: datetime, end: datetime) -> None:
    """Two subscribers in five joined in the course of the year rather than with the file."""
    with connection.cursor() as cursor:
        cursor.execute(_SPREAD, {"town": town.pk, "start": start, "end": end})
