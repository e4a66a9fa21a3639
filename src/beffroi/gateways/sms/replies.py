"""What people write back, its parts put together; a part that stays alone is passed on as it is."""

from collections.abc import Callable

from beffroi.gateways.sms import receipts
from beffroi.gateways.sms.jobs import Office
from beffroi.kit import smpp as pdu

PATIENCE_S = 5.0
"""How long a part waits for the others, unacknowledged: well under what an SMSC waits for the answer."""

Part = tuple[pdu.Short, Callable[[], None]]


class Replies:
    def __init__(self, provider: str, office: Office, *, clock: Callable[[], float]) -> None:
        self._provider, self._office, self._clock = provider, office, clock
        self._begun: dict[tuple[bytes, int, int], tuple[float, dict[int, Part]]] = {}

    def add(self, short: pdu.Short, acknowledge: Callable[[], None]) -> None:
        reference, total, place = receipts.place_of(short)
        if total <= 1:
            self._pass_on({1: (short, acknowledge)})
            return
        key = (short.source, reference, total)
        _, parts = self._begun.setdefault(key, (self._clock(), {}))
        parts[place] = (short, acknowledge)
        if len(parts) == total:
            del self._begun[key]
            self._pass_on(parts)

    def tick(self, now: float) -> None:
        for key, (since, parts) in list(self._begun.items()):
            if now - since > PATIENCE_S:
                del self._begun[key]
                self._pass_on(parts)

    def forget(self) -> None:
        """The connection is gone: the SMSC will send them all again."""
        self._begun.clear()

    def _pass_on(self, parts: dict[int, Part]) -> None:
        in_order = [parts[place] for place in sorted(parts)]
        replies = [receipts.read_reply(short, provider=self._provider) for short, _ in in_order]
        whole = replies[0]._replace(text="".join(reply.text for reply in replies))

        def acknowledge() -> None:
            for _, each in in_order:
                each()

        self._office.receive(whole, acknowledge)
