"""Where the mail servers of one installation keep what, on which ports, and how they reach the database."""

import os
import pwd
import secrets
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from beffroi.servers import secret_files, words
from beffroi.servers.layout import ELSEWHERE, Layout, MailPorts, fingerprint

BOXES_USER = "mail"
"""Of base-passwd: owns every box's files. Postfix, Dovecot and rspamd have users of their own."""
USERS = (BOXES_USER, "postfix", "dovecot", "dovenull", "_rspamd")
DELETED_DAYS = 30
HELD = "held"
LONGEST_HOME = 60
"""Dovecot's sockets stand up to 45 bytes deeper, and the kernel allows 107."""
POINTER = "location"
POSTFIX_PASSWORD = "mail_postfix_password"  # noqa: S105 - the name of a file


@dataclass(frozen=True, kw_only=True, slots=True)
class Base:
    """How the two roles reach PostgreSQL."""

    host: str
    """A folder for its socket, or a host name."""
    port: int
    name: str
    postfix_password: str = field(repr=False)
    dovecot_password: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """One installation's mail servers."""

    dir: Path
    ports: MailPorts
    host: str
    """What the servers call themselves, and what the certificate names."""
    base: Base
    doveadm_key: str = field(repr=False)
    certificate: Path
    private_key: Path
    relay: str = ""
    """host:port that takes what leaves; empty: each recipient's own mail exchanger."""
    alone: bool = False
    """No outside world (a demonstration, tests): nothing asks the DNS."""
    returns: tuple[str, int] | None = None
    """The domain of the Télmails' return path, and the port at which `returns` takes what comes back to it."""
    public: bool = False
    """The world's ports, on every address of the machine; else high ones on loopback."""
    logs_to_console: bool = True
    deleted_days: int = DELETED_DAYS
    """For how long a deleted letter can be put back."""

    @property
    def run(self) -> Path:
        """Sockets between the servers; each is its reader's only."""
        return self.dir / "run"

    @property
    def database_sockets(self) -> Path:
        return database_sockets(self.dir)

    @property
    def boxes(self) -> Path:
        return self.dir / "boxes"

    @property
    def postfix(self) -> Path:
        return self.dir / "postfix"

    @property
    def dovecot(self) -> Path:
        return self.dir / "dovecot"

    @property
    def rspamd(self) -> Path:
        return self.dir / "rspamd"

    @property
    def dkim(self) -> Path:
        return self.dir / "dkim"

    @property
    def held(self) -> Path:
        """The boxes from which nothing is destroyed; the desk writes it, the keeper reads it."""
        return self.dir / HELD

    @property
    def lmtp_socket(self) -> Path:
        return self.run / "lmtp" / "lmtp"

    @property
    def auth_socket(self) -> Path:
        return self.run / "lmtp" / "auth"

    @property
    def quota_socket(self) -> Path:
        return self.run / "lmtp" / "quota"

    @property
    def milter_socket(self) -> Path:
        return self.run / "rspamd" / "milter"


def folder(layout: Layout) -> Path:
    """In the data folder; under /var/lib/beffroi where the servers' users cannot go, or the path is too long."""
    inside = layout.dir / "mail"
    pointer = inside / POINTER
    if pointer.exists():
        return Path(pointer.read_text(encoding="utf-8").strip())
    fits = len(os.fsencode(inside)) <= LONGEST_HOME
    if (inside / "boxes").exists() or (fits and all(_may_enter(layout.dir, u) for u in USERS)):
        return inside
    elsewhere = ELSEWHERE / f"{fingerprint(layout.dir)}-mail"
    words.say(
        f"Le courrier est dans {elsewhere} : ses serveurs ne peuvent pas aller dans {inside}."
    )
    inside.mkdir(mode=0o700, exist_ok=True)
    pointer.write_text(f"{elsewhere}\n", encoding="utf-8")
    ELSEWHERE.mkdir(mode=0o755, exist_ok=True)
    return elsewhere


def database_sockets(home: Path) -> Path:
    """Where the private cluster has its second socket; the folder is PostgreSQL's."""
    return home / "run" / "postgres"


def base(layout: Layout, *, database_url: str, sockets: Path | None) -> Base:
    """The private cluster has a second folder of sockets, which the mail servers may enter; another one is elsewhere."""
    url = urlsplit(database_url)
    host = str(sockets) if sockets else unquote(url.hostname or "")
    return Base(
        host=host or "127.0.0.1",
        port=url.port or 5432,
        name=url.path.removeprefix("/"),
        postfix_password=secret(layout, POSTFIX_PASSWORD),
        dovecot_password=secret(layout, "mail_dovecot_password"),
    )


def secret(layout: Layout, name: str) -> str:
    """Made on first start, readable by its owner only."""
    return secret_files.kept(layout.secrets / name, lambda: secrets.token_urlsafe(32))


def lay_out(home: Home) -> None:
    """The folders, each its user's. Never recursive: Postfix's own files keep their owners."""
    for path in (
        home.dir,
        home.run,
        home.boxes,
        home.postfix,
        home.dovecot,
        home.rspamd,
        home.dkim,
    ):
        path.mkdir(mode=0o711, exist_ok=True)
        path.chmod(0o711)
    own(home.boxes, BOXES_USER, mode=0o700)
    own(home.run / "lmtp", "postfix", mode=0o711)
    own(home.run / "rspamd", "_rspamd", mode=0o710, group="postfix")
    own(home.dkim, "root", mode=0o750, group="_rspamd")
    for name in ("db", "logs", "run"):
        own(home.rspamd / name, "_rspamd", mode=0o700)
    own(home.postfix / "data", "postfix", mode=0o700)
    (home.postfix / "queue").mkdir(mode=0o755, exist_ok=True)


def own(path: Path, user: str, *, mode: int, group: str = "") -> None:
    path.mkdir(mode=0o700, exist_ok=True)
    entry = pwd.getpwnam(user)
    gid = pwd.getpwnam(group).pw_gid if group else entry.pw_gid
    os.chown(path, entry.pw_uid, gid)
    path.chmod(mode)


def write(path: Path, text: str, *, group: str = "", mode: int = 0o644) -> None:
    """Whole or not at all; readable by `group` and nobody else when one is named.

    What stands there already is put in its place under its old date: Postfix waits for seconds until a configuration
    that was just written has come to rest.
    """
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    before = path.stat() if _says(path, text) else None
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    if group:
        os.chown(draft, -1, pwd.getpwnam(group).pw_gid)
    draft.chmod(0o640 if group else mode)
    if before:
        os.utime(draft, ns=(before.st_atime_ns, before.st_mtime_ns))
    draft.replace(path)


def _says(path: Path, text: str) -> bool:
    try:
        return path.read_text(encoding="utf-8") == text
    except (OSError, UnicodeDecodeError):
        return False


def _may_enter(path: Path, user: str) -> bool:
    entry = pwd.getpwnam(user)
    asked = ["test", "-x", str(path)]
    done = subprocess.run(
        asked, user=entry.pw_uid, group=entry.pw_gid, extra_groups=[], cwd="/", check=False
    )
    return done.returncode == 0
