"""The town's old address: linked, fetched until a date, its password erased at the end."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from beffroi.gateways import old_box
from beffroi.gateways.doveadm import Doveadm, NotReachable
from beffroi.gateways.dsync import Dovecot
from beffroi.gateways.old_box import Access, Folder, Security
from beffroi.kit.contacts import canonical_email
from beffroi.mailhosting import sealed
from beffroi.mailhosting.models import Mailbox, NotCopied, OldAddress, OldFolder
from beffroi.mailhosting.services import boxes
from beffroi.mailhosting.services.facts import (
    BadTimes,
    NoSuchThing,
    NotNow,
    OldAddressKnown,
    OldBoxRefused,
    OldBoxUnreachable,
)
from beffroi.mailhosting.words import Fetching
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town

LEASE = timedelta(minutes=10)
"""Renewed at each folder; a process that died is followed by another after it."""
EVERY = timedelta(minutes=15)
Clock = Callable[[], datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    mailbox_id: int
    email: str
    host: str
    port: int
    password: str = field(repr=False)
    fetch_until: datetime
    security: Security = Security.TLS


@dataclass(frozen=True, kw_only=True, slots=True)
class Servers:
    """Ours, where the letters go."""

    doveadm: Doveadm
    dovecot: Dovecot
    allow_loopback: bool = False


def servers() -> Servers | None:
    """None: mail is off here."""
    if not settings.BEFFROI_DOVEADM_PORT:
        return None
    return Servers(
        doveadm=Doveadm(port=settings.BEFFROI_DOVEADM_PORT, key=settings.MAIL_DOVEADM_KEY),
        dovecot=Dovecot(config=Path(settings.BEFFROI_MAIL_DIR) / "dovecot" / "dovecot.conf"),
        allow_loopback=bool(settings.BEFFROI_OUTSIDE_URL),
    )


def link(
    town: Town, wanted: Wanted, *, allow_loopback: bool = False, by: Agent | None, at: datetime
) -> OldAddress:
    """Signs in once at the old host, then keeps the password sealed.

    Raises: NotAnAddress of the kit, NoSuchThing, NotNow, BadTimes, OldAddressKnown, OldBoxRefused, OldBoxUnreachable.
    """
    email = canonical_email(wanted.email)
    if wanted.fetch_until <= at:
        raise BadTimes(wanted.fetch_until)
    access = Access(
        host=wanted.host,
        port=wanted.port,
        security=wanted.security,
        login=email,
        password=wanted.password,
        allow_loopback=allow_loopback,
    )
    try:
        with old_box.opened(access):
            pass
    except old_box.Refused as no:
        raise OldBoxRefused from no
    except old_box.Unreachable as silent:
        raise OldBoxUnreachable from silent
    return _keep(town, wanted, email, by=by, at=at)


@transaction.atomic
def _keep(town: Town, wanted: Wanted, email: str, *, by: Agent | None, at: datetime) -> OldAddress:
    box = boxes.locked(town, wanted.mailbox_id)
    if box.state not in {Mailbox.State.ACTIVE, Mailbox.State.SUSPENDED}:
        raise NotNow(box.state)
    try:
        with transaction.atomic():
            row = OldAddress.objects.create_in(
                town,
                mailbox=box,
                email=email,
                host=wanted.host,
                port=wanted.port,
                security=wanted.security.value,
                fetch_until=wanted.fetch_until,
                made_by=by,
                made_at=at,
            )
    except IntegrityError as there:
        raise OldAddressKnown(email) from there
    row.sealed_password, row.key_id = sealed.seal_password(town.pk, row.pk, wanted.password)
    row.save(update_fields=["sealed_password", "key_id"])
    _note(row, journal.Kind.OLD_ADDRESS_ADDED, by=by, at=at)
    return row


@transaction.atomic
def end(town: Town, old_address_id: int, *, by: Agent | None, at: datetime) -> None:
    """Nothing is fetched any more, and the password is erased. What was copied stays. Raises: NoSuchThing."""
    row = OldAddress.objects.of(town).select_for_update().filter(pk=old_address_id).first()
    if row is None or row.ended_at is not None:
        raise NoSuchThing(old_address_id)
    row.sealed_password = row.key_id = row.lease_until = None
    row.state, row.ended_at = Fetching.ENDED, at
    row.save()
    _note(row, journal.Kind.OLD_ADDRESS_ENDED, by=by, at=at)


def end_due(town: Town, *, at: datetime) -> None:
    due = OldAddress.objects.of(town).filter(ended_at=None, fetch_until__lte=at)
    for old_address_id in list(due.values_list("id", flat=True)):
        end(town, old_address_id, by=None, at=at)


def due(town: Town, *, at: datetime) -> list[int]:
    """Those that nobody has in hand, not gone through for a while."""
    rows = OldAddress.objects.of(town).filter(ended_at=None, fetch_until__gt=at)
    rows = rows.filter(Q(lease_until=None) | Q(lease_until__lte=at))
    rows = rows.filter(Q(fetched_at=None) | Q(fetched_at__lte=at - EVERY))
    return list(rows.values_list("id", flat=True))


def fetch(town: Town, old_address_id: int, ours: Servers, *, clock: Clock) -> bool:
    """Every folder, what is not there yet. A process that dies loses at most a folder, which the next takes up again.

    False: another process has it, or it has ended.
    """
    row = _claimed(town, old_address_id, at=clock())
    if row is None:
        return False
    access = _access(row, ours)
    try:
        ours.doveadm.obey([("authCacheFlush", {"user": [row.mailbox.server_login]})])
        with old_box.opened(access) as box:
            found = box.folders()
        for folder in found:
            _folder(row, folder, access, ours, at=clock())
            OldAddress.objects.of(town).filter(pk=row.pk, ended_at=None).update(
                lease_until=clock() + LEASE
            )
        _leave(row, Fetching.UP_TO_DATE, at=clock(), fetched_at=clock())
    except NotReachable:  # ours: nothing of the old box is blamed
        _leave(row, Fetching.WAITING, at=clock(), fetched_at=row.fetched_at)
    except old_box.Refused:
        _leave(row, Fetching.REFUSED, at=clock(), fetched_at=row.fetched_at)
    except old_box.Unreachable:
        _leave(row, Fetching.UNREACHABLE, at=clock(), fetched_at=row.fetched_at)
    return True


def _claimed(town: Town, old_address_id: int, *, at: datetime) -> OldAddress | None:
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    rows = OldAddress.objects.of(town).filter(free, pk=old_address_id, ended_at=None)
    if not rows.update(state=Fetching.RUNNING, lease_until=at + LEASE):
        return None
    rows = OldAddress.objects.of(town).select_related("mailbox__address__domain", "town")
    return rows.get(pk=old_address_id)


def _access(row: OldAddress, ours: Servers) -> Access:
    return Access(
        host=row.host,
        port=row.port,
        security=Security(row.security),
        login=row.email,
        password=sealed.unseal_password(
            row.town_id, row.pk, bytes(row.sealed_password or b""), key_id=row.key_id or 0
        ),
        allow_loopback=ours.allow_loopback,
    )


def _leave(row: OldAddress, state: Fetching, *, at: datetime, fetched_at: datetime | None) -> None:
    """A host that refuses is asked again after a while, not at once."""
    wait = None if state == Fetching.UP_TO_DATE else at + EVERY
    open_ones = OldAddress.objects.of(row.town).filter(pk=row.pk, ended_at=None)
    open_ones.update(state=state, lease_until=wait, fetched_at=fetched_at)


def _folder(
    row: OldAddress, folder: Folder, access: Access, ours: Servers, *, at: datetime
) -> None:
    """Dovecot's sync first; where something stops it, each letter alone, and what cannot be had is listed."""
    mine, _made = OldFolder.objects.of(row.town).get_or_create(
        of=row, name=folder.name[:500], defaults={"town": row.town}
    )
    login = row.mailbox.server_login
    if not mine.by_letter and not ours.dovecot.pull(access, into=login, folder=folder.name):
        mine.by_letter = True
    target = folder.name.replace(".", "_") if mine.by_letter else folder.name
    missing = 0
    if mine.by_letter:
        letters = old_box.letters(access, folder.name)
        broken = _letters(letters, mine, access, ours, into=login, target=target)
        NotCopied.objects.of(row.town).filter(folder=mine).exclude(uid__in=broken).delete()
        for uid in broken:
            NotCopied.objects.of(row.town).get_or_create(
                folder=mine, uid=uid, defaults={"town": row.town, "seen_at": at}
            )
        missing = len(broken)
    mine.total, mine.copied, mine.done_at = folder.messages, max(folder.messages - missing, 0), at
    mine.save()


def _letters(
    letters: dict[int, str | None],
    mine: OldFolder,
    access: Access,
    ours: Servers,
    *,
    into: str,
    target: str,
) -> list[int]:
    """Saves each that is not there; says which could not be had. A letter that breaks the session is met once."""
    there = ours.doveadm.message_ids(into, target)
    todo = [uid for uid, name in letters.items() if not _is_there(uid, name, there, mine)]
    broken: list[int] = []
    ours.dovecot.make(into=into, folder=target)
    while todo:
        with old_box.opened(access) as box:
            while todo:
                uid = todo.pop(0)
                raw = box.letter(mine.name, uid)
                if raw is None:
                    broken.append(uid)
                    break
                if not ours.dovecot.save(raw, into=into, folder=target):
                    broken.append(uid)
    mine.last_uid = max(letters, default=0)
    return broken


def _is_there(uid: int, message_id: str | None, there: set[str], mine: OldFolder) -> bool:
    """Letters that name themselves by their name, the others by how far the last pass came."""
    if message_id is None:
        return False
    return message_id in there if message_id else uid <= mine.last_uid


def _note(row: OldAddress, kind: journal.Kind, *, by: Agent | None, at: datetime) -> None:
    detail = row.mailbox.display_name
    journal.write(row.town, kind, at=at, by=by, about=("mailbox", row.mailbox_id), detail=detail)
