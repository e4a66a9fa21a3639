"""A box written to a file: Dovecot's own copy of it, packed with manifest and checksums.

A process that dies loses nothing: the next one takes the copy up where it stood and packs it again.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from procrastinate.contrib.django import app

from beffroi.gateways.dsync import Dovecot
from beffroi.kit import mailbox_archive
from beffroi.mailhosting.models import BoxExport, Mailbox
from beffroi.mailhosting.queries.departures import left
from beffroi.mailhosting.services import boxes
from beffroi.mailhosting.services.facts import ExportGone, NoSuchThing, NotNow
from beffroi.mailhosting.words import BoxKind, BoxState, Exporting
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town

Clock = Callable[[], datetime]
RUN_TASK = "mail.export"
KEPT = timedelta(days=7)
LEASE = timedelta(minutes=3)
"""Renewed every BEAT_S, and while letters are packed; a process that died is followed by another after it."""
BEAT_S = 30
TELL_EVERY = 200
AT_REST = (BoxState.FROZEN, BoxState.ARCHIVED)
OPEN = (Exporting.WAITING, Exporting.RUNNING)


@dataclass(frozen=True, kw_only=True, slots=True)
class Servers:
    dovecot: Dovecot
    boxes: Path
    copies: Path
    """Of boxes that are being exported."""


def servers() -> Servers | None:
    """None: mail is off here."""
    if not settings.MAIL_IS_ON:
        return None
    mail = Path(settings.BEFFROI_MAIL_DIR)
    return Servers(
        dovecot=Dovecot(config=mail / "dovecot" / "dovecot.conf"),
        boxes=mail / "boxes",
        copies=mail / "exports",
    )


def may_be_exported(box: Mailbox) -> bool:
    """What a person in service receives is theirs to take out, not the administrator's."""
    return box.kind != BoxKind.PERSON or box.state in AT_REST


def is_in_service(box: Mailbox, *, at: datetime) -> bool:
    """Its holder may open it, and so take it out."""
    return box.state == BoxState.ACTIVE and box.pk not in left(box.town, at=at)


@transaction.atomic
def ask_own(town: Town, mailbox_id: int, *, by: Agent, at: datetime) -> BoxExport:
    """By its holder, as long as they may open it. Raises: NoSuchThing (it is somebody else's), NotNow."""
    box = boxes.locked(town, mailbox_id)
    if box.holder_id != by.pk:
        raise NoSuchThing(mailbox_id)
    if not is_in_service(box, at=at):
        raise NotNow(box.state)
    return _asked(box, by=by, at=at)


@transaction.atomic
def ask(town: Town, mailbox_id: int, *, by: Agent | None, at: datetime) -> BoxExport:
    """The one that is under way, if there is one. Raises: NoSuchThing, NotNow."""
    box = boxes.locked(town, mailbox_id)
    if not may_be_exported(box):
        raise NotNow(box.state)
    return _asked(box, by=by, at=at)


def _asked(box: Mailbox, *, by: Agent | None, at: datetime) -> BoxExport:
    if row := BoxExport.objects.of(box.town).filter(mailbox=box, state__in=OPEN).first():
        return row
    row = BoxExport.objects.create_in(box.town, mailbox=box, asked_by=by, asked_at=at)
    _note(row, journal.Kind.BOX_EXPORTED, by=by, at=at)
    app.configure_task(RUN_TASK, allow_unknown=False).defer(town_id=box.town_id, export_id=row.pk)
    return row


def due(town: Town, *, at: datetime) -> list[int]:
    """Those that nobody has in hand."""
    return list(_free(town, at=at).values_list("id", flat=True))


def run(town: Town, export_id: int, ours: Servers, *, clock: Clock) -> bool:
    """False: another process has it, or it is done."""
    row = _claimed(town, export_id, at=clock())
    if row is None:
        return False
    copy = ours.copies / str(row.pk)
    try:
        file = _written(row, copy, ours, clock=clock)
    except (OSError, _NotCopied):  # no room, or no Dovecot
        _set(row, state=Exporting.FAILED, lease_until=None)
    else:
        size, digest = file.stat().st_size, _digest(file)
        _set(
            row,
            state=Exporting.READY,
            lease_until=None,
            ready_at=clock(),
            size_bytes=size,
            sha256=digest,
        )
    shutil.rmtree(copy, ignore_errors=True)
    return True


def take(town: Town, export_id: int, *, by: Agent, at: datetime) -> tuple[BoxExport, Path]:
    """The file, for whoever looks after the town's mail. Raises: NoSuchThing, ExportGone (of which box)."""
    row = _found(town, export_id)
    if not may_be_exported(row.mailbox):
        raise NoSuchThing(export_id)
    return _taken(row, by=by, at=at)


def take_own(town: Town, export_id: int, *, by: Agent, at: datetime) -> tuple[BoxExport, Path]:
    """The file, for the holder of its box. Raises: NoSuchThing, ExportGone (of which box)."""
    row = _found(town, export_id)
    if row.mailbox.holder_id != by.pk or not is_in_service(row.mailbox, at=at):
        raise NoSuchThing(export_id)
    return _taken(row, by=by, at=at)


def _found(town: Town, export_id: int) -> BoxExport:
    rows = BoxExport.objects.of(town).select_related("mailbox__address", "mailbox__town", "town")
    row = rows.filter(pk=export_id).first()
    if row is None:
        raise NoSuchThing(export_id)
    return row


def _taken(row: BoxExport, *, by: Agent, at: datetime) -> tuple[BoxExport, Path]:
    if row.state != Exporting.READY or not archive(row.pk).is_file():
        raise ExportGone(row.mailbox_id)
    _note(row, journal.Kind.BOX_EXPORT_TAKEN, by=by, at=at)
    return row, archive(row.pk)


def forget_old(town: Town, *, at: datetime) -> int:
    old = BoxExport.objects.of(town).filter(state=Exporting.READY, ready_at__lte=at - KEPT)
    for export_id in old.values_list("id", flat=True):
        archive(export_id).unlink(missing_ok=True)
    return old.update(state=Exporting.GONE)


def forget_box(town: Town, mailbox_id: int) -> None:
    """Its files before their time: the box itself is destroyed."""
    rows = BoxExport.objects.of(town).filter(mailbox_id=mailbox_id, state=Exporting.READY)
    for export_id in rows.values_list("id", flat=True):
        archive(export_id).unlink(missing_ok=True)
    rows.update(state=Exporting.GONE)


def archive(export_id: int) -> Path:
    return Path(settings.BEFFROI_DIR) / "exports" / f"{export_id}.zip"


def _free(town: Town, *, at: datetime) -> QuerySet[BoxExport]:
    fallen = Q(state=Exporting.RUNNING, lease_until__lte=at)
    return BoxExport.objects.of(town).filter(Q(state=Exporting.WAITING) | fallen)


def _claimed(town: Town, export_id: int, *, at: datetime) -> BoxExport | None:
    mine = _free(town, at=at).filter(pk=export_id)
    if not mine.update(state=Exporting.RUNNING, lease_until=at + LEASE):
        return None
    wanted = BoxExport.objects.of(town).select_related("mailbox__address", "town", "asked_by")
    return wanted.get(pk=export_id)


class _NotCopied(Exception):
    """Dovecot could not."""


def _written(row: BoxExport, copy: Path, ours: Servers, *, clock: Clock) -> Path:
    """The file, whole or not at all."""
    _copy(row, copy, ours, clock=clock)
    _set(row, total=mailbox_archive.count(copy), done=0, lease_until=clock() + LEASE)

    def tell(done: int) -> None:
        if done % TELL_EVERY == 0:
            _set(row, done=done, lease_until=clock() + LEASE)

    file = archive(row.pk)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    for fallen in file.parent.glob(f"{row.pk}.*.part"):
        fallen.unlink()
    with tempfile.NamedTemporaryFile(
        dir=file.parent, prefix=f"{row.pk}.", suffix=".part", delete=False
    ) as target:
        try:
            done = mailbox_archive.pack(copy, target, _about(row), tell=tell)
            _give(target.fileno(), file.parent)
        except OSError:
            os.unlink(target.name)
            raise
    _set(row, done=done)
    return Path(target.name).replace(file)


def _give(file: int, folder: Path) -> None:
    """Root writes it where the mail servers run apart; whoever owns the folder hands it out."""
    owner = folder.stat()
    if owner.st_uid != os.geteuid():
        os.fchown(file, owner.st_uid, owner.st_gid)


def _copy(row: BoxExport, copy: Path, ours: Servers, *, clock: Clock) -> None:
    """An hour for a very large box: the lease is renewed meanwhile."""
    owner = ours.boxes.stat()
    for folder in (ours.copies, copy):  # Dovecot writes there as the owner of the boxes
        folder.mkdir(mode=0o700, exist_ok=True)
        os.chown(folder, owner.st_uid, owner.st_gid)
    with ThreadPoolExecutor(1) as aside:
        copying = aside.submit(ours.dovecot.copy_out, row.mailbox.server_login, copy)
        while not wait([copying], timeout=BEAT_S).done:
            _set(row, lease_until=clock() + LEASE)
    if not copying.result():
        raise _NotCopied


def _set(row: BoxExport, **values: object) -> None:
    BoxExport.objects.of(row.town).filter(pk=row.pk).update(**values)


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


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _note(row: BoxExport, kind: journal.Kind, *, by: Agent | None, at: datetime) -> None:
    box = row.mailbox
    journal.write(row.town, kind, at=at, by=by, about=("mailbox", box.pk), detail=box.display_name)
