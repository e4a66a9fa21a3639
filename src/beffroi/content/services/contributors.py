"""Associations that write through a secret link: no account, nothing to install, and nothing published unread."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from beffroi.content.facts import NoSuchContributor, Text
from beffroi.content.models import Contributor, Entry
from beffroi.content.services import entries
from beffroi.content.words import Kind
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town

MAY_WRITE = (Kind.NEWS, Kind.EVENT)


@transaction.atomic
def invite(
    town: Town, name: str, email: str, *, by: Agent, at: datetime
) -> tuple[Contributor, str]:
    """The row and the secret of its link, which nobody can read again."""
    secret = secrets.token_urlsafe(24)
    row = Contributor.objects.create_in(
        town, name=" ".join(name.split())[:120], email=email, key_hash=_hash(secret), invited_at=at
    )
    _note(row, by=by, at=at)
    return row, secret


@transaction.atomic
def renew(town: Town, contributor_id: int, *, by: Agent, at: datetime) -> str:
    """A new secret; the old link opens nothing any more. Raises: NoSuchContributor."""
    row = _locked(town, contributor_id)
    secret = secrets.token_urlsafe(24)
    row.key_hash, row.closed_at = _hash(secret), None
    row.save(update_fields=["key_hash", "closed_at"])
    _note(row, by=by, at=at)
    return secret


@transaction.atomic
def close(town: Town, contributor_id: int, *, by: Agent, at: datetime) -> None:
    """What it wrote stays. Raises: NoSuchContributor."""
    row = _locked(town, contributor_id)
    row.closed_at = at
    row.save(update_fields=["closed_at"])
    _note(row, by=by, at=at)


def opened(town: Town, secret: str) -> Contributor:
    """Raises: NoSuchContributor."""
    row = Contributor.objects.of(town).filter(key_hash=_hash(secret), closed_at=None).first()
    if row is None:
        raise NoSuchContributor
    return row


@transaction.atomic
def contribute(town: Town, secret: str, kind: Kind, text: Text, *, at: datetime) -> Entry:
    """Something to be read over. Raises: NoSuchContributor."""
    row = opened(town, secret)
    return entries.create(
        town, kind if kind in MAY_WRITE else Kind.NEWS, text, by=None, at=at, contributor=row
    )


def _locked(town: Town, contributor_id: int) -> Contributor:
    row = Contributor.objects.of(town).select_for_update().filter(pk=contributor_id).first()
    if row is None:
        raise NoSuchContributor(contributor_id)
    return row


def _note(row: Contributor, *, by: Agent, at: datetime) -> None:
    kind = journal.Kind.CONTRIBUTOR_CHANGED
    journal.write(row.town, kind, at=at, by=by, about=("contributor", row.pk), detail=row.name)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
