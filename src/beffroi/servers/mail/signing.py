"""The private keys that rspamd signs with, and the two maps that say which is whose: files that it reads again."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from beffroi.servers.mail.home import write
from beffroi.servers.mail.rspamd import USER


@dataclass(frozen=True, kw_only=True, slots=True)
class SigningKey:
    domain: str
    selector: str
    pem: bytes = field(repr=False)

    @property
    def file_name(self) -> str:
        return f"{self.domain}.{self.selector}.pem"


def write_keys(folder: Path, keys: Iterable[SigningKey]) -> None:
    """First new keys, then the maps, then the old keys go: at no moment does a map name a missing file."""
    wanted = sorted(keys, key=lambda key: key.domain)
    group = USER if os.geteuid() == 0 else ""
    for key in wanted:
        path = folder / key.file_name
        if not path.exists() or path.read_bytes() != key.pem:
            write(path, key.pem.decode("ascii"), group=group, mode=0o640)
    paths = "".join(f"{key.domain} {folder / key.file_name}\n" for key in wanted)
    selectors = "".join(f"{key.domain} {key.selector}\n" for key in wanted)
    for name, text in (("paths.map", paths), ("selectors.map", selectors)):
        path = folder / name
        if not path.exists() or path.read_text(encoding="ascii") != text:
            write(path, text, group=group, mode=0o640)
    kept = {key.file_name for key in wanted}
    for path in folder.glob("*.pem"):
        if path.name not in kept:
            path.unlink()
