"""Where an installation keeps what: one data folder, one range of ports."""

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from beffroi.servers import systemd, tether, words

SOCKET_PATH_MAX = 107  # Source: unix(7), sun_path
LONGEST_SOCKET = len("/.s.PGSQL.5432")
SETTINGS_FILE = "settings.env"
ELSEWHERE = Path("/var/lib/beffroi")
"""For what cannot lie in the data folder: programs whose users may not enter it."""
UNFIT = frozenset('%,;"')  # supervisor and PostgreSQL each read some of them as more than a letter


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """The folders of one installation."""

    dir: Path
    keeps_data: bool = True
    """False: the mail half, which runs beside the folders of the other one."""

    @property
    def mail_half(self) -> "Layout":
        """Where the mail servers' own supervisor runs, when root starts them apart from the rest."""
        return Layout(dir=self.dir / "mail" / "unit", keeps_data=False)

    @property
    def run(self) -> Path:
        """What concerns the running instance only: lock, pids, the supervisor's configuration."""
        return self.dir / "run"

    @property
    def logs(self) -> Path:
        return self.dir / "logs"

    @property
    def secrets(self) -> Path:
        return self.dir / "secrets"

    @property
    def postgres(self) -> Path:
        return self.dir / "postgres"

    @property
    def lock(self) -> Path:
        return self.run / "lock"

    @property
    def instance(self) -> Path:
        return self.run / "instance.json"

    @property
    def supervisor_socket(self) -> Path:
        return socket_folder(self.run, of=self.dir) / "supervisor"

    def prepare(self) -> None:
        if set(str(self.dir)) & UNFIT:
            raise words.Refused(
                f"Choisissez un dossier sans {' '.join(sorted(UNFIT))} dans son nom : {self.dir}"
            )
        self.dir.mkdir(parents=True, exist_ok=True)
        folders = [self.run, self.logs, self.supervisor_socket.parent]
        if self.keeps_data:
            (self.dir / "static").mkdir(exist_ok=True)  # whitenoise warns when it is missing
            folders.append(self.secrets)
        for folder in folders:
            folder.mkdir(mode=0o700, exist_ok=True)
            if folder.stat().st_uid != os.geteuid():
                raise words.Refused(
                    f"Le dossier {folder} appartient à un autre utilisateur : je n’y touche pas.\n"
                    "Lancez Beffroi avec l’utilisateur qui l’a créé, ou choisissez un autre --dir."
                )
            folder.chmod(0o700)


@dataclass(frozen=True, kw_only=True, slots=True)
class MailPorts:
    """Those of the mail servers."""

    mx: int
    submission: int
    submissions: int
    imap: int
    imaps: int
    sieve: int
    doveadm: int
    rspamd: int
    inject: int
    """On loopback only: Sieve's redirects and automatic answers."""

    @classmethod
    def after(cls, web: int) -> "MailPorts":
        """High ports after the site's; P+14 is left to the demonstration's DNS."""
        return cls(
            mx=web + 6,
            submission=web + 7,
            submissions=web + 8,
            imap=web + 9,
            imaps=web + 10,
            sieve=web + 11,
            doveadm=web + 12,
            rspamd=web + 13,
            inject=web + 15,
        )

    @classmethod
    def of_the_internet(cls, web: int) -> "MailPorts":
        """Where the world's mail programs look; the inner three stay high, on loopback."""
        return replace(
            cls.after(web), mx=25, submission=587, submissions=465, imap=143, imaps=993, sieve=4190
        )

    def used(self) -> dict[str, int]:
        """What each is for, in French."""
        return {
            "courrier qui arrive (SMTP)": self.mx,
            "courrier qui part (STARTTLS)": self.submission,
            "courrier qui part (TLS)": self.submissions,
            "boîtes (IMAP, STARTTLS)": self.imap,
            "boîtes (IMAP, TLS)": self.imaps,
            "règles (ManageSieve)": self.sieve,
            "ordres à Dovecot": self.doveadm,
            "filtre (rspamd)": self.rspamd,
            "réponses automatiques": self.inject,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Ports:
    """All on 127.0.0.1; the site's port, then its neighbours."""

    web: int

    @property
    def lmtp(self) -> int:
        """Bounces and complaints come in here."""
        return self.web + 3

    @property
    def outside_smtp(self) -> int:
        return self.web + 1

    @property
    def outside_page(self) -> int:
        return self.web + 2

    @property
    def outside_sms(self) -> int:
        return self.web + 4

    @property
    def outside_push(self) -> int:
        return self.web + 5

    @property
    def outside_dns(self) -> int:
        return self.web + 14

    def used(self, *, demo: bool, lmtp: int) -> dict[str, int]:
        """What each port is for, in French; the operator may have moved `lmtp`."""
        always = {"site": self.web, "retours du courrier (LMTP)": lmtp}
        outside = {
            "monde extérieur (SMTP)": self.outside_smtp,
            "boîtes reçues": self.outside_page,
            "opérateur téléphonique (SMPP)": self.outside_sms,
            "service de notifications": self.outside_push,
        }
        return always | outside if demo else always


@dataclass(frozen=True, kw_only=True, slots=True)
class Instance:
    """What a running launcher leaves for the other commands to read."""

    pid: int
    port: int
    url: str
    demo: bool

    def write(self, layout: Layout) -> None:
        draft = layout.instance.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(self)), encoding="utf-8")
        draft.replace(layout.instance)

    @classmethod
    def read(cls, layout: Layout) -> "Instance | None":
        try:
            return cls(**json.loads(layout.instance.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None


def socket_folder(wanted: Path, *, of: Path) -> Path:
    """`wanted`, or a short folder when its sockets would pass the kernel's 107 bytes."""
    if len(os.fsencode(wanted)) + LONGEST_SOCKET <= SOCKET_PATH_MAX:
        return wanted
    return Path(tempfile.gettempdir()) / f"beffroi-{wanted.name}-{fingerprint(of)}"


def fingerprint(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]


def locate(asked: Path | None, *, default: Path) -> Layout:
    """--dir, else BEFFROI_DIR, else `default`."""
    chosen = asked or Path(os.environ.get("BEFFROI_DIR") or default)
    return Layout(dir=chosen.expanduser().resolve())


def settings_of(layout: Layout) -> dict[str, str]:
    """The operator's own settings: DIR/settings.env holds NAME=value lines; the environment overrides them."""
    path = layout.dir / SETTINGS_FILE
    settings: dict[str, str] = {}
    if not path.exists():
        return settings
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, sign, value = line.partition("=")
        if not sign or not name.strip().isidentifier():
            raise words.Refused(f"{path}, ligne {number} : attendu NOM=valeur, lu « {line} ».")
        settings[name.strip()] = value.strip().strip('"')
    return settings


def environment(layout: Layout, ports: Ports, *, demo: bool, database_url: str) -> dict[str, str]:
    """What the processes of this installation are told; a demonstration never mails the real world."""
    site = {"BEFFROI_URL": f"http://127.0.0.1:{ports.web}", "BEFFROI_LMTP_PORT": str(ports.lmtp)}
    forced = {
        "BEFFROI_DIR": str(layout.dir),
        "BEFFROI_PORT": str(ports.web),
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "beffroi.config.settings",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "PYTHONUNBUFFERED": "1",
        tether.PARENT: str(os.getpid()),
    }
    if demo:
        forced["BEFFROI_SMTP_URL"] = f"smtp://127.0.0.1:{ports.outside_smtp}"
        forced["BEFFROI_OUTSIDE_URL"] = f"http://127.0.0.1:{ports.outside_page}"
        forced["BEFFROI_LMTP_PORT"] = str(ports.lmtp)
        forced["BEFFROI_SMS_PROVIDERS"] = _two_providers(ports.outside_sms)
        forced["BEFFROI_OUTSIDE_SMS_PORT"] = str(ports.outside_sms)
        forced["BEFFROI_PUSH_HOSTS"] = f"127.0.0.1:{ports.outside_push}"
        forced["BEFFROI_OUTSIDE_PUSH_PORT"] = str(ports.outside_push)
        forced["BEFFROI_VAPID_CONTACT"] = "mailto:demonstration@beffroi.example"
    told = {name: value for name, value in os.environ.items() if name != systemd.SOCKET}
    return site | settings_of(layout) | told | forced


def _two_providers(port: int) -> str:
    """Two accounts at one simulated operator: either may be closed there, and the other takes over."""
    return " ".join(
        f"smpp://{name}:demonstration@127.0.0.1:{port}?name={name}&weight={weight}&per_s=500"
        for name, weight in (("alpha", 60), ("beta", 40))
    )
