"""`./beffroi install`, and its three ways not to touch the machine: --dry-run, --root, and --remove for the way back."""

import argparse
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from beffroi.servers import ports as tcp, words
from beffroi.servers.launch import packages
from beffroi.servers.launch.install import asked as answers, hands, plan, units, web
from beffroi.servers.launch.install.asked import Asked
from beffroi.servers.launch.install.hands import Hands
from beffroi.servers.mail import presence

OTHERS_MAY_WRITE = 0o002
STICKY = 0o1000
CLOSED_TO_SERVICES = (Path("/home"), Path("/root"), Path("/run/user"))
"""What ProtectHome=yes hides."""
DOORS, WEB_DOORS = (25, 465, 587, 143, 993, 4190), (80, 443)
OF_MAIL = frozenset({"master", "dovecot"})
"""Who listens there once Beffroi is installed."""


def install(arguments: argparse.Namespace, *, prepare: Callable[[], None]) -> int:
    """`prepare`: Debian's packages and the Python libraries; not for a print."""
    root = (arguments.root or Path("/")).absolute()
    if arguments.remove:
        return _remove(Hands(root=root))
    asked = answers.read(arguments, root=root)
    sections = plan.of(asked)
    if arguments.dry_run:
        words.say("Rien n’est changé. ./beffroi install exécuterait ceci, en root :")
        print(hands.printed(sections), flush=True)
        return 0
    if root == Path("/"):
        _check(asked)
        prepare()
        _check_mail(asked)
    worker = Hands(root=root)
    worker.carry_out(sections)
    _close(asked, worker)
    return 0


def _close(asked: Asked, worker: Hands) -> None:
    if not worker.said:
        words.say("Tout était déjà en place : rien n’est changé.")
    elif worker.here and not hands.SYSTEMD.is_dir():
        words.say("Tout est écrit ; systemd ne tourne pas ici, rien n’est démarré.")
    elif worker.here:
        words.say(
            f"Beffroi est installé : https://{asked.site}/ — état : systemctl status 'beffroi*'"
        )
        words.say(
            f'Ensuite : {asked.source}/beffroi manage --dir {asked.dir} operator_link vous@exemple.fr "Votre nom"'
        )
    if worker.here and not asked.email:
        words.say(
            "Les certificats sont provisoires : relancez avec --email vous@exemple.fr pour que le monde les reconnaisse."
        )


def _remove(worker: Hands) -> int:
    if worker.here and os.geteuid() != 0:
        raise words.Refused("Il faut être root pour ôter les services.")
    names = [path.name for path in map(Path, worker.written()) if path.parent == plan.UNITS]
    if worker.here and names and hands.SYSTEMD.is_dir():
        subprocess.run(["systemctl", "disable", "--now", *names], check=False)
    gone = worker.take_away()
    if worker.here and hands.SYSTEMD.is_dir():
        subprocess.run(["systemctl", "daemon-reload"], check=False)
        if web.CONF in gone:
            subprocess.run(["systemctl", "try-reload-or-restart", "nginx.service"], check=False)
    words.say(
        "Les services et leurs fichiers sont ôtés. Les données, les réglages, les certificats et l’utilisateur "
        f"« {units.USER} » restent."
    )
    return 0


def _check(asked: Asked) -> None:
    """Before anything changes. Raises: Refused."""
    if os.geteuid() != 0:
        raise words.Refused(
            "Il faut être root pour installer ; pour voir sans rien changer : --dry-run"
        )
    if any(asked.source.is_relative_to(folder) for folder in CLOSED_TO_SERVICES):
        raise words.Refused(
            f"Les services ne voient pas {asked.source} : placez Beffroi ailleurs, par exemple dans /srv/beffroi/app."
        )
    if culprit := next(not_roots(asked.source), None):
        raise words.Refused(
            f"{culprit} n’est pas au seul root, et les services démarrent ce qu’il contient. Faites :\n"
            f"  chown -R root:root {asked.source} && chmod -R go-w {asked.source}"
        )
    for name in units.OF_THE_SITE:
        folder = asked.dir / name
        if folder.exists() and _owner(folder) != units.USER and any(folder.iterdir()):
            raise words.Refused(
                f"{folder} est à « {_owner(folder)} », le site sera « {units.USER} ». Arrêtez Beffroi, puis :\n"
                f"  chown -R {units.USER}: {' '.join(str(asked.dir / one) for one in units.OF_THE_SITE)}"
            )
    if asked.mail and (other := packages.other_mail_server()):
        raise words.Refused(
            f"« {other} » est installé, et Postfix le remplacerait. Ôtez-le (apt-get remove {other}), "
            "ou installez sans courrier officiel : --no-mail"
        )
    _check_doors(asked)


def _check_doors(asked: Asked) -> None:
    wanted = (*(DOORS if asked.mail else ()), *(WEB_DOORS if asked.nginx else ()))
    taken = {port: tcp.holder(port) for port in wanted if not tcp.is_free(port)}
    lines = [f"  {port} : {who}" for port, who in taken.items() if _is_in_the_way(port, who)]
    if lines:
        raise words.Refused(
            "Des ports sont déjà pris :\n"
            + "\n".join(lines)
            + "\nArrêtez pour de bon ce qui les tient "
            "(systemctl disable --now …), ou installez avec --no-mail, --no-nginx."
        )


def _is_in_the_way(port: int, who: str) -> bool:
    name = who.split()[0]
    if port in WEB_DOORS:
        return name != "nginx"
    return name not in OF_MAIL or not hands.RECORD.exists()


def _check_mail(asked: Asked) -> None:
    if asked.mail and (missing := presence.lacking()):
        raise words.Refused(
            f"Il manque des paquets pour le courrier officiel : {' '.join(missing)}. Ou bien : --no-mail"
        )


def not_roots(source: Path) -> Iterator[Path]:
    """What somebody else than root could change of the programs that root starts."""
    for path in (source, *source.parents):
        if _is_open(path) and not path.stat().st_mode & STICKY:
            yield path
    for folder in (source, (source / ".venv").resolve()):
        for path in folder.rglob("*"):
            if (
                not path.is_symlink()
                and _is_open(path)
                and "var" not in path.relative_to(folder).parts[:1]
            ):
                yield path


def _is_open(path: Path) -> bool:
    state = path.stat()
    groups = state.st_mode & 0o020 and state.st_gid != 0
    return bool(state.st_uid != 0 or state.st_mode & OTHERS_MAY_WRITE or groups)


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except KeyError:  # the user is no more
        return str(path.stat().st_uid)
