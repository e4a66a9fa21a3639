"""Debian packages: which are missing, and installing them without waking any service of the distribution."""

import ctypes.util
import enum
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from beffroi.servers import postgres, words
from beffroi.servers.launch import venv
from beffroi.servers.mail import presence

POLICY = Path("/usr/sbin/policy-rc.d")
POLICY_MARK = "# Temporary, by Beffroi: installing a package must not start its service."
NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/beffroi-temporary.conf")
ENABLED = Path("/etc/systemd/system/multi-user.target.wants")


class Purpose(enum.Enum):
    RUN = "run"
    TEST = "test"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    what: str
    packages: tuple[str, ...]
    without: str
    """What a person does without it, in French."""


BROWSERS = ("chromium", "chromium-headless-shell")
"""Whole, for what only a whole one does (installing an app, Lighthouse); the shell draws pages alone, in half the time."""
MAIL_PACKAGES = (
    *("postfix", "postfix-pgsql"),
    *("dovecot-core", "dovecot-imapd", "dovecot-lmtpd", "dovecot-managesieved", "dovecot-sieve"),
    *("dovecot-pgsql", "rspamd"),
)


class Need(enum.Enum):
    POSTGRESQL = Wanted(
        what="PostgreSQL",
        packages=("postgresql", "postgresql-contrib"),
        without="PostgreSQL viendra d’une archive Python (sans les extensions « contrib »)",
    )
    VENV = Wanted(
        what="le module venv de Python",
        packages=("python3-venv",),
        without="rien ne peut démarrer",
    )
    PANGO = Wanted(
        what="Pango et des polices, pour les PDF",
        packages=(
            "libpango-1.0-0",
            "libpangoft2-1.0-0",
            "libharfbuzz-subset0",
            "fonts-dejavu-core",
        ),
        without="le bulletin papier en PDF ne marchera pas",
    )
    MAIL = Wanted(
        what="Postfix, Dovecot et rspamd, pour le courrier officiel",
        packages=MAIL_PACKAGES,
        without="le courrier officiel est arrêté ; le reste marche",
    )
    CHROMIUM = Wanted(
        what="Chromium, pour les essais dans un navigateur",
        packages=BROWSERS,
        without="les essais dans un navigateur ne seront pas joués",
    )
    FIREFOX = Wanted(
        what="Firefox, pour les essais des notifications",
        packages=("firefox-esr",),
        without="les essais des notifications dans un navigateur ne seront pas joués",
    )
    KNOT = Wanted(
        what="Knot, pour les noms de domaine de la démonstration et des essais",
        packages=("knot",),
        without="la démonstration ne montre pas d’enregistrements DNS",
    )
    SYSTEMD = Wanted(
        what="systemd-analyze, pour les essais des services",
        packages=("systemd",),
        without="les essais de l’installation ne passeront pas",
    )


NEEDS = {
    Purpose.RUN: (Need.VENV, Need.POSTGRESQL, Need.PANGO, Need.MAIL, Need.KNOT),
    Purpose.TEST: (
        *(Need.VENV, Need.POSTGRESQL, Need.PANGO, Need.MAIL),
        *(Need.CHROMIUM, Need.FIREFOX, Need.KNOT, Need.SYSTEMD),
    ),
}


def provide(purpose: Purpose, *, external_database: bool) -> frozenset[Need]:
    """Installs what `purpose` misses if it may; what is still missing afterwards."""
    lacking = [n for n in missing(purpose) if not (external_database and n is Need.POSTGRESQL)]
    if Need.MAIL in lacking and (other := other_mail_server()):
        words.say(
            f"« {other} » est installé : Beffroi ne le remplace pas, son courrier est arrêté."
        )
        lacking.remove(Need.MAIL)
    if not lacking:
        return frozenset()
    as_root = _as_root()
    if as_root is None or not shutil.which("apt-get"):
        _explain(lacking)
        return frozenset(lacking)
    _install(lacking, as_root)
    return frozenset(missing(purpose))


def other_mail_server() -> str:
    """The Debian package that installing Postfix would remove, such as exim4-daemon-light; empty: none."""
    asked = ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package}\t${Provides}\n"]
    for line in _run(asked).stdout.splitlines():
        package, _, provides = line.partition("\t")
        installed, _, name = package.partition(" ")
        if installed == "installed" and name != "postfix" and "mail-transport-agent" in provides:
            return name
    return ""


def missing(purpose: Purpose) -> list[Need]:
    return [need for need in NEEDS[purpose] if not PRESENT[need]()]


def leftovers() -> list[Path]:
    """What an installation that was killed may have left behind."""
    return [path for path in (POLICY, NO_CLUSTER) if path.exists() and _is_ours(path)]


def _install(lacking: list[Need], as_root: list[str]) -> None:
    wanted = [package for need in lacking for package in need.value.packages]
    words.say(f"Installation des paquets Debian qui manquent : {' '.join(wanted)}")
    words.say("(aucun service de la distribution n’est démarré, activé ni réglé)")
    before = _enabled_services()
    with _services_asleep(as_root):
        _apt(as_root, ["update", "-qq"])
        _apt(
            as_root,
            ["install", "-y", "-qq", "-o", "Dpkg::Use-Pty=0", "--no-install-recommends", *wanted],
        )
    for service in sorted(_enabled_services() - before):
        _run([*as_root, "rm", "-f", str(service)])  # what `systemctl disable` does, systemd or not


def _enabled_services() -> set[Path]:
    return set(ENABLED.iterdir()) if ENABLED.is_dir() else set()


def _apt(as_root: list[str], arguments: list[str]) -> None:
    environment = ["env", "DEBIAN_FRONTEND=noninteractive", "NEEDRESTART_SUSPEND=1"]
    done = _run([*as_root, *environment, "apt-get", "-o", "DPkg::Lock::Timeout=300", *arguments])
    if done.returncode:
        words.complain(done.stdout[-2000:])
        raise words.Refused(f"apt-get {arguments[0]} a échoué ; son message est au-dessus.")


@contextmanager
def _services_asleep(as_root: list[str]) -> Iterator[None]:
    """For the time of an installation: no service starts, no main cluster is made. Leaves others' files alone."""
    ours = []
    if not POLICY.exists() or _is_ours(POLICY):
        _write(as_root, POLICY, f"#!/bin/sh\n{POLICY_MARK}\nexit 101\n", mode="755")
        ours.append(POLICY)
    _write(as_root, NO_CLUSTER, f"{POLICY_MARK}\ncreate_main_cluster = false\n", mode="644")
    ours.append(NO_CLUSTER)
    try:
        yield
    finally:
        _run([*as_root, "rm", "-f", *map(str, ours)])


def _is_ours(path: Path) -> bool:
    return POLICY_MARK in path.read_text(encoding="utf-8", errors="replace")


def _write(as_root: list[str], path: Path, text: str, *, mode: str) -> None:
    _run([*as_root, "mkdir", "-p", str(path.parent)])
    _run([*as_root, "tee", str(path)], text=text)
    _run([*as_root, "chmod", mode, str(path)])


def _run(command: list[str], *, text: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command,
        input=text,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )


def _as_root() -> list[str] | None:
    """The words to put before a command to run it as root; None if that is not possible."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and _run(["sudo", "-n", "true"]).returncode == 0:
        return ["sudo", "-n"]
    return None


def _explain(lacking: list[Need]) -> None:
    words.say("Sans les droits d’administration, Beffroi fait avec ce qu’il trouve. Il manque :")
    for need in lacking:
        words.say(f"  - {need.value.what} : sinon, {need.value.without}.")
    wanted = " ".join(package for need in lacking for package in need.value.packages)
    words.say(f"Pour tout avoir : sudo apt-get install --no-install-recommends {wanted}")


def _has_pango() -> bool:
    wanted = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
    return all(ctypes.util.find_library(name) for name in wanted)


def _has_fonts() -> bool:
    return any(next(Path("/usr/share/fonts").rglob(kind), None) for kind in ("*.ttf", "*.otf"))


PRESENT = {
    Need.MAIL: lambda: not presence.lacking(),
    Need.POSTGRESQL: lambda: bool(postgres.installed()),
    Need.VENV: lambda: venv.is_usable() or venv.base_python() is not None,
    Need.PANGO: lambda: _has_pango() and _has_fonts(),
    Need.CHROMIUM: lambda: all(map(shutil.which, BROWSERS)),
    Need.FIREFOX: lambda: bool(shutil.which("firefox-esr")),
    Need.SYSTEMD: lambda: bool(shutil.which("systemd-analyze")),
    Need.KNOT: lambda: bool(shutil.which("knotd", path="/usr/sbin:/usr/local/sbin")),
}
