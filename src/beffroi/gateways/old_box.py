"""A box at its old host, over IMAP: what is in it, and single letters; the bulk is Dovecot's (gateways/dsync.py)."""

import contextlib
import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from beffroi.gateways.public import leads_outside
from beffroi.kit import mutf7

TIMEOUT_S = 60.0
_LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) (?P<name>.+)$')
_COUNT = re.compile(rb"MESSAGES (\d+)")
_UID = re.compile(rb"UID (\d+)")
_MESSAGE_ID = re.compile(rb"message-id:\s*(\S+)", re.IGNORECASE)


class Security(StrEnum):
    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"
    """On this machine only."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    host: str
    port: int
    security: Security
    login: str
    password: str = field(repr=False)
    allow_loopback: bool = False


class Unreachable(Exception):
    """The host does not answer, or not with a certificate of its own."""


class Refused(Exception):
    """The host answers and does not take this login or password."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Folder:
    name: str
    messages: int


class OldBox:
    """One signed-in session. A letter that breaks it is met again in a new one."""

    def __init__(self, link: imaplib.IMAP4) -> None:
        self._link = link

    def folders(self) -> list[Folder]:
        _ok, lines = self._link.list()
        names = [name for line in lines if line and (name := _name(line))]
        return [Folder(name=mutf7.decoded(name), messages=self._count(name)) for name in names]

    def numbers(self, folder: str) -> list[int]:
        """Of every letter in the folder."""
        if not self._open(folder):
            return []
        _ok, data = self._link.uid("SEARCH", "ALL")
        return [int(uid) for uid in (data[0] or b"").split()]

    def names(self, folder: str, uids: Sequence[int]) -> dict[int, str]:
        """Message-ID of these letters, empty where there is none. Raises: what imaplib raises."""
        if not self._open(folder):
            return {}
        wanted = ",".join(map(str, uids))
        _ok, data = self._link.uid("FETCH", wanted, "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
        found: dict[int, str] = {}
        for part in data:
            if isinstance(part, tuple) and (uid := _UID.search(part[0])):
                said = _MESSAGE_ID.search(part[1])
                found[int(uid[1])] = said[1].decode("ascii", "replace") if said else ""
        return found

    def letter(self, folder: str, uid: int) -> bytes | None:
        """None: the host itself cannot read it."""
        try:
            if not self._open(folder):
                return None
            said, data = self._link.uid("FETCH", str(uid), "(BODY.PEEK[])")
        except (imaplib.IMAP4.error, OSError):
            return None
        part = data[0] if said == "OK" and data else None
        return part[1] if isinstance(part, tuple) else None

    def _open(self, folder: str) -> bool:
        return self._link.select(_quoted(mutf7.encoded(folder)), readonly=True)[0] == "OK"

    def _count(self, name: str) -> int:
        said, data = self._link.status(_quoted(name), "(MESSAGES)")
        found = _COUNT.search(data[0]) if said == "OK" and data and data[0] else None
        return int(found[1]) if found else 0


@contextmanager
def opened(access: Access) -> Iterator[OldBox]:
    """Raises: Unreachable, Refused."""
    link = _connected(access)
    try:
        try:
            link.login(access.login, access.password)
        except imaplib.IMAP4.abort as gone:
            raise Unreachable from gone
        except (imaplib.IMAP4.error, UnicodeError) as no:
            raise Refused from no
        yield OldBox(link)
    finally:
        with contextlib.suppress(imaplib.IMAP4.error, OSError):
            link.logout()
        with contextlib.suppress(OSError):
            link.shutdown()


def letters(access: Access, folder: str) -> dict[int, str | None]:
    """Message-ID of each letter by its number; None: the host cannot even read its head.

    Such a letter ends the session for all that were asked for with it: halves are asked for until it stands alone.
    Raises: Unreachable, Refused.
    """
    with opened(access) as box:
        todo = [box.numbers(folder)]
    found: dict[int, str | None] = {}
    while todo:
        some = todo.pop()
        if not some:
            continue
        with opened(access) as box:
            try:
                found |= box.names(folder, some)
            except (imaplib.IMAP4.error, OSError):
                half = len(some) // 2
                if half:
                    todo += [some[:half], some[half:]]
                else:
                    found[some[0]] = None
    return dict(sorted(found.items()))


def _connected(access: Access) -> imaplib.IMAP4:
    if not leads_outside(access.host, allow_loopback=access.allow_loopback):
        raise Unreachable
    trusted = ssl.create_default_context()
    try:
        if access.security is Security.TLS:
            return imaplib.IMAP4_SSL(
                access.host, access.port, ssl_context=trusted, timeout=TIMEOUT_S
            )
        link = imaplib.IMAP4(access.host, access.port, timeout=TIMEOUT_S)
        if access.security is Security.STARTTLS:
            link.starttls(trusted)
    except (imaplib.IMAP4.error, OSError, socket.gaierror) as silent:
        raise Unreachable from silent
    return link


def _name(line: bytes | tuple[bytes, bytes]) -> str:
    """As the host writes it; nothing for what cannot be opened."""
    head, literal = (line[0], line[1]) if isinstance(line, tuple) else (line, None)
    found = _LISTED.match(head)
    if found is None or b"\\noselect" in found["flags"].lower():
        return ""
    raw = literal if literal is not None else found["name"].strip()
    text = raw.decode("utf-8", "replace")
    if text.startswith('"') and text.endswith('"'):
        text = re.sub(r"\\(.)", r"\1", text[1:-1])
    return text


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
