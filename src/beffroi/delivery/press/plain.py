"""SMS and notifications once composed: one text with slots, and the manner in which it travels."""

from dataclasses import dataclass, replace
from datetime import datetime

from beffroi.delivery import keys
from beffroi.delivery.models import Message
from beffroi.delivery.policy import manner
from beffroi.delivery.press.slots import Filler, compiled
from beffroi.delivery.words import Lane
from beffroi.gateways.parcels import Manner
from beffroi.kit import mime


@dataclass(frozen=True, kw_only=True)
class PlainPlate:
    compiled: mime.Compiled
    filler: Filler
    sender: bytes
    expires_at: datetime
    manner: Manner
    struck: bytes | None
    """The text of everyone, when nothing in it is personal."""

    def strike(
        self, seq: int, contact_point_id: int, link_version: int, address: bytes
    ) -> tuple[bytes, bytes]:
        if self.struck is not None:
            return self.sender, self.struck
        values = self.filler.values(seq, contact_point_id, link_version)
        return self.sender, self.compiled.fill(values)

    def at(self, now: datetime) -> "PlainPlate":
        """What leaves late may wait less long on its way."""
        left_s = int((self.expires_at - now).total_seconds())
        return replace(self, manner=self.manner._replace(ttl_s=max(1, left_s)))


def plate(message: Message, text: str, *, sender: str, topic: str = "", at: datetime) -> PlainPlate:
    made = compiled(text, message.base_url)
    return PlainPlate(
        compiled=made,
        filler=Filler(
            message_id=message.pk,
            town_id=message.town_id,
            token_key=keys.token_key(),
            needs=frozenset(made.holes),
        ),
        sender=sender.encode("ascii"),
        expires_at=message.expires_at,
        manner=manner(Lane(message.lane), topic=topic),
        struck=None if made.holes else made.fill({}),
    ).at(at)
