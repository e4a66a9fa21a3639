"""Firefox's own remote protocol, as much of it as the tests need.

Mozilla's client for it cannot be imported on Python 3.13 (its mozrunner asks for telnetlib). Source of the protocol:
firefox-source-docs.mozilla.org/testing/marionette/Protocol.html
"""

import json
import socket
import time
from typing import Any

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # W3C WebDriver, 11.1


class Refused(AssertionError):
    """Firefox answered with an error."""


class Marionette:
    """One session. Commands are those of testing/marionette/driver.js."""

    def __init__(self, port: int, *, timeout_s: float) -> None:
        self._socket = _connect(port, timeout_s)
        self._stream = self._socket.makefile("rb")
        self._asked = 0
        self._read()  # Firefox says first who it is
        self.ask("WebDriver:NewSession")

    def ask(self, command: str, **parameters: object) -> Any:
        """What `command` answers. Raises: Refused."""
        self._asked += 1
        said = json.dumps([0, self._asked, command, parameters]).encode("utf-8")
        self._socket.sendall(b"%d:%b" % (len(said), said))
        _, _, error, result = self._read()
        if error:
            raise Refused(f"{command}: {error['message']}")
        return result

    def close(self) -> None:
        self._stream.close()
        self._socket.close()

    def _read(self) -> Any:
        size = b""
        while not size.endswith(b":"):
            digit = self._stream.read(1)
            if not digit:
                raise Refused("Firefox hung up")
            size += digit
        return json.loads(self._stream.read(int(size[:-1])))


def _connect(port: int, timeout_s: float) -> socket.socket:
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=timeout_s)
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
