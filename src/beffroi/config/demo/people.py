"""The agents of the demonstration, one in each role, and how they sign in."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from beffroi.towns import services as towns
from beffroi.towns.models import Agent, Service, Town
from beffroi.towns.permissions import Role

SERVICES = ("Culture", "Services techniques", "Petite enfance et écoles", "CCAS")


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One agent to play."""

    key: str
    full_name: str
    what: str
    """What a visitor does with it, in French."""
    roles: tuple[Role, ...]
    service: str = ""

    def email(self, town: Town) -> str:
        return f"{self.key}@{town.slug}.example"


PARTS = (
    Part(key="redaction", full_name="Léa Martin", what="rédige les Télmails", roles=(Role.WRITER,)),
    Part(key="cabinet", full_name="Paul Berger", what="valide et envoie", roles=(Role.APPROVER,)),
    Part(
        key="culture",
        full_name="Inès Duval",
        what="propose pour le service Culture",
        roles=(Role.PROPOSER,),
        service="Culture",
    ),
    Part(
        key="technique",
        full_name="Marc Lopez",
        what="propose pour les services techniques",
        roles=(Role.PROPOSER,),
        service="Services techniques",
    ),
    Part(key="accueil", full_name="Odile Garnier", what="gère les abonnés", roles=(Role.CLERK,)),
    Part(
        key="direction",
        full_name="Nadia Perrin",
        what="administre la collectivité",
        roles=(Role.ADMINISTRATOR,),
    ),
    Part(
        key="astreinte",
        full_name="Karim Haddad",
        what="est d’astreinte\N{NO-BREAK SPACE}: envoie les alertes, la nuit aussi",
        roles=(Role.DUTY,),
    ),
    Part(key="audit", full_name="Henri Colas", what="consulte et contrôle", roles=(Role.AUDITOR,)),
)


def password(secrets_dir: Path) -> str:
    """The one password of all the demonstration's agents, drawn at random once per installation."""
    path = secrets_dir / "demo_password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"beffroi-{secrets.token_hex(4)}", encoding="ascii")
    return path.read_text(encoding="ascii")


def settle_in(town: Town, *, word: str, at: datetime) -> dict[str, Agent]:
    """Makes the services and the agents of a town; the agents by key."""
    services: dict[str, Service] = {
        name: towns.add_service(town, name, by=None, at=at) for name in SERVICES
    }
    agents = {}
    for part in PARTS:
        agent = towns.create_agent(
            email=part.email(town), full_name=part.full_name, at=at, password=word
        )
        towns.add_member(
            town, agent, roles=part.roles, service=services.get(part.service), by=None, at=at
        )
        agents[part.key] = agent
    return agents
