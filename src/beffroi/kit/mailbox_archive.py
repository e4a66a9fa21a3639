"""A box as a file that outlives every mail server: one mbox per folder, a manifest, checksums. One letter in memory at a time, and a line for each.

mbox: RFC 4155, with the quoting that can be undone (mboxrd). `sha256sum -c SHA256SUMS` checks what was unpacked.
"""

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import IO

from beffroi.kit import spreadsheets

_FROM = re.compile(rb"^(>*From )", re.MULTILINE)
_HEAD_BYTES = 65_536
HEADINGS = ("Dossier", "Numéro", "Reçu", "Drapeaux", "Octets", "SHA-256", "Message-ID")
READ_ME = """\
Cette archive contient une boîte aux lettres, telle que les serveurs la gardaient.

- un fichier .mbox par dossier : Thunderbird et la plupart des programmes de courrier savent l’importer ;
- messages.csv : une ligne par message, avec la somme de contrôle du message tel qu’IMAP le montre ;
- manifest.json : la boîte, la date, les dossiers et leurs totaux ;
- SHA256SUMS : pour vérifier que rien n’a changé, « sha256sum -c SHA256SUMS ».
"""


@dataclass(kw_only=True, slots=True)
class _Folder:
    name: str
    place: Path
    file: str
    messages: int = 0
    bytes: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def note(self, received: datetime, size: int) -> None:
        self.messages += 1
        self.bytes += size
        self.first = min(self.first or received, received)
        self.last = max(self.last or received, received)

    def told(self) -> dict[str, object]:
        return {
            "name": self.name,
            "file": self.file,
            "messages": self.messages,
            "bytes": self.bytes,
            "first": self.first and self.first.isoformat(),
            "last": self.last and self.last.isoformat(),
        }


@dataclass(kw_only=True, slots=True)
class _Archive:
    zip: zipfile.ZipFile
    tell: Callable[[int], None]
    done: int = 0
    rows: list[tuple[object, ...]] = field(default_factory=list)
    sums: dict[str, str] = field(default_factory=dict)

    def write(self, name: str, parts: Iterator[bytes]) -> None:
        digest = hashlib.sha256()
        with self.zip.open(name, "w", force_zip64=True) as out:
            for part in parts:
                digest.update(part)
                out.write(part)
        self.sums[name] = digest.hexdigest()

    def mbox(self, folder: _Folder) -> Iterator[bytes]:
        for path in _letters(folder.place):
            plain = path.read_bytes().replace(b"\r\n", b"\n")
            received = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
            self._list(folder, plain.replace(b"\n", b"\r\n"), received, _flags(path))
            ended = plain if plain.endswith(b"\n") else plain + b"\n"
            yield f"From MAILER-DAEMON {received:%a %b %d %H:%M:%S %Y}\n".encode()
            yield _FROM.sub(rb">\1", ended) + b"\n"

    def _list(self, folder: _Folder, letter: bytes, received: datetime, flags: str) -> None:
        """`letter` as IMAP shows it."""
        folder.note(received, len(letter))
        digest = hashlib.sha256(letter).hexdigest()
        when, size = received.isoformat(), len(letter)
        self.rows.append(
            (folder.name, folder.messages, when, flags, size, digest, _message_id(letter))
        )
        self.done += 1
        self.tell(self.done)


def count(maildir: Path) -> int:
    """Letters in all folders of a Maildir++."""
    return sum(1 for folder in _folders(maildir) for _ in _letters(folder.place))


def pack(
    maildir: Path,
    target: IO[bytes],
    about: Mapping[str, object],
    *,
    tell: Callable[[int], None] = lambda done: None,
) -> int:
    """Writes the archive; how many letters it holds. `about` opens the manifest; `tell` hears how many are done."""
    folders = _folders(maildir)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zipped:
        archive = _Archive(zip=zipped, tell=tell)
        for folder in folders:
            archive.write(folder.file, archive.mbox(folder))
        table = spreadsheets.rows([HEADINGS, *archive.rows])
        archive.write("messages.csv", (line.encode() for line in table))
        told = {**about, "messages": archive.done, "folders": [one.told() for one in folders]}
        manifest = json.dumps(told, ensure_ascii=False, indent=2)
        archive.write("manifest.json", iter([manifest.encode()]))
        archive.write("LISEZ-MOI.txt", iter([READ_ME.encode()]))
        sums = "".join(f"{digest}  {name}\n" for name, digest in archive.sums.items())
        zipped.writestr("SHA256SUMS", sums)
    return archive.done


def _folders(maildir: Path) -> list[_Folder]:
    """The inbox is the place itself; a folder is `.Parent.Child` in it."""
    inside = sorted(path for path in maildir.iterdir() if path.name.startswith("."))
    places = [maildir, *(path for path in inside if (path / "cur").is_dir())]
    names = ["INBOX", *(path.name[1:].replace(".", "/") for path in places[1:])]
    return [
        _Folder(name=name, place=place, file=f"{number:03}-{_safe(name)}.mbox")
        for number, (name, place) in enumerate(zip(names, places, strict=True), start=1)
    ]


def _letters(place: Path) -> list[Path]:
    """In the order in which they came."""
    found = (path for part in ("cur", "new") for path in (place / part).iterdir())
    return sorted(found, key=_came)


def _came(path: Path) -> tuple[int, list[int]]:
    """A name opens with seconds and microseconds, not padded (Source: cr.yp.to/proto/maildir.html)."""
    return int(path.stat().st_mtime), [int(part) for part in re.findall(r"\d+", path.name)[:2]]


def _flags(path: Path) -> str:
    return path.name.partition(":2,")[2]


def _message_id(letter: bytes) -> str:
    head = letter[:_HEAD_BYTES].partition(b"\r\n\r\n")[0]
    try:
        return str(message_from_bytes(head, policy=policy.compat32)["Message-ID"] or "").strip()
    except (ValueError, LookupError):
        return ""


def _safe(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip("-.")[:80] or "dossier"
