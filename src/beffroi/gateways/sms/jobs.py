"""What the gateway and its routes hand each other: one message on its way, and whom to tell."""

from collections import OrderedDict
from collections.abc import Callable
from itertools import count
from typing import Protocol

from beffroi.gateways.parcels import (
    Ledger,
    Manner,
    Outcome,
    Parcel,
    Report,
    Stage,
    Urgency,
    Verdict,
)
from beffroi.kit import smpp as pdu
from beffroi.kit.gsm import Encoding, encode, header

PLATES_KEPT = 64
NO_MANNER = Manner()
_GRAVITY = (Verdict.ACCEPTED, Verdict.RETRY, Verdict.AMBIGUOUS, Verdict.REFUSED)


class Plate:
    """One text of one sender, ready to leave for any number: only the number is missing."""

    def __init__(self, parcel: Parcel) -> None:
        """Raises: kit.gsm.TooLong."""
        self.text = parcel.data.decode("utf-8", "replace")
        self.manner = parcel.manner or NO_MANNER
        self.encoding, bodies = encode(self.text)
        self.bodies = bodies or [b""]
        self.head = pdu.submit_head(parcel.sender)
        self._references = count()
        self._alone = self._tail(self.bodies[0], headed=False) if len(self.bodies) == 1 else b""

    def tails(self) -> list[bytes]:
        """What follows the number in the submit_sm of each part."""
        if self._alone:
            return [self._alone]
        reference, total = next(self._references), len(self.bodies)
        return [
            self._tail(header(reference=reference, total=total, place=place) + body, headed=True)
            for place, body in enumerate(self.bodies, start=1)
        ]

    def _tail(self, text: bytes, *, headed: bool) -> bytes:
        return pdu.submit_tail(
            text,
            data_coding=pdu.GSM_CODING if self.encoding is Encoding.GSM else pdu.UCS2_CODING,
            headed=headed,
            ttl_s=self.manner.ttl_s,
            priority=int(self.manner.urgency is Urgency.HIGH),
        )


class Plates:
    """The plates of the texts that are being sent: thousands of parcels share a few."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[bytes, bytes, Manner | None], Plate] = OrderedDict()

    def of(self, parcel: Parcel) -> Plate:
        """Raises: kit.gsm.TooLong."""
        key = (parcel.sender, parcel.data, parcel.manner)
        plate = self._kept.get(key)
        if plate is None:
            plate = self._kept[key] = Plate(parcel)
            if len(self._kept) > PLATES_KEPT:
                self._kept.popitem(last=False)
        return plate


class Feed:
    """A ledger at work."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.hungry = True
        """It may have parcels to take."""
        self.on_their_way = 0


class Job:
    """One parcel, from the moment it was taken to its outcome."""

    __slots__ = (
        "begun", "code", "feed", "held", "in_flight", "parcel", "plate", "references", "route", "since", "stage",
        "status", "tails", "tried", "verdict", "why",
    )  # fmt: skip

    def __init__(self, parcel: Parcel, feed: Feed, plate: Plate) -> None:
        self.parcel, self.feed, self.plate = parcel, feed, plate
        self.begun = False
        self.since = 0.0
        """When its first byte left."""
        self.route = ""
        """Who has it, or had it last."""
        self.tried: set[str] = set()
        """Those that could not take it."""
        self.restart()

    def restart(self) -> None:
        """As if it had never been submitted: no provider has any part of it."""
        self.tails = self.plate.tails()
        self.references = [""] * len(self.tails)
        self.held = list(range(len(self.tails)))
        """Parts that are to be submitted, or submitted again."""
        self.in_flight = 0
        self.verdict = Verdict.ACCEPTED
        self.stage, self.code, self.why = Stage.CONTENT, 0, ""

    @property
    def parts(self) -> int:
        return len(self.tails)

    @property
    def is_urgent(self) -> bool:
        return self.plate.manner.urgency is Urgency.HIGH

    @property
    def untouched(self) -> bool:
        """No provider has accepted any part."""
        return not any(self.references)

    def trouble(self, verdict: Verdict, stage: Stage, code: int, why: str = "") -> None:
        """A part met this: of several troubles the gravest counts."""
        if _GRAVITY.index(verdict) >= _GRAVITY.index(self.verdict):
            self.verdict, self.stage, self.code, self.why = verdict, stage, code, why

    def say(self, verdict: Verdict, stage: Stage, code: int, why: str = "") -> None:
        """The one answer to a whole message."""
        self.verdict, self.stage, self.code, self.why = verdict, stage, code, why

    def outcome(self) -> Outcome:
        known = tuple(reference for reference in self.references if reference)
        return Outcome(self.parcel.ref, self.verdict, self.stage, self.code, "", self.why, known)


class Office(Protocol):
    """What a route may ask of the gateway; all in the gateway's own thread."""

    def settle(self, job: Job) -> None:
        """Its outcome is what the job says."""

    @property
    def routes(self) -> list[str]:
        """The names of all."""

    def give_back(self, job: Job) -> None:
        """No provider has any part of it: another may try, or this one later when it was only too fast."""

    def stir(self) -> None:
        """A route has room again, or came up, or went down."""

    def note(self, route: str, *, good: bool, took_s: float) -> None:
        """How a provider did on one submission."""

    def receive(self, report: Report, acknowledge: Callable[[], None]) -> None:
        """Something came back; `acknowledge` tells the provider that it is kept."""


class Route(Protocol):
    """One provider's way out."""

    name: str
    why: str
    """Of being down."""

    @property
    def hopeful(self) -> bool:
        """Up, or about to be known."""

    def wait_s(self, now: float, *, urgent: bool = False) -> float:
        """How long before it takes one more message: 0 now, infinity until it stirs. A part is kept for the urgent."""

    def submit(self, job: Job, now: float) -> None:
        """Only when `wait_s` is 0."""

    def start(self) -> None: ...

    def hurry(self, now: float) -> None:
        """There is something to send: if it is down, it tries again at once."""

    def tick(self, now: float) -> None:
        """Once a second."""

    async def close(self) -> None: ...
