"""Postfix's two measuring tools, smtp-source and smtp-sink, unpacked beside the data and never installed."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from beffroi.servers import unpacked
from beffroi.servers.unpacked import NotAvailable

__all__ = ["NotAvailable", "PostfixTools", "find_or_fetch"]


@dataclass(frozen=True, kw_only=True, slots=True)
class PostfixTools:
    source: Path
    sink: Path
    libraries: Path | None
    """Where their shared libraries are, when not where the system looks."""

    def environment(self) -> dict[str, str]:
        """What to start them with."""
        if self.libraries is None:
            return dict(os.environ)
        return {**os.environ, "LD_LIBRARY_PATH": str(self.libraries)}

    def sink_command(self, host: str, port: int, *options: str, backlog: int = 256) -> list[str]:
        """smtp-sink refuses to run as root."""
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        return [str(self.sink), *user, *options, f"{host}:{port}", str(backlog)]


def find_or_fetch(folder: Path) -> PostfixTools:
    """The installed tools, or those unpacked in `folder`, fetched when they are missing. Raises: NotAvailable."""
    installed = shutil.which("smtp-source", path="/usr/sbin:/usr/local/sbin")
    if installed is not None:
        source = Path(installed)
        return PostfixTools(source=source, sink=source.with_name("smtp-sink"), libraries=None)
    root = folder / "postfix"
    unpacked.fetch(("postfix",), root, proof="usr/sbin/smtp-sink")
    return PostfixTools(
        source=root / "usr/sbin/smtp-source",
        sink=root / "usr/sbin/smtp-sink",
        libraries=root / "usr/lib/postfix",
    )
