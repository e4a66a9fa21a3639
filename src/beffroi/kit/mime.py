"""A message compiled once into bytes with holes; each recipient's copy is then a join.

Everything is 7-bit: quoted-printable bodies, RFC 2047 words in headers. No line is longer than 76 characters
in a body, none begins with a dot or with "From ", so there is nothing to stuff and nothing to quote.
"""

import base64
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

MAX_LINE = 76  # RFC 2045, 6.7 (5)
WORD_BYTES = 45  # 60 characters of base64 and 12 around them: under the 75 of RFC 2047, 2
MAX_HEADER_LINE = 78  # RFC 5322, 2.1.1

_PRINTABLE = frozenset(range(33, 127)) - {ord("=")}
_PLAIN_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+\Z")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\x80-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Hole:
    """A place for a value of URL-safe ASCII, 75 characters at most, that does not begin with a dot."""

    name: str


Pieces = Sequence[str | Hole]


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """`fixed` and `holes` alternate; there is one more fixed piece than there are holes."""

    fixed: tuple[bytes, ...]
    holes: tuple[str, ...]

    def fill(self, values: dict[str, bytes]) -> bytes:
        """One recipient's copy."""
        parts = self._woven.copy()
        parts[1::2] = map(values.__getitem__, self.holes)
        return b"".join(parts)

    def with_value(self, name: str, value: bytes) -> "Compiled":
        """The same with one hole filled for everybody."""
        pieces: list[bytes | Hole] = [self.fixed[0]]
        for hole, fixed in zip(self.holes, self.fixed[1:], strict=True):
            pieces += [value if hole == name else Hole(hole), fixed]
        return melt(pieces)

    def ending_in(self, end: bytes) -> "Compiled":
        return Compiled(fixed=(*self.fixed[:-1], self.fixed[-1] + end), holes=self.holes)

    @cached_property
    def _woven(self) -> list[bytes]:
        """The fixed pieces with a gap for each hole between them."""
        woven = [b""] * (2 * len(self.fixed) - 1)
        woven[::2] = self.fixed
        return woven


def compile_message(
    *, headers: Iterable[tuple[str, Pieces]], text: Pieces, html: Pieces, boundary: str
) -> Compiled:
    """A whole message. Header pieces must be ASCII already (see `words` and `mailbox`)."""
    out: list[bytes | Hole] = []
    for name, pieces in headers:
        out.append(f"{name}: ".encode("ascii"))
        out += [piece if isinstance(piece, Hole) else piece.encode("ascii") for piece in pieces]
        out.append(b"\r\n")
    out.append(b"MIME-Version: 1.0\r\n")
    if not html:
        out += [_part_head("plain"), *_quoted(text)]
    else:
        edge = f"=_{boundary}"  # "=_" cannot occur in quoted-printable text
        out.append(
            f'Content-Type: multipart/alternative;\r\n boundary="{edge}"\r\n\r\n'.encode("ascii")
        )
        for subtype, body in (("plain", text), ("html", html)):
            out += [f"--{edge}\r\n".encode("ascii"), _part_head(subtype), *_quoted(body)]
            out.append(b"\r\n")
        out.append(f"--{edge}--\r\n".encode("ascii"))
    return melt(out)


def words(text: str, *, after: int) -> str:
    """Unstructured text for a header, RFC 2047 where needed; `after` characters stand before it."""
    text = one_line(text)
    if text.isascii() and "=?" not in text and after + len(text) <= MAX_HEADER_LINE:
        return text
    return "\r\n ".join(_encoded_words(text))


def mailbox(name: str, address: str) -> str:
    """`name <address>` for From and Reply-To."""
    name = one_line(name)
    if not name:
        return address
    if _PLAIN_PHRASE.match(name) and len(name) < WORD_BYTES and "=?" not in name:
        return f"{name} <{address}>"
    if name.isascii() and len(name) < WORD_BYTES and "=?" not in name:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{address}>'
    return "\r\n ".join([*_encoded_words(name), f"<{address}>"])


def one_line(text: str) -> str:
    """Header text: no control characters, no line breaks, no space at either end."""
    return _CONTROLS.sub(" ", text).strip()


def body_text(text: str) -> str:
    """A body as the recipient's program shows it: line ends unified, one at the end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"


def _encoded_words(text: str) -> Iterator[str]:
    piece = b""
    for character in text:
        encoded = character.encode("utf-8")
        if len(piece) + len(encoded) > WORD_BYTES:
            yield f"=?utf-8?B?{base64.b64encode(piece).decode()}?="
            piece = b""
        piece += encoded
    yield f"=?utf-8?B?{base64.b64encode(piece).decode()}?="


def _part_head(subtype: str) -> bytes:
    return (
        f"Content-Type: text/{subtype}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode("ascii")


def _quoted(pieces: Pieces) -> Iterator[bytes | Hole]:
    """Quoted-printable; a hole stands alone on its line, so its length never matters."""
    whole = _unified(pieces)
    column = 0
    for piece in whole:
        if isinstance(piece, Hole):
            if column:
                yield b"=\r\n"
            yield piece
            yield b"=\r\n"
            column = 0
            continue
        encoded, column = _quote(piece, column)
        yield encoded


def _unified(pieces: Pieces) -> list[str | Hole]:
    """Line ends unified in every piece, and exactly one at the very end."""
    whole: list[str | Hole] = [
        piece if isinstance(piece, Hole) else piece.replace("\r\n", "\n").replace("\r", "\n")
        for piece in pieces
    ]
    while whole and isinstance(whole[-1], str):
        last = whole[-1].rstrip("\n")
        if last:
            whole[-1] = last
            break
        whole.pop()
    return [*whole, "\n"]


def _quote(text: str, column: int) -> tuple[bytes, int]:
    out: list[str] = []
    lines = text.split("\n")
    for number, line in enumerate(lines):
        ends_here = number < len(lines) - 1
        column = _quote_line(line.encode("utf-8"), out, column, ends_here=ends_here)
        if ends_here:
            out.append("\r\n")
            column = 0
    return "".join(out).encode("ascii"), column


def _quote_line(raw: bytes, out: list[str], column: int, *, ends_here: bool) -> int:
    last = len(raw) - 1
    for index, byte in enumerate(raw):
        mark = chr(byte)
        if byte in (32, 9):
            if ends_here and index == last:
                mark = f"={byte:02X}"
        elif byte not in _PRINTABLE or (column == 0 and mark in ".F"):
            mark = f"={byte:02X}"
        if column + len(mark) > MAX_LINE - 1:
            out.append("=\r\n")
            column = 0
            if mark in ".F":
                mark = f"={byte:02X}"
        out.append(mark)
        column += len(mark)
    return column


def melt(pieces: Iterable[bytes | Hole]) -> Compiled:
    """Neighbouring fixed pieces become one."""
    fixed, holes, run = [], [], b""
    for piece in pieces:
        if isinstance(piece, Hole):
            fixed.append(run)
            holes.append(piece.name)
            run = b""
        else:
            run += piece
    return Compiled(fixed=(*fixed, run), holes=tuple(holes))
