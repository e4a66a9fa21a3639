"""The command line, as a newcomer reads it. Parsed once before and once inside the virtual environment."""

import argparse
from collections.abc import Iterable
from pathlib import Path

SOURCE_DIR = Path(__file__).resolve().parents[4]
DEFAULT_DIR = SOURCE_DIR / "var"
DEFAULT_PORT = 8000
INSTALL_DIR = Path("/srv/beffroi/data")

HEADER = """\
Beffroi : la commune écrit à ses habitants.

Pour commencer :
  ./beffroi demo             une commune de démonstration, avec ses agents et ses abonnés
  ./beffroi test             toutes les vérifications et tous les essais
"""
FOOTER = """\
Le premier lancement installe ce qui manque (paquets Debian, bibliothèques Python) en disant ce qu’il fait ;
les suivants prennent quelques secondes. Ctrl-C arrête tout. Guide : docs/operate.md
"""


class _French(argparse.RawDescriptionHelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "Emploi : " if prefix is None else prefix)


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(
        prog="./beffroi",
        description=HEADER,
        epilog=FOOTER,
        formatter_class=_French,
        add_help=False,
    )
    root.add_argument("-h", "--help", action="help", help="affiche cette aide")
    root._positionals.title = "commandes"
    root._optionals.title = "options"
    commands = root.add_subparsers(dest="command", metavar="commande", required=True)
    _serving(commands, "demo", "démarre Beffroi avec une commune de démonstration, jusqu’à Ctrl-C")
    _serving(commands, "up", "démarre Beffroi pour de vrai, jusqu’à Ctrl-C")
    _serving(
        commands,
        "mail",
        "démarre les seuls serveurs de courrier, en root, à côté d’un « up » sans droits (BEFFROI_MAIL=apart)",
    )
    test = _command(commands, "test", "toutes les vérifications puis tous les essais")
    test.add_argument(
        "rest",
        nargs=argparse.REMAINDER,
        metavar="fast | arguments de pytest",
        help="fast : les règles de la maison et les salles, sans les essais longs (moins de 90 s) ; sinon ces essais-là seulement",
    )
    _command(commands, "check", "mise en forme, style, types, cloisons entre pièces, migrations")
    bench = _command(commands, "bench", "mesures, par exemple : bench email --recipients 20000")
    bench.add_argument("rest", nargs=argparse.REMAINDER, metavar="mesure", help="et ses options")
    _placed(
        _command(commands, "doctor", "examine cette installation et dit le remède à chaque défaut")
    )
    _install_options(
        _command(
            commands, "install", "installe Beffroi et son courrier sur ce serveur, pour de bon"
        )
    )
    manage = _command(
        commands, "manage", "commande d’administration de Django dans cette installation"
    )
    _placed(manage)
    manage.add_argument("rest", nargs=argparse.REMAINDER, metavar="commande", help="et ses options")
    _command(commands, "lock", "recalcule locks/*.txt d’après locks/*.in (pour qui développe)")
    return root


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str
) -> argparse.ArgumentParser:
    made = commands.add_parser(
        name, help=text, description=text, add_help=False, formatter_class=_French
    )
    made.add_argument("-h", "--help", action="help", help="affiche cette aide")
    made._positionals.title = "arguments"
    made._optionals.title = "options"
    return made


def _serving(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str
) -> None:
    made = _command(commands, name, text)
    _placed(made)
    made.add_argument(
        "--port",
        type=_port,
        default=None,
        help=f"port du site (par défaut {DEFAULT_PORT}) ; les suivants servent au courrier",
    )


def _install_options(made: argparse.ArgumentParser) -> None:
    made.add_argument("--site", help="nom du site, par exemple beffroi.exemple.fr")
    made.add_argument("--host", help="nom du serveur de courrier (par défaut celui du site)")
    made.add_argument("--email", help="votre adresse, pour l’autorité qui donne les certificats")
    made.add_argument(
        "--relay", help="relais des Télmails : smtp://nom:mot-de-passe@relais.exemple.fr:587"
    )
    made.add_argument(
        "--acme", choices=("certbot", "lego"), help="qui demande les certificats (certbot)"
    )
    for name, what in (("mail", "le courrier officiel"), ("nginx", "nginx devant le site")):
        made.add_argument(
            f"--{name}", action=argparse.BooleanOptionalAction, help=f"avec ou sans {what} (avec)"
        )
    made.add_argument("--port", type=_port, default=None, help="port du site sur 127.0.0.1")
    made.add_argument(
        "--dir", type=Path, default=None, help=f"dossier des données (par défaut {INSTALL_DIR})"
    )
    made.add_argument("--dry-run", action="store_true", help="affiche tout, ne change rien")
    made.add_argument(
        "--root", type=Path, default=None, help="écrit sous ce dossier, n’exécute rien"
    )
    made.add_argument("--remove", action="store_true", help="ôte les services, garde les données")


def _placed(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--dir",
        type=Path,
        default=None,
        help="dossier des données (par défaut BEFFROI_DIR, sinon var)",
    )


def _port(text: str) -> int:
    if text.isdigit() and 1 <= int(text) <= 65_000:
        return int(text)
    raise argparse.ArgumentTypeError("un nombre entre 1 et 65000")
