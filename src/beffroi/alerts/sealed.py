"""The town's key at Météo-France, sealed under the house's keyring and bound to its town."""

from beffroi.delivery import keys
from beffroi.towns.models import Town


def bound_to(town_id: int) -> bytes:
    return b"alerts:%d:weather" % town_id


def seal(town: Town, key: str) -> tuple[bytes, int]:
    """(sealed bytes, generation of the key)."""
    ring = keys.ring()
    return ring.seal(key.encode(), bound_to=bound_to(town.pk)), ring.current


def unseal(town: Town, sealed: bytes, key_id: int) -> str:
    ring = keys.ring_with(key_id)
    return ring.unseal(bytes(sealed), key_id=key_id, bound_to=bound_to(town.pk)).decode()
