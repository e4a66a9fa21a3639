"""Dovecot's own sync, from a box at its old host into one of ours: `doveadm sync -1 -R … imapc:`."""

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from beffroi.gateways.old_box import Access, Security

TIMEOUT_S = 3600
LOCK_S = 60
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"


@dataclass(frozen=True, kw_only=True, slots=True)
class Dovecot:
    """The running one."""

    config: Path

    def pull(self, access: Access, *, into: str, folder: str) -> bool:
        """One folder, what is not there yet. False: something in it stopped Dovecot; what it had copied stays."""
        with tempfile.TemporaryDirectory(prefix="beffroi-fetch-") as place:
            config = Path(place) / "fetch.conf"
            config.touch(mode=0o600)
            config.write_text(_config(self.config, access))
            wanted = ["sync", "-1", "-R", "-l", str(LOCK_S), "-u", into, "-m", folder, "imapc:"]
            return _run(config, wanted)

    def copy_out(self, login: str, place: Path) -> bool:
        """All folders of one of our boxes, as a Maildir++ with names in UTF-8; what is there already stays.

        `place` belongs to whom the boxes belong. False: Dovecot could not.
        """
        there = f"maildir:{place}:UTF-8"
        return _run(self.config, ["backup", "-l", str(LOCK_S), "-u", login, there])

    def copy_in(self, place: Path, login: str) -> bool:
        """What is in a Maildir, with the dates of its files, into one of our boxes. False: Dovecot could not."""
        wanted = ["sync", "-1", "-R", "-l", str(LOCK_S), "-u", login, f"maildir:{place}"]
        return _run(self.config, wanted)

    def make(self, *, into: str, folder: str) -> None:
        """The folder, unless it is there already."""
        _run(self.config, ["mailbox", "create", "-u", into, folder])

    def save(self, letter: bytes, *, into: str, folder: str) -> bool:
        """One letter, as it is, into a folder that is there."""
        return _run(self.config, ["save", "-u", into, "-m", folder], letter)


def _run(config: Path, words: list[str], given: bytes = b"") -> bool:
    """What it says may hold addresses and is not kept."""
    try:
        done = subprocess.run(
            ["/usr/bin/doveadm", "-c", str(config), *words],
            input=given,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _config(main: Path, access: Access) -> str:
    """The password stands in a file that lasts as long as the run and only its owner reads, never on a command line."""
    ssl = {Security.TLS: "imaps", Security.STARTTLS: "starttls", Security.NONE: "no"}
    return f"""\
!include {main}
imapc_host = {access.host}
imapc_port = {access.port}
imapc_ssl = {ssl[access.security]}
imapc_ssl_verify = yes
ssl_client_ca_file = {AUTHORITIES}
imapc_user = {_quoted(access.login.replace("%", "%%"))}
imapc_password = {_quoted(access.password)}
imapc_features = rfc822.size fetch-headers
"""


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
