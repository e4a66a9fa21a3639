"""Builders for SMS: numbers, messages, and what a worker writes down once the network has taken them."""

import uuid
from collections.abc import Sequence

from beffroi.delivery.engine import rows
from beffroi.delivery.engine.desk import Result
from beffroi.delivery.services import contact_points
from beffroi.delivery.words import Channel, DeliveryState
from beffroi.gateways.parcels import Report, ReportKind, Stage
from beffroi.towns.models import Town
from tests.cast import NOON
from tests.rooms.delivery import cast

SENDER = "36180"


def phones(town: Town, count: int = 1) -> list[int]:
    numbers = [f"+336{n:08d}" for n in range(12_345_600, 12_345_600 + count)]
    return contact_points.find_or_create_many(town, Channel.SMS, numbers, at=NOON)


def number(n: int = 0) -> bytes:
    return b"+336%08d" % (12_345_600 + n)


def an_sms(town: Town, recipients: Sequence[int], **changes: object) -> int:
    fields = {"channel": Channel.SMS, "from_name": SENDER, "text": "Le marché est déplacé."}
    return cast.sent(town, recipients, **{**fields, **changes})  # type: ignore[arg-type]


def taken(
    *references: tuple[str, ...],
    state: DeliveryState = DeliveryState.ACCEPTED,
    stage: Stage = Stage.CONTENT,
) -> None:
    """The worker claims the next SMS, and the network calls its deliveries by these names."""
    claim_id = uuid.uuid4()
    claim = rows.claim(
        claim_id, worker="a:b:c", channel=Channel.SMS, lanes_below=9, window=100, now=NOON
    )
    assert claim is not None
    planned = rows.planned(claim)
    results = [
        Result(seq, planned[seq], state, 0, "", True, stage, names)
        for seq, names in enumerate(references)
    ]
    release = rows.Release(0, 0, complete=True)
    assert rows.settle(claim_id, claim, results, release=release, now=NOON)


def received(reference: str, provider: str = "a") -> Report:
    return Report(ReportKind.DELIVERED, provider, f"{provider}/{reference}")


def lost(reference: str, code: int = 1, provider: str = "a") -> Report:
    return Report(ReportKind.FAILED, provider, f"{provider}/{reference}", code)


def reply(text: str, *, sender: bytes | None = None, to: str = SENDER) -> Report:
    return Report(ReportKind.REPLY, "a", "", sender=sender or number(), to=to, text=text)
