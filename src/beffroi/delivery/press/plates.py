"""What the three kinds of message have in common once composed."""

from datetime import datetime
from typing import Protocol, Self

from beffroi.gateways.parcels import Manner


class Plate(Protocol):
    """One message, composed. `strike` runs once per recipient: bytes only."""

    @property
    def manner(self) -> Manner | None:
        """How the gateway is to hand the copies over."""

    def strike(
        self, seq: int, contact_point_id: int, link_version: int, address: bytes
    ) -> tuple[bytes, bytes]:
        """(sender, data) of a `gateways.parcels.Parcel`."""

    def at(self, now: datetime) -> Self:
        """The same as it is to leave now: its date, or how long it may still take."""
