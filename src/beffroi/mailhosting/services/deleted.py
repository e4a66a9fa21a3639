"""What was deleted from a box is looked at, and put back where it was. The letters are Dovecot's; the journal is ours."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import ngettext

from beffroi.gateways import deleted_letters as letters
from beffroi.gateways.doveadm import Doveadm, NotReachable
from beffroi.mailhosting.models import Mailbox
from beffroi.mailhosting.queries.deleted import Way
from beffroi.mailhosting.services import measuring
from beffroi.mailhosting.services.facts import MailIsOff, MailIsSilent, NotAllPutBack
from beffroi.towns import journal, queries as towns
from beffroi.towns.models import Agent, Town

Entry = letters.Entry
Letter = letters.Letter
OWN = (Way.HOLDER, Way.MEMBER)
"""They see the box in their mail program as well: looking is no event."""
PRIVATE = frozenset({"perso", "personnel", "personnelle", "privé", "prive"})
"""Names of folders that a custodian does not open."""


def look(
    town: Town, box: Mailbox, way: Way, *, text: str = "", by: Agent, at: datetime
) -> list[Entry]:
    """The last deleted first. Raises: MailIsOff, MailIsSilent."""
    found = _entries(box, way, text=text)
    if way not in OWN:
        _note_once_a_day(town, box, by=by, at=at)
    return found


def read(town: Town, box: Mailbox, entries: Sequence[Entry]) -> list[Letter]:
    """Sender, subject and date of these. Raises: MailIsOff, MailIsSilent."""
    with _answering() as servers:
        return letters.read(servers, box.server_login, entries)


def put_back(
    town: Town, box: Mailbox, way: Way, keys: Sequence[str], *, by: Agent, at: datetime
) -> Counter[str]:
    """How many are in which folder now; fewer than asked when some were back or too old. Raises: MailIsOff,
    MailIsSilent, NotAllPutBack (the rest is kept as before)."""
    wanted = set(keys)
    found = [one for one in _entries(box, way) if one.key in wanted]
    with _answering() as servers:
        done = letters.put_back(servers, box.server_login, found)
    if count := done.total():
        said = ngettext("%(n)d message", "%(n)d messages", count) % {"n": count}
        _note(town, journal.Kind.LETTERS_PUT_BACK, box, said, by=by, at=at)
    return done


def _entries(box: Mailbox, way: Way, *, text: str = "") -> list[Entry]:
    with _answering() as servers:
        found = letters.entries(servers, box.server_login, text=text)
    if way == Way.CUSTODIAN:
        return [one for one in found if not PRIVATE & set(one.folder.casefold().split("/"))]
    return found


@contextmanager
def _answering() -> Iterator[Doveadm]:
    servers = measuring.dovecot()
    if servers is None:
        raise MailIsOff
    try:
        yield servers
    except NotReachable as silent:
        raise MailIsSilent from silent
    except letters.NotPutBack as stopped:
        raise NotAllPutBack from stopped


@transaction.atomic
def _note_once_a_day(town: Town, box: Mailbox, *, by: Agent, at: datetime) -> None:
    kind = journal.Kind.DELETED_LOOKED_AT
    lines = towns.facts_about(town, "mailbox", box.pk).filter(kind=kind, actor=by)
    if not lines.filter(at__gt=at - timedelta(days=1)).exists():
        _note(town, kind, box, "", by=by, at=at)


@transaction.atomic
def _note(
    town: Town, kind: journal.Kind, box: Mailbox, said: str, *, by: Agent, at: datetime
) -> None:
    detail = f"{box.display_name}\N{NO-BREAK SPACE}: {said}" if said else box.display_name
    journal.write(town, kind, at=at, by=by, about=("mailbox", box.pk), detail=detail)
