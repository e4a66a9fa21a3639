"""Secrets of one installation: made on first start, readable by their owner only, never in the database."""

import secrets as entropy
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Secrets:
    django_secret_key: str
    token_key: bytes
    """Signs the links and codes in messages (HMAC-SHA256)."""


def load(folder: Path) -> Secrets:
    """Reads the secrets in `folder`, making those that are missing."""
    return Secrets(
        django_secret_key=_text(folder / "django_secret_key"),
        token_key=_text(folder / "token_key").encode(),
    )


def _text(path: Path) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        return _create(path)


def _create(path: Path) -> str:
    """Two processes may start together: whoever links first wins, both read the winner's."""
    draft = path.with_name(f".{path.name}.{entropy.token_hex(8)}")
    draft.touch(mode=0o600)
    draft.write_text(entropy.token_urlsafe(48), encoding="ascii")
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii")
