"""What the operator answered, on the command line or the time before."""

import argparse
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from beffroi.servers import words
from beffroi.servers.launch import cli
from beffroi.servers.layout import Layout, settings_of

NAME = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)+")
ANSWERS = Path("/etc/beffroi/answers.json")
EMAIL = re.compile(r"[^@\s\"'$`\\]+@[a-z0-9.-]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    source: Path
    dir: Path
    port: int
    site: str
    """The name of the pages, as residents type it."""
    host: str
    """The name of the mail server, in the MX of every town."""
    returns: str
    """The domain of the Télmails' return path."""
    relay: str
    """Where Télmails leave; empty: not known yet."""
    email: str
    """Of the account at the authority of certificates; empty: certificates that nobody else has signed."""
    acme: str
    mail: bool
    nginx: bool

    @property
    def layout(self) -> Layout:
        return Layout(dir=self.dir)


def read(arguments: argparse.Namespace, *, root: Path) -> Asked:
    """What is not said again was answered the time before. Raises: Refused."""
    before = _before(root)
    folder = (arguments.dir or Path(before.get("dir", cli.INSTALL_DIR))).absolute()
    settings = settings_of(Layout(dir=root / folder.relative_to("/")))
    site = arguments.site or urlsplit(settings.get("BEFFROI_URL", "")).hostname or ""

    def said(name: str, otherwise: Any) -> Any:  # noqa: ANN401 - each option has a type of its own
        value = getattr(arguments, name)
        return before.get(name, otherwise) if value is None else value

    asked = Asked(
        source=cli.SOURCE_DIR,
        dir=folder,
        port=said("port", cli.DEFAULT_PORT),
        site=site,
        host=arguments.host or settings.get("BEFFROI_MAIL_HOST") or site,
        returns=settings.get("BEFFROI_RETURN_DOMAIN") or f"retours.{site}",
        relay=arguments.relay or "",
        email=said("email", ""),
        acme=said("acme", "certbot"),
        mail=said("mail", True),
        nginx=said("nginx", True),
    )
    _check(asked)
    return asked


def kept(asked: Asked) -> str:
    """For the next time; the names are in the settings, and the relay with its password."""
    names = ("port", "email", "acme", "mail", "nginx")
    answers = {"dir": str(asked.dir)} | {name: getattr(asked, name) for name in names}
    return json.dumps(answers, indent=1) + "\n"


def _before(root: Path) -> dict[str, Any]:
    try:
        answers = json.loads((root / ANSWERS.relative_to("/")).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return answers if isinstance(answers, dict) else {}


def _check(asked: Asked) -> None:
    if not asked.site:
        raise words.Refused(
            "Sous quel nom le site répondra-t-il ? Par exemple :\n"
            "  ./beffroi install --site beffroi.exemple.fr --host courrier.exemple.fr --email vous@exemple.fr"
        )
    for name in (asked.site, asked.host, asked.returns):
        if not NAME.fullmatch(name):
            raise words.Refused(
                f"« {name} » n’est pas un nom de machine (en minuscules, sans accent)."
            )
    if asked.email and not EMAIL.fullmatch(asked.email):
        raise words.Refused(f"« {asked.email} » n’est pas une adresse.")
    if asked.relay and urlsplit(asked.relay).scheme not in {"smtp", "smtps"}:
        raise words.Refused(
            "--relay s’écrit smtp://nom:mot-de-passe@relais.exemple.fr:587?tls=required"
        )
    for path in (asked.source, asked.dir):
        if set(str(path)) & set(" %\"'\\$;,{}"):
            raise words.Refused(f"Choisissez un dossier au nom simple : {path}")
