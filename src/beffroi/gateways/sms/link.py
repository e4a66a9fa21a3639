"""The TCP connection under a bind: bytes in, PDUs out, and what is written together leaves together."""

import asyncio
from collections.abc import Callable

from beffroi.kit import smpp as pdu


class Link(asyncio.Protocol):
    def __init__(
        self,
        heard: Callable[["Link", pdu.Pdu], None],
        stir: Callable[[], None],
        *,
        clock: Callable[[], float],
    ) -> None:
        self._heard, self._stir, self._clock = heard, stir, clock
        self._transport: asyncio.WriteTransport | None = None
        self._in = bytearray()
        self._out: list[bytes] = []
        self.lost = asyncio.Event()
        self.choked = False
        """The other side does not read as fast as we write."""
        self.heard_at = clock()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)  # noqa: S101 - TCP
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self.lost.set()

    def pause_writing(self) -> None:
        self.choked = True

    def resume_writing(self) -> None:
        self.choked = False
        self._stir()

    def data_received(self, data: bytes) -> None:
        self.heard_at = self._clock()
        self._in += data
        try:
            for heard in pdu.frames(self._in):
                self._heard(self, heard)
        except pdu.Malformed:
            self.abort()
        self._stir()

    def write(self, data: bytes) -> None:
        """Leaves with everything else that is written in this turn of the loop."""
        if not self._out:
            asyncio.get_running_loop().call_soon(self._flush)
        self._out.append(data)

    def write_later(self, data: bytes) -> None:
        """The same, when the connection may have gone in the meantime."""
        if self._transport is not None:
            self.write(data)

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def close(self) -> None:
        self._flush()
        if self._transport is not None:
            self._transport.close()

    def _flush(self) -> None:
        out, self._out = self._out, []
        if out and self._transport is not None:
            self._transport.write(b"".join(out))
