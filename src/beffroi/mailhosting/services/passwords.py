"""How holders get in: a password that they choose through a link, and one for each device."""

from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from beffroi.mailhosting import passwords
from beffroi.mailhosting.models import AppPassword, Mailbox, PasswordLink
from beffroi.mailhosting.services import nudges
from beffroi.mailhosting.services.boxes import locked
from beffroi.mailhosting.services.facts import LinkIsDead, NoSuchThing, WeakPassword
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town

LINK_LASTS = timedelta(days=7)


@transaction.atomic
def make_link(town: Town, mailbox_id: int, *, by: Agent | None, at: datetime) -> str:
    """The secret of a link for the holder; earlier links of the box die. Raises: NoSuchThing."""
    token = passwords.new_token()
    _prepare(town, mailbox_id, token, by=by, at=at)
    return token


@transaction.atomic
def make_sent_link(town: Town, mailbox_id: int, *, by: Agent | None, at: datetime) -> int:
    """The id of a link that a letter will carry, of which nobody learns the secret. Raises: NoSuchThing."""
    return _prepare(town, mailbox_id, passwords.new_token(), by=by, at=at).pk


def _prepare(
    town: Town, mailbox_id: int, token: str, *, by: Agent | None, at: datetime
) -> PasswordLink:
    box = locked(town, mailbox_id)
    box.password_links.filter(used_at=None).update(expires_at=at)
    _note(box, journal.Kind.BOX_LINK, by=by, at=at)
    return PasswordLink.objects.create_in(
        town,
        mailbox=box,
        digest=passwords.digest(token),
        made_by=by,
        made_at=at,
        expires_at=at + LINK_LASTS,
    )


@transaction.atomic
def use_link(town: Town, token: str, password: str, *, at: datetime) -> Mailbox:
    """The holder chooses. Raises: LinkIsDead, WeakPassword."""
    return _use(town, Q(digest=passwords.digest(token)), password, at=at)


@transaction.atomic
def use_sent_link(town: Town, link_id: int, password: str, *, at: datetime) -> Mailbox:
    """The same, through a letter that Beffroi sent: its own signature stands for the token.

    Raises: LinkIsDead, WeakPassword.
    """
    return _use(town, Q(pk=link_id), password, at=at)


def _use(town: Town, which: Q, password: str, *, at: datetime) -> Mailbox:
    links = PasswordLink.objects.of(town).select_for_update(of=("self",))
    link = links.filter(which, used_at=None, expires_at__gt=at).first()
    if link is None:
        raise LinkIsDead
    link.used_at = at
    link.save(update_fields=["used_at"])
    return set_password(town, link.mailbox_id, password, by=None, at=at)


@transaction.atomic
def set_password(
    town: Town, mailbox_id: int, password: str, *, by: Agent | None, at: datetime
) -> Mailbox:
    """Sessions under the old password end. Raises: NoSuchThing, WeakPassword."""
    box = locked(town, mailbox_id)
    try:
        validate_password(password)
    except ValidationError as weak:
        raise WeakPassword(weak.messages) from weak
    box.password_hash, box.password_set_at = passwords.hashed(password), at
    box.save(update_fields=["password_hash", "password_set_at"])
    nudges.kick(box, at=at)
    _note(box, journal.Kind.BOX_PASSWORD, by=by, at=at)
    return box


@transaction.atomic
def add_app_password(
    town: Town, mailbox_id: int, label: str, *, by: Agent | None, at: datetime
) -> str:
    """A password for one device, to be shown once. Raises: NoSuchThing."""
    box = locked(town, mailbox_id)
    secret = passwords.new_app_password()
    AppPassword.objects.create_in(
        town,
        mailbox=box,
        label=label.strip()[:60],
        digest=passwords.digest(secret),
        created_at=at,
    )
    _note(box, journal.Kind.APP_PASSWORD_MADE, by=by, at=at)
    return secret


@transaction.atomic
def revoke_app_password(
    town: Town, app_password_id: int, *, by: Agent | None, at: datetime
) -> None:
    """The device is signed out at once. Raises: NoSuchThing."""
    rows = AppPassword.objects.of(town).select_related("mailbox__address", "mailbox__town")
    row = rows.filter(pk=app_password_id, revoked_at=None).first()
    if row is None:
        raise NoSuchThing(app_password_id)
    row.revoked_at = at
    row.save(update_fields=["revoked_at"])
    nudges.kick(row.mailbox, at=at)
    _note(row.mailbox, journal.Kind.APP_PASSWORD_REVOKED, by=by, at=at)


def _note(box: Mailbox, kind: journal.Kind, *, by: Agent | None, at: datetime) -> None:
    about = ("mailbox", box.pk)
    journal.write(box.town, kind, at=at, by=by, about=about, detail=box.display_name)
