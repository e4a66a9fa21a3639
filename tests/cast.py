"""Builders: plain functions with defaults. One cast for all tests; each room adds its own below."""

from datetime import UTC, datetime

from beffroi.towns import services as towns
from beffroi.towns.models import Agent, Town
from beffroi.towns.permissions import Role

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)  # a Tuesday, noon in Paris
PASSWORD = "un mot de passe assez long"


def a_town(insee_code: str = "33009", *, sender_address: str = "mairie@arcachon.example") -> Town:
    return towns.create_town(insee_code, at=NOON, sender_address=sender_address)


def an_agent(town: Town, name: str, *roles: Role, service: str = "") -> Agent:
    agent = towns.create_agent(
        email=f"{name}@{town.slug}.example", full_name=name.capitalize(), at=NOON, password=PASSWORD
    )
    row = towns.add_service(town, service, by=None, at=NOON) if service else None
    towns.add_member(town, agent, roles=roles, service=row, by=None, at=NOON)
    return agent
