"""A box as a file that outlives every mail server: one mbox per folder, a manifest, checksums. One letter in memory at a time.

mbox: RFC 4155, with the quoting that can be undone (mboxrd). `sha256sum -c SHA256SUMS` checks what was unpacked.
"""

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import IO

_FROM = re.compile(rb"^(>*From )", re.MULTILINE)
_HEAD_BYTES = 65_536
COLUMNS = ("folder", "number", "received", "flags", "bytes", "sha256", "message_id")
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
    file: str
    messages: int = 0
    bytes: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def told(self) -> dict[str, object]:
        days = {"first": self.first, "last": self.last}
        return {
            "name": self.name,
            "file": self.file,
            "messages": self.messages,
            "bytes": self.bytes,
        } | {name: day and day.isoformat() for name, day in days.items()}


@dataclass(kw_only=True, slots=True)
class _Archive:
    zip: zipfile.ZipFile
    sums: dict[str, str] = field(default_factory=dict)

    def write(self, name: str, parts: Iterator[bytes]) -> None:
        digest = hashlib.sha256()
        with self.zip.open(name, "w", force_zip64=True) as out:
            for part in parts:
                digest.update(part)
                out.write(part)
        self.sums[name] = digest.hexdigest()


def count(maildir: Path) -> int:
    """Letters in all folders of a Maildir laid out as directories."""
    return sum(1 for _name, place in _folders(maildir) for _ in _letters(place))


def pack(
    maildir: Path,
    target: IO[bytes],
    about: Mapping[str, object],
    *,
    tell: Callable[[int], None] = lambda done: None,
) -> int:
    """Writes the archive; how many letters it holds. `about` opens the manifest; `tell` hears how many are done."""
    rows = io.StringIO()
    table = csv.writer(rows)
    table.writerow(COLUMNS)
    found: list[_Folder] = []
    done = 0

    def one_more() -> None:
        nonlocal done
        done += 1
        tell(done)

    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zipped:
        archive = _Archive(zip=zipped)
        for number, (name, place) in enumerate(_folders(maildir), start=1):
            folder = _Folder(name=name, file=f"{number:03}-{_safe(name)}.mbox")
            found.append(folder)
            archive.write(folder.file, _mbox(folder, place, table.writerow, one_more))
        manifest = {**about, "messages": done, "folders": [one.told() for one in found]}
        told = json.dumps(manifest, ensure_ascii=False, indent=2)
        for name, text in (
            ("messages.csv", rows.getvalue()),
            ("manifest.json", told),
            ("LISEZ-MOI.txt", READ_ME),
        ):
            archive.write(name, iter([text.encode()]))
        sums = "".join(f"{digest}  {name}\n" for name, digest in archive.sums.items())
        zipped.writestr("SHA256SUMS", sums)
    return done


def _folders(maildir: Path) -> list[tuple[str, Path]]:
    places = sorted(path.parent for path in maildir.rglob("cur") if path.is_dir())
    return [
        ("INBOX" if place == maildir else place.relative_to(maildir).as_posix(), place)
        for place in places
    ]


def _letters(place: Path) -> Iterator[Path]:
    """By the moment that opens their name: the order in which they came."""
    found = [path for part in ("cur", "new") for path in (place / part).iterdir()]
    return iter(sorted(found, key=lambda path: path.name))


def _mbox(
    folder: _Folder,
    place: Path,
    note: Callable[[Sequence[object]], object],
    tell: Callable[[], None],
) -> Iterator[bytes]:
    for path in _letters(place):
        plain = path.read_bytes().replace(b"\r\n", b"\n")
        letter = plain.replace(b"\n", b"\r\n")  # as IMAP shows it
        received = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
        folder.messages += 1
        folder.bytes += len(letter)
        folder.first = min(folder.first or received, received)
        folder.last = max(folder.last or received, received)
        note(
            (
                folder.name,
                folder.messages,
                received.isoformat(),
                path.name.partition(":2,")[2],
                len(letter),
                hashlib.sha256(letter).hexdigest(),
                _message_id(letter),
            )
        )
        tell()
        ended = plain if plain.endswith(b"\n") else plain + b"\n"
        yield f"From MAILER-DAEMON {received:%a %b %d %H:%M:%S %Y}\n".encode()
        yield _FROM.sub(rb">\1", ended) + b"\n"


def _message_id(letter: bytes) -> str:
    head = letter[:_HEAD_BYTES].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    try:
        return str(message_from_bytes(head, policy=policy.compat32)["Message-ID"] or "").strip()
    except (ValueError, LookupError):
        return ""


def _safe(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip("-.")[:80] or "dossier"
