"""`./beffroi doctor`: what is there, what is wrong, and the remedy. Changes nothing."""

import argparse
import os
import platform
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from beffroi.config.commands import administer
from beffroi.gateways.sms.providers import BadProvider, HttpProvider, providers_from
from beffroi.servers import ports as tcp, postgres, supervision, words
from beffroi.servers.launch import cli, packages, venv
from beffroi.servers.layout import SETTINGS_FILE, Instance, Layout, Ports, locate, settings_of

LITTLE_DISK_GIB = 2
OTHERS_MAY = 0o077
OTHERS_MAY_BESIDE_THE_GROUP = 0o037
"""As `./beffroi install` leaves the settings: root writes them, the site reads them."""
SECRETS = (
    "django_secret_key",
    "token_key",
    "contact_keys.json",
    "vapid_private_key",
    "postgres_password",
    "mail_postfix_password",
    "mail_dovecot_password",
    "mail_doveadm_key",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    what: str
    remedy: str = ""
    """Empty: nothing is wrong."""


def doctor(arguments: argparse.Namespace) -> int:
    layout = locate(arguments.dir, default=cli.DEFAULT_DIR)
    administer.step_down(layout)
    wrong = 0
    for title, findings in (
        ("Machine", _machine()),
        (f"Dossier des données : {layout.dir}", _folder(layout)),
        ("Base de données", _database(layout)),
        ("Envois", _channels(layout)),
        ("Beffroi", _running(layout)),
    ):
        words.say(title)
        for finding in findings:
            words.say(f"  {'NON' if finding.remedy else 'oui'}  {finding.what}")
            if finding.remedy:
                words.say(f"       → {finding.remedy}")
                wrong += 1
    words.say(f"{wrong} point(s) à voir." if wrong else "Tout va bien.")
    return 1 if wrong else 0


def _machine() -> Iterator[Finding]:
    release = platform.freedesktop_os_release() if Path("/etc/os-release").exists() else {}
    yield Finding(what=f"{release.get('PRETTY_NAME', 'Linux')}, Python {platform.python_version()}")
    current = venv.holds("run")
    yield Finding(
        what="bibliothèques Python conformes à locks/run.txt",
        remedy="" if current else "./beffroi up les installe",
    )
    for need in packages.NEEDS[packages.Purpose.TEST]:
        lacking = not packages.PRESENT[need]()
        remedy = f"sudo apt-get install {' '.join(need.value.packages)}" if lacking else ""
        yield Finding(what=need.value.what, remedy=remedy)
    leftover = packages.leftovers()
    if leftover:
        yield Finding(
            what="reste d’une installation de paquets interrompue",
            remedy=f"sudo rm {' '.join(map(str, leftover))}",
        )


def _folder(layout: Layout) -> Iterator[Finding]:
    if not layout.dir.exists():
        yield Finding(what="pas encore créé : ./beffroi up le fera")
        return
    free_gib = shutil.disk_usage(layout.dir).free / 2**30
    yield Finding(
        what=f"{free_gib:.1f} Gio libres",
        remedy="" if free_gib > LITTLE_DISK_GIB else "faites de la place : la base peut s’arrêter",
    )
    yield _private(layout.secrets)
    for name in SECRETS:
        if (layout.secrets / name).exists():
            yield _private(layout.secrets / name)
    if (layout.dir / SETTINGS_FILE).exists():
        yield _private(layout.dir / SETTINGS_FILE)
        yield _settings(layout)


def _private(path: Path) -> Finding:
    """Its owner's only, and its owner is who asks."""
    if not path.exists():
        return Finding(what=f"{path.name} : pas encore créé")
    state = path.stat()
    if state.st_uid == 0 and not state.st_mode & OTHERS_MAY_BESIDE_THE_GROUP:
        return Finding(what=f"{path.name} à root, lisible par le groupe du site")
    if state.st_uid != os.geteuid():
        return Finding(what=f"{path.name} à vous", remedy=f"chown {os.geteuid()} {path}")
    open_mode = state.st_mode & OTHERS_MAY
    wanted = "700" if path.is_dir() else "600"
    return Finding(
        what=f"{path.name} lisible par son seul propriétaire",
        remedy=f"chmod {wanted} {path}" if open_mode else "",
    )


def _settings(layout: Layout) -> Finding:
    try:
        return Finding(what=f"{SETTINGS_FILE} : {len(settings_of(layout))} réglage(s)")
    except words.Refused as why:
        return Finding(what=f"{SETTINGS_FILE} lisible", remedy=str(why))


def _database(layout: Layout) -> Iterator[Finding]:
    if os.environ.get("DATABASE_URL"):
        yield Finding(
            what="DATABASE_URL désigne une autre base : celle du dossier n’est pas utilisée"
        )
        return
    if not layout.postgres.exists():
        yield Finding(what="pas encore créée")
        return
    try:
        cluster = postgres.describe(layout)
    except words.Refused as why:
        yield Finding(what="base utilisable", remedy=str(why))
        return
    if not (cluster.data / "PG_VERSION").exists():
        yield Finding(what="pas encore créée")
        return
    version = (cluster.data / "PG_VERSION").read_text(encoding="ascii").strip()
    yield Finding(what=f"PostgreSQL {version} dans {cluster.home}, {_last_word(cluster)}")
    if Instance.read(layout):
        log = layout.logs / "postgres.log"
        yield Finding(what="répond", remedy="" if cluster.is_ready() else f"lisez la fin de {log}")


def _channels(layout: Layout) -> Iterator[Finding]:
    """What is set up, in the words of the settings; whether it answers is seen in the engines' states."""
    try:
        told = settings_of(layout) | dict(os.environ)
    except words.Refused:
        return  # said already
    try:
        providers = providers_from(told.get("BEFFROI_SMS_PROVIDERS", ""))
    except BadProvider as why:
        yield Finding(what="fournisseurs de SMS lisibles", remedy=f"BEFFROI_SMS_PROVIDERS : {why}")
    else:
        names = ", ".join(provider.name for provider in providers)
        yield Finding(what=f"SMS : {names or 'aucun fournisseur (BEFFROI_SMS_PROVIDERS)'}")
        if any(isinstance(provider, HttpProvider) for provider in providers):
            where = "./beffroi manage sms_addresses"
            yield Finding(what=f"accusés de réception par HTTP : à quelles adresses, {where}")
    contact = told.get("BEFFROI_VAPID_CONTACT") or told.get("BEFFROI_URL", "")
    reachable = contact.startswith(("https://", "mailto:"))
    off = "aucune, faute de https ou de BEFFROI_VAPID_CONTACT"
    yield Finding(what=f"notifications : {contact if reachable else off}")


def _last_word(cluster: postgres.Cluster) -> str:
    asked = [str(cluster.binaries / "pg_controldata"), "-D", str(cluster.data)]
    said = subprocess.run(
        asked, capture_output=True, text=True, check=False, env=os.environ | {"LC_ALL": "C"}
    )
    for line in said.stdout.splitlines():
        if line.startswith("Database cluster state:"):
            return STATES.get(line.split(":", 1)[1].strip(), line)
    return "état inconnu"


STATES = {
    "in production": "en marche (ou tuée : elle se réparera au prochain démarrage)",
    "shut down": "arrêtée proprement",
    "in crash recovery": "en réparation",
}


def _running(layout: Layout) -> Iterator[Finding]:
    instance = Instance.read(layout)
    if instance is None or not Path(f"/proc/{instance.pid}").exists():
        yield Finding(what="ne tourne pas (./beffroi up)")
        yield from _free_ports(Ports(web=cli.DEFAULT_PORT))
        return
    yield Finding(what=f"tourne : {instance.url} (processus {instance.pid})")
    try:
        yield from _parts(layout, supervision.states(layout.dir))
        half = layout.mail_half
        yield from _parts(half, supervision.published(half) or [])
    except supervision.NotRunning:
        yield Finding(
            what="le superviseur répond", remedy="arrêtez Beffroi (Ctrl-C) et relancez-le"
        )
    yield _health(instance.port)


def _parts(half: Layout, parts: Iterable[supervision.PartState]) -> Iterator[Finding]:
    for part in parts:
        log = half.logs / f"{part.name}.log"
        yield Finding(
            what=f"{part.name} : {part.stage}, depuis {part.up_s} s",
            remedy="" if part.healthy else f"lisez la fin de {log}",
        )


def _free_ports(ports: Ports) -> Iterator[Finding]:
    for what, port in ports.used(demo=True, lmtp=ports.lmtp).items():
        remedy = "" if tcp.is_free(port) else f"pris par {tcp.holder(port)} : choisissez --port"
        yield Finding(what=f"port {port} libre ({what})", remedy=remedy)


def _health(port: int) -> Finding:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sante", timeout=5):
            return Finding(what="/sante : en bonne santé")
    except urllib.error.HTTPError as refused:
        said = refused.read().decode(errors="replace")[:500]
        return Finding(what="/sante : en bonne santé", remedy=f"elle répond : {said}")
    except OSError as silent:
        return Finding(what="/sante répond", remedy=f"{silent} ; lisez la fin de web.log")
