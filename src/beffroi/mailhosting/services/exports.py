"""A box written to a file: Dovecot's own copy of it, packed with manifest and checksums.

A process that dies loses nothing: the next one takes the copy up where it stood and packs it again.
"""

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from beffroi.gateways.dsync import Dovecot
from beffroi.kit import mailbox_archive
from beffroi.mailhosting.models import BoxExport, Mailbox
from beffroi.mailhosting.services import boxes
from beffroi.mailhosting.services.facts import NoSuchThing, NotNow
from beffroi.mailhosting.words import BoxKind, BoxState, Exporting
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town

Clock = Callable[[], datetime]
KEPT = timedelta(days=7)
LEASE = timedelta(minutes=70)
"""Longer than Dovecot is given for one copy."""
TELL_EVERY = 200
AT_REST = (BoxState.FROZEN, BoxState.ARCHIVED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    dovecot: Dovecot
    boxes: Path
    copies: Path
    archives: Path


def place() -> Place | None:
    """None: mail is off here."""
    if not settings.BEFFROI_MAIL_DIR:
        return None
    mail = Path(settings.BEFFROI_MAIL_DIR)
    return Place(
        dovecot=Dovecot(config=mail / "dovecot" / "dovecot.conf"),
        boxes=mail / "boxes",
        copies=mail / "exports",
        archives=settings.BEFFROI_DIR / "exports",
    )


def may_be_exported(box: Mailbox) -> bool:
    """What a person in service receives is theirs to take out, not the administrator's."""
    return box.kind != BoxKind.PERSON or box.state in AT_REST


@transaction.atomic
def ask(town: Town, mailbox_id: int, *, by: Agent | None, at: datetime) -> BoxExport:
    """The one that is under way, if there is one. Raises: NoSuchThing, NotNow."""
    box = boxes.locked(town, mailbox_id)
    if not may_be_exported(box):
        raise NotNow(box.state)
    moving = BoxExport.objects.of(town).filter(
        mailbox=box, state__in=(Exporting.WAITING, Exporting.RUNNING)
    )
    if row := moving.first():
        return row
    row = BoxExport.objects.create_in(town, mailbox=box, asked_by=by, asked_at=at)
    _note(row, journal.Kind.BOX_EXPORTED, by=by, at=at)
    return row


def due(town: Town, *, at: datetime) -> list[int]:
    fallen = Q(state=Exporting.RUNNING, lease_until__lte=at)
    rows = BoxExport.objects.of(town).filter(Q(state=Exporting.WAITING) | fallen)
    return list(rows.values_list("id", flat=True))


def run(town: Town, export_id: int, where: Place, *, clock: Clock) -> bool:
    """False: another process has it, or it is done."""
    row = _claimed(town, export_id, at=clock())
    if row is None:
        return False
    copy = where.copies / str(row.pk)
    _make(where.copies, like=where.boxes)
    _make(copy, like=where.boxes)
    mine = BoxExport.objects.of(town).filter(pk=row.pk)
    if not where.dovecot.copy_out(row.mailbox.address.email, copy):
        mine.update(state=Exporting.FAILED, lease_until=None)
        return True
    mine.update(total=mailbox_archive.count(copy), done=0, lease_until=clock() + LEASE)
    file = _pack(row, copy, where, clock=clock)
    mine.update(
        state=Exporting.READY,
        lease_until=None,
        ready_at=clock(),
        size_bytes=file.stat().st_size,
        sha256=_digest(file),
    )
    shutil.rmtree(copy, ignore_errors=True)
    return True


def take(town: Town, export_id: int, *, by: Agent, at: datetime) -> tuple[BoxExport, Path]:
    """The file, for whoever may have it. Raises: NoSuchThing."""
    found = BoxExport.objects.of(town).select_related("mailbox__address")
    row = found.filter(pk=export_id, state=Exporting.READY).first()
    if row is None or not archive(row.pk).is_file():
        raise NoSuchThing(export_id)
    _note(row, journal.Kind.BOX_EXPORT_TAKEN, by=by, at=at)
    return row, archive(row.pk)


def forget_old(town: Town, *, at: datetime) -> int:
    old = BoxExport.objects.of(town).filter(state=Exporting.READY, ready_at__lte=at - KEPT)
    for export_id in old.values_list("id", flat=True):
        archive(export_id).unlink(missing_ok=True)
    return old.update(state=Exporting.GONE)


def archive(export_id: int) -> Path:
    return Path(settings.BEFFROI_DIR) / "exports" / f"{export_id}.zip"


def _claimed(town: Town, export_id: int, *, at: datetime) -> BoxExport | None:
    fallen = Q(state=Exporting.RUNNING, lease_until__lte=at)
    rows = BoxExport.objects.of(town).filter(Q(state=Exporting.WAITING) | fallen, pk=export_id)
    if not rows.update(state=Exporting.RUNNING, lease_until=at + LEASE):
        return None
    wanted = BoxExport.objects.of(town).select_related("mailbox__address", "town", "asked_by")
    return wanted.get(pk=export_id)


def _pack(row: BoxExport, copy: Path, where: Place, *, clock: Clock) -> Path:
    where.archives.mkdir(mode=0o700, exist_ok=True)
    file = where.archives / f"{row.pk}.zip"
    draft = file.with_suffix(".part")
    mine = BoxExport.objects.of(row.town).filter(pk=row.pk)

    def tell(done: int) -> None:
        if done % TELL_EVERY == 0:
            mine.update(done=done, lease_until=clock() + LEASE)

    with os.fdopen(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600), "wb") as target:
        done = mailbox_archive.pack(copy, target, _about(row), tell=tell)
    mine.update(done=done)
    draft.replace(file)
    return file


def _about(row: BoxExport) -> dict[str, object]:
    box = row.mailbox
    return {
        "format": 1,
        "town": row.town.name,
        "insee_code": row.town.insee_code,
        "address": box.address.email,
        "name": box.display_name,
        "kind": box.kind,
        "state": box.state,
        "asked_at": row.asked_at.isoformat(),
        "asked_by": row.asked_by.full_name if row.asked_by else "",
        "quoting": "mboxrd",
    }


def _make(folder: Path, *, like: Path) -> None:
    """Dovecot writes there as the owner of the boxes."""
    folder.mkdir(mode=0o700, exist_ok=True)
    owner = like.stat()
    os.chown(folder, owner.st_uid, owner.st_gid)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _note(row: BoxExport, kind: journal.Kind, *, by: Agent | None, at: datetime) -> None:
    box = row.mailbox
    journal.write(row.town, kind, at=at, by=by, about=("mailbox", box.pk), detail=box.display_name)
