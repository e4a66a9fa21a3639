"""The demonstration from end to end, told once per installation in one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from beffroi.audience.facts import NewTheme
from beffroi.audience.models import Theme
from beffroi.audience.services import themes as audience_themes
from beffroi.config.demo import (
    alerts,
    content,
    devices,
    official_mail,
    people,
    spending,
    storms,
    subscribers,
    telephones,
    telmails,
    visits,
)
from beffroi.kit.french import of
from beffroi.towns import queries, services as towns
from beffroi.towns.models import Agent, Town

ARCACHON = "33009"
PAST = timedelta(days=400)
_ARMS = Path(__file__).with_name("arms.png")


@dataclass(frozen=True, kw_only=True, slots=True)
class Login:
    email: str
    what: str


def tell(*, secrets_dir: Path, now: datetime) -> None:
    """Makes the demonstration if it is not there yet; all or nothing."""
    if queries.agent_by_email(_operator_email()) is not None:
        return
    word = people.password(secrets_dir)
    with transaction.atomic():
        office = open_town(word, at=now - PAST)
        subscribers.join(office, at=now - PAST, today=now)
        telephones.give(office)
        telmails.write_the_past(office, today=now)
        storms.break_out(office, today=now)
        spending.settle_the_past(office, today=now)
        subscribers.come_and_go(office, today=now)
        devices.hand_out(office.town, at=now)
        telmails.write_the_present(office, today=now)
        alerts.prepare(office, today=now)
        content.publish(office, today=now)
        visits.count(office.town, today=now)
        official_mail.settle(office.town, office.agents, word=word, at=now - PAST, now=now)
        towns.create_agent(
            email=_operator_email(),
            full_name="Camille Roux",
            at=now - PAST,
            password=word,
            is_operator=True,
        )


def logins() -> list[Login]:
    """Who a visitor may sign in as."""
    town = Town.objects.get(insee_code=ARCACHON)
    told = [Login(email=part.email(town), what=part.what) for part in people.PARTS]
    return [*told, Login(email=_operator_email(), what="exploite la maison (toutes les communes)")]


def _operator_email() -> str:
    return "exploitation@beffroi.example"


def open_town(word: str, *, at: datetime) -> telmails.Office:
    town = towns.create_town(ARCACHON, at=at, sender_address="lettre@arcachon.example")
    agents = people.settle_in(town, word=word, at=at)
    audience_themes.open_town(town, at=at)
    _introduce(town, by=agents["direction"], at=at)
    towns.set_coat_of_arms(town, _ARMS.read_bytes(), by=agents["direction"], at=at)
    return telmails.Office(town=town, agents=agents, themes=_themes(town, at=at))


def _introduce(town: Town, *, by: Agent, at: datetime) -> None:
    towns.change_settings(
        town,
        towns.TownSettings(
            name=town.name,
            primary_colour="#17456b",
            accent_colour="#b3391f",
            sender_name=f"Ville {of(town.name)}",
            sender_address="lettre@arcachon.example",
            reply_to="communication@arcachon.example",
            postal_address="Place de la Mairie, 33120 Arcachon",
            telephone="01 99 00 12 34",  # a number that ARCEP keeps for fiction
            website="https://www.arcachon.example",
            privacy_contact="dpo@arcachon.example",
            publication_director="Camille Dubourg, maire",
            host="Exploitation Beffroi, 1 rue de l’Exemple, 33000 Bordeaux, 01 99 00 12 00",
            count_links=False,
        ),
        by=by,
        at=at,
    )


def _themes(town: Town, *, at: datetime) -> dict[str, int]:
    """The three of every town, one of its own, and a temporary one that is still running."""
    culture, practical, weather = Theme.objects.of(town).order_by("position")[:3]
    families = audience_themes.create(
        town,
        NewTheme(
            name="Petite enfance et écoles",
            description="Crèches, écoles, cantine et centre de loisirs.",
        ),
        by=None,
        at=at,
    )
    works = audience_themes.create(
        town,
        NewTheme(
            name="Travaux Cœur de Ville",
            description="Le chantier du centre : rues fermées, livraisons, calendrier.",
            ends_on=timezone.localdate(at + PAST + timedelta(days=75)),
            purge_on=timezone.localdate(at + PAST + timedelta(days=105)),
            farewell="Les travaux du centre sont finis. Merci de votre patience ; cette liste est close et vos "
            "inscriptions à ce thème sont effacées.",
            farewell_sms="Arcachon: les travaux du centre sont finis. Merci de votre patience.",
            farewell_push="Les travaux du centre sont finis. Merci de votre patience.",
        ),
        by=None,
        at=at,
    )
    return {
        "culture": culture.pk,
        "pratique": practical.pk,
        "meteo": weather.pk,
        "ecoles": families,
        "travaux": works,
    }
