"""What a file is, by its bytes; its name is only a courtesy."""

import enum
import io
import zipfile
from collections.abc import Iterable
from typing import IO

from beffroi.audience.importer.faults import (
    Bomb,
    Damaged,
    EmptyFile,
    Protected,
    TooBig,
    UnknownKind,
)

MAX_BYTES = 25 * 1024 * 1024
"""100,000 rows of a true file weigh 8 MB as CSV and 5 MB as xlsx."""
MAX_ROWS = 500_000
MAX_COLUMNS = 60
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_SHARED_BYTES = 60 * 1024 * 1024
"""Shared strings of a workbook are held in memory."""
MAX_RATIO, RATIO_COUNTS_FROM = 120, 20 * 1024 * 1024
"""Sheets shrink 8 to 30 times; a bomb a thousand times."""
MAX_MEMBERS = 2_000

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_HEAD = 64 * 1024
_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\r\f\x0b\x1a\x1b")


class Kind(enum.StrEnum):
    TEXT = "text"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"


def gather(chunks: Iterable[bytes]) -> io.BytesIO:
    """A file that arrives piece by piece, in memory. Raises: TooBig."""
    file = io.BytesIO()
    for chunk in chunks:
        file.write(chunk)
        if file.tell() > MAX_BYTES:
            raise TooBig(file.tell())
    return file


def base_name(filename: str) -> str:
    """Without the folders that some browsers tell."""
    return filename.replace("\\", "/").rpartition("/")[2][-200:]


def kind_of(file: IO[bytes]) -> Kind:
    """Raises: EmptyFile, TooBig, UnknownKind, Protected, Bomb, Damaged."""
    size = file.seek(0, 2)
    if size > MAX_BYTES:
        raise TooBig(size)
    file.seek(0)
    head = file.read(_HEAD)
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise EmptyFile
    if head.startswith(_ZIP):
        return _archive(file)
    if head.startswith(_OLE):
        return _compound(file)
    if utf16_of(head) is None and _is_binary(head):
        raise UnknownKind
    return Kind.TEXT


def utf16_of(head: bytes) -> str | None:
    """The flavour of UTF-16, told by its mark or by the zeros between Latin letters."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    even, odd = head[0:2000:2], head[1:2000:2]
    if not even or b"\x00" not in head[:2000]:
        return None
    if odd.count(0) > 0.6 * len(odd) and even.count(0) < 0.05 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.6 * len(even) and odd.count(0) < 0.05 * len(odd):
        return "utf-16-be"
    return None


def _is_binary(head: bytes) -> bool:
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"MZ\x90")):
        return True
    return head.count(0) > 0 or sum(byte in _CONTROL for byte in head) > len(head) * 0.01


def _archive(file: IO[bytes]) -> Kind:
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _measure(members)
            names = {member.filename for member in members}
            if any(member.flag_bits & 1 for member in members):
                raise Protected
            if "xl/workbook.xml" in names:
                return Kind.XLSX
            if "content.xml" in names and "mimetype" in names:
                mimetype = archive.read("mimetype")[:100]
                if b"spreadsheet" in mimetype:
                    if _manifest_is_encrypted(archive, names):
                        raise Protected
                    return Kind.ODS
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as bad:
        raise Damaged from bad
    raise UnknownKind


def unpacked_bytes(file: IO[bytes]) -> int:
    """Of an archive, as it declares; of any other file, its size."""
    size = file.seek(0, 2)
    file.seek(0)
    if not zipfile.is_zipfile(file):
        return size
    with zipfile.ZipFile(file) as archive:
        return sum(member.file_size for member in archive.infolist())


def _measure(members: list[zipfile.ZipInfo]) -> None:
    """zipfile never unpacks more than what a member declares, so the declarations bound it."""
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    shared = sum(m.file_size for m in members if m.filename.endswith("sharedStrings.xml"))
    if (
        len(members) > MAX_MEMBERS
        or unpacked > MAX_UNPACKED_BYTES
        or shared > MAX_SHARED_BYTES
        or (unpacked > RATIO_COUNTS_FROM and unpacked > MAX_RATIO * packed)
    ):
        raise Bomb(unpacked)


def _manifest_is_encrypted(archive: zipfile.ZipFile, names: set[str]) -> bool:
    manifest = "META-INF/manifest.xml"
    return manifest in names and b"encryption-data" in archive.read(manifest)


def _compound(file: IO[bytes]) -> Kind:
    """An old .xls, or a password-protected .xlsx: both wear the same coat."""
    file.seek(0)
    body = file.read(MAX_BYTES)
    if _ENCRYPTED in body:
        raise Protected
    workbook, book = "Workbook".encode("utf-16-le"), "Book".encode("utf-16-le")
    if workbook in body or book in body:
        return Kind.XLS
    raise UnknownKind
