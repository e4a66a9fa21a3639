"""Secrets of one installation: made on first start, readable by their owner only, never in the database."""

import secrets as entropy
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from beffroi.gateways.push.keys import load_key, new_key, public_key
from beffroi.servers import secret_files


@dataclass(frozen=True, kw_only=True, slots=True)
class Secrets:
    django_secret_key: str = field(repr=False)
    token_key: bytes = field(repr=False)
    """Signs the links and codes in messages (HMAC-SHA256)."""
    vapid_private_key: str = field(repr=False)
    """PEM. Signs what push services get; every subscription is bound to it: lost, all are lost."""
    mail_doveadm_key: str = field(repr=False)
    """Whoever knows it gives orders to Dovecot."""

    @property
    def vapid_public_key(self) -> str:
        """What a page gives to the browser when somebody accepts notifications."""
        return public_key(load_key(self.vapid_private_key))


def load(folder: Path) -> Secrets:
    """Reads the secrets in `folder`, making those that are missing."""
    return Secrets(
        django_secret_key=_text(folder / "django_secret_key"),
        token_key=_text(folder / "token_key").encode(),
        vapid_private_key=_text(folder / "vapid_private_key", new_key),
        mail_doveadm_key=_text(folder / "mail_doveadm_key"),
    )


def _random() -> str:
    return entropy.token_urlsafe(48)


def _text(path: Path, make: Callable[[], str] = _random) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return secret_files.kept(path, make)
