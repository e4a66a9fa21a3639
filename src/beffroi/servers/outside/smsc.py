"""The operator's message centre of the outside world: SMPP 3.4 in, telephones behind.

It accepts everything and says that it was delivered, but for a few numbers (`Ending`) and the `Switches` of a test.
"""

import asyncio
import enum
import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from beffroi.kit import smpp
from beffroi.kit.gsm import Encoding, encode, header
from beffroi.servers.outside.telephones import Part, Telephones

log = logging.getLogger(__name__)

SPECIAL = b"336399899"
"""06 39 98 xx xx are the numbers that ARCEP keeps for fiction; those of 06 39 98 99 xx misbehave."""
SLOW_S = 0.5
THROTTLED_TIMES = 2
KEPT = 100_000
"""Receipts that wait for somebody to bind."""
INVALID_COMMAND, INVALID_PASSWORD = 0x03, 0x0E
DELIVERED, UNDELIVERABLE = 2, 5


class Ending(enum.Enum):
    """What 06 39 98 99 xx does."""

    REFUSED = b"01"
    THROTTLED = b"02"
    """Too fast, twice; then accepted."""
    CUT = b"03"
    """The connection breaks, once."""
    VENDOR = b"04"
    """Undeliverable, and only the text of the receipt says so."""
    FAILED = b"05"
    SILENT = b"06"
    """Never answers."""
    SLOW = b"07"
    SOFT = b"08"
    """Cannot take it now."""
    EARLY = b"09"
    """The receipt overtakes the answer."""


@dataclass(kw_only=True)
class Switches:
    """For tests, and for whoever wants to see a provider fail."""

    reorder: int = 0
    """Answers are held until there are so many, then given backwards."""
    refuse_binds: bool = False
    hex_ids: bool = False
    password: bytes = b""
    """Empty: any."""


class Smsc:
    """Listens, and keeps what it is given in `telephones`."""

    def __init__(self, telephones: Telephones, *, clock: Callable[[], float] = time.time) -> None:
        self.telephones, self.clock = telephones, clock
        self.switches = Switches()
        self.tries: Counter[bytes] = Counter()
        self._known: set[str] = set()
        self.closed: set[str] = set()
        """Accounts that may not bind."""
        self.held: list[Callable[[], None]] = []
        self._last_id = int(clock() * 1000)
        """Names of messages are not used again after a restart: receipts would go to older ones."""
        self._undelivered: dict[str, deque[bytes]] = {}
        self._sessions: set[Session] = set()
        self._server: asyncio.Server | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def listen(self, host: str, port: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._server = await self._loop.create_server(lambda: Session(self), host, port)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        self.cut()

    @property
    def connected(self) -> int:
        return len(self._sessions)

    @property
    def unacknowledged(self) -> int:
        """Receipts and answers that nobody has acknowledged yet."""
        waiting = sum(map(len, self._undelivered.values()))
        return waiting + sum(len(session.unacknowledged) for session in self._sessions)

    @property
    def accounts(self) -> dict[str, bool]:
        """Those that were ever bound, and whether they may bind."""
        return {name: name not in self.closed for name in sorted(self._known)}

    def shut(self, account: str, *, closed: bool) -> None:
        """As when a provider dies, or comes back. From any thread."""
        (self.closed.add if closed else self.closed.discard)(account)
        if closed and self._loop is not None:
            self._loop.call_soon_threadsafe(self._cut_account, account)

    def _cut_account(self, account: str) -> None:
        for session in list(self._sessions):
            if session.account == account:
                session.abort()

    def next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def joined(self, session: "Session") -> None:
        self._sessions.add(session)

    def parted(self, session: "Session") -> None:
        """What it had not acknowledged waits for the next that binds with its account."""
        self._sessions.discard(session)
        waiting = self._undelivered.setdefault(session.account, deque(maxlen=KEPT))
        waiting.extend(session.unacknowledged.values())

    def bound(self, session: "Session") -> None:
        self._known.add(session.account)
        waiting = self._undelivered.pop(session.account, ())
        for body in waiting:
            session.deliver(body)

    def cut(self) -> None:
        """Every connection breaks."""
        for session in list(self._sessions):
            session.abort()

    def write(self, *, sender: str, to: str, text: str) -> bool:
        """A person answers; False when nobody is bound to hear it. From any thread."""
        listening = [session for session in self._sessions if session.account]
        if not listening or self._loop is None:
            return False
        for body in _as_parts(sender.encode(), to.encode("latin-1", "replace"), text):
            self._loop.call_soon_threadsafe(listening[0].deliver, body)
        return True


class Session(asyncio.Protocol):
    """One connection of a client."""

    def __init__(self, smsc: Smsc) -> None:
        self._smsc = smsc
        self._transport: asyncio.WriteTransport | None = None
        self._in = bytearray()
        self._out: list[bytes] = []
        self._sequence = 0
        self.account = ""
        """Whose bind was accepted; empty until then."""
        self.unacknowledged: dict[int, bytes] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)  # noqa: S101 - TCP
        self._transport = transport
        self._smsc.joined(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._smsc.parted(self)

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._in += data
        try:
            for heard in smpp.frames(self._in):
                self._heard(heard)
        except smpp.Malformed:
            self.abort()

    def deliver(self, body: bytes) -> None:
        """A receipt, or what a person wrote; sent again to another bind when this one never answers."""
        self._sequence += 1
        self.unacknowledged[self._sequence] = body
        self._write(smpp.frame(smpp.DELIVER_SM, self._sequence, body))

    def _heard(self, heard: smpp.Pdu) -> None:
        command = heard.command
        if command == smpp.SUBMIT_SM and self.account:
            self._submitted(heard)
        elif command == smpp.DELIVER_SM | smpp.RESPONSE:
            self.unacknowledged.pop(heard.sequence, None)
        elif command == smpp.BIND_TRANSCEIVER:
            self._bind(heard)
        elif command in {smpp.ENQUIRE_LINK, smpp.UNBIND}:
            self._write(smpp.frame(command | smpp.RESPONSE, heard.sequence))
        elif not command & smpp.RESPONSE:
            self._write(smpp.frame(smpp.GENERIC_NACK, heard.sequence, status=INVALID_COMMAND))

    def _bind(self, heard: smpp.Pdu) -> None:
        switches = self._smsc.switches
        account, password = smpp.bind_fields(heard.body)
        name = account.decode("latin-1")
        wrong = switches.password not in {b"", password}
        refused = wrong or switches.refuse_binds or name in self._smsc.closed
        self._write(
            smpp.frame(
                smpp.BIND_TRANSCEIVER | smpp.RESPONSE,
                heard.sequence,
                b"" if refused else b"monde\0",
                status=INVALID_PASSWORD if refused else smpp.OK,
            )
        )
        if not refused:
            self.account = name
            self._smsc.bound(self)

    def _submitted(self, heard: smpp.Pdu) -> None:
        smsc, short = self._smsc, smpp.read_short(heard.body)
        ending = _ending(short.destination)
        if ending in {Ending.CUT, Ending.THROTTLED}:
            smsc.tries[short.destination] += 1
        if ending is Ending.CUT and smsc.tries[short.destination] == 1:
            self.abort()
        elif ending is Ending.SLOW:
            asyncio.get_running_loop().call_later(SLOW_S, self._accept, heard, short)
        elif smsc.switches.reorder:
            self._hold(heard, short)
        elif ending is not Ending.SILENT:
            self._accept(heard, short)

    def _hold(self, heard: smpp.Pdu, short: smpp.Short) -> None:
        held = self._smsc.held
        held.append(lambda: self._accept(heard, short))
        if len(held) >= self._smsc.switches.reorder:
            for answer in reversed(held):
                answer()
            held.clear()

    def _accept(self, heard: smpp.Pdu, short: smpp.Short) -> None:
        status = self._status(short)
        answer = smpp.SUBMIT_SM | smpp.RESPONSE
        if status != smpp.OK:
            self._write(smpp.frame(answer, heard.sequence, status=status))
            return
        number = self._smsc.next_id()
        self._smsc.telephones.add(Part.read(short, at=self._smsc.clock()))
        name = f"{number:X}" if self._smsc.switches.hex_ids else f"s-{number}"
        accepted = smpp.frame(answer, heard.sequence, name.encode() + b"\0")
        early = _ending(short.destination) is Ending.EARLY
        if not early:
            self._write(accepted)
        if short.registered & 1:
            self.deliver(self._receipt(short, number if self._smsc.switches.hex_ids else name))
        if early:
            self._write(accepted)

    def _status(self, short: smpp.Short) -> int:
        ending = _ending(short.destination)
        if ending is Ending.THROTTLED and (self._smsc.tries[short.destination] <= THROTTLED_TIMES):
            return smpp.THROTTLED
        if ending is Ending.REFUSED:
            return smpp.INVALID_DESTINATION
        return smpp.SUBMIT_FAILED if ending is Ending.SOFT else smpp.OK

    def _receipt(self, short: smpp.Short, name: str | int) -> bytes:
        ending = _ending(short.destination)
        failed = ending in {Ending.VENDOR, Ending.FAILED}
        now = time.strftime("%y%m%d%H%M", time.gmtime(self._smsc.clock()))
        state, error = ("UNDELIV", "1B") if failed else ("DELIVRD", "000")
        text = (
            f"id:{name} sub:001 dlvrd:{0 if failed else 1:03} submit date:{now} done date:{now} "
            f"stat:{state} err:{error} text:"
        )
        tlvs = {
            smpp.RECEIPTED_ID: f"{name}\0".encode(),
            smpp.STATE: bytes([UNDELIVERABLE if failed else DELIVERED]),
        }
        return smpp.deliver_body(
            sender=b"+" + short.destination,
            recipient=short.source,
            text=text.encode("ascii"),
            esm_class=smpp.RECEIPT,
            tlvs={} if ending is Ending.VENDOR else tlvs,
        )

    def _write(self, data: bytes) -> None:
        """What is written in one turn of the loop leaves together."""
        if not self._out:
            asyncio.get_running_loop().call_soon(self._flush)
        self._out.append(data)

    def _flush(self) -> None:
        out, self._out = self._out, []
        if self._transport is not None:
            self._transport.write(b"".join(out))


def _as_parts(sender: bytes, to: bytes, text: str) -> Iterator[bytes]:
    """The deliver_sm of each part."""
    encoding, parts = encode(text)
    for place, part in enumerate(parts, start=1):
        several = len(parts) > 1
        head = header(reference=len(text), total=len(parts), place=place) if several else b""
        yield smpp.deliver_body(
            sender=sender,
            recipient=to,
            text=head + part,
            esm_class=smpp.UDH_PRESENT if several else 0,
            data_coding=smpp.UCS2_CODING if encoding is Encoding.UCS2 else smpp.GSM_CODING,
        )


def _ending(number: bytes) -> Ending | None:
    if not number.startswith(SPECIAL):
        return None
    try:
        return Ending(number[len(SPECIAL) :])
    except ValueError:
        return None
