"""Builders: plain functions with defaults. One cast for all tests; each room adds its own below."""

import json
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from beffroi.kit import base64url
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


def a_telephone(number: int) -> str:
    """A French mobile, another one for each `number` under ten thousand."""
    return f"06 12 34 {number // 100:02} {number % 100:02}"


def a_browser(number: int) -> str:
    """A push subscription as `JSON.stringify` gives it, another one for each `number`."""
    point = ec.derive_private_key(number + 1, ec.SECP256R1()).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = {"p256dh": base64url.encoded(raw), "auth": base64url.encoded(b"a" * 16)}
    endpoint = f"https://updates.push.services.mozilla.com/wpush/v2/browser{number}"
    return json.dumps({"endpoint": endpoint, "keys": keys})
