"""The end of retention: boxes listed, the archives' visa kept, and their files destroyed after some days.

A process that dies loses nothing: a box that was withdrawn is destroyed again by the next one.
"""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from beffroi.mailhosting import names
from beffroi.mailhosting.models import (
    Absence,
    Address,
    AliasTarget,
    AppPassword,
    Disposal,
    DisposalLine,
    Mailbox,
    Nudge,
    PasswordLink,
    Redirect,
    Signature,
    Usage,
)
from beffroi.mailhosting.queries import disposals as read
from beffroi.mailhosting.services import boxes, exports, inventories
from beffroi.mailhosting.services.facts import (
    NoReason,
    NoSuchThing,
    NotDisposable,
    NotNow,
    NoVisa,
)
from beffroi.mailhosting.services.inventories import Measure
from beffroi.mailhosting.stages import NEXT, Disposing
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town
from beffroi.towns.services import take_turn

DELAY = timedelta(days=7)
"""Between the confirmation and the destruction."""
COUNTS_LAST = timedelta(minutes=10)
"""Before the list is made for the archives, boxes are counted anew after this long: it must say what is destroyed."""
Erase = Callable[[int], bool]
"""All files of a box; False: not yet."""
OF_A_BOX = (Absence, AliasTarget, AppPassword, Nudge, PasswordLink, Redirect, Signature, Usage)
"""What is known of a box beside its letters, and goes with them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Visa:
    """Of the director of the departmental archives (Code du patrimoine, R. 212-14)."""

    reference: str
    given_on: date


@transaction.atomic
def prepare(
    town: Town, mailbox_ids: Sequence[int], *, reason: str, by: Agent | None, at: datetime
) -> Disposal:
    """A list of boxes, of which nothing happens yet. Raises: NotDisposable, NoReason."""
    take_turn(town)
    why = " ".join(reason.split())
    if len(why) < 3:
        raise NoReason
    may = {one.box.pk: one for one in read.proposed(town, at=at)}
    if not mailbox_ids or not set(mailbox_ids) <= set(may):
        raise NotDisposable("")
    row = Disposal.objects.create_in(town, reason=why[:200], prepared_by=by, prepared_at=at)
    for mailbox_id in set(mailbox_ids):
        kept = may[mailbox_id]
        DisposalLine.objects.create_in(
            town,
            disposal=row,
            mailbox=kept.box,
            archived_at=kept.box.state_since,
            retention_months=kept.months,
        )
    _note(row, journal.Kind.DISPOSAL_PREPARED, why, by=by, at=at)
    return row


def advance(town: Town, *, measure: Measure, erase: Erase, at: datetime) -> None:
    """What is due of the town's lists. Every step is whole or not done; doing it again goes on from there."""
    rows = read.disposals(town).filter(cancelled_at=None, destroyed_at=None)
    for row in rows:
        if _is_stale(row, at=at):
            with suppress(NotNow):  # the list was made meanwhile
                _uncount(town, row.pk, at=at)
                row.counted_at = None
        if row.counted_at is None:
            _count(row, measure=measure, at=at)
        if read.stage(row, at=at) == Disposing.RUNNING:
            _destroy(row, erase=erase, at=at)


@transaction.atomic
def count_again(town: Town, disposal_id: int, *, by: Agent, at: datetime) -> None:
    """Every box is asked again how much it holds. Raises: NoSuchThing, NotNow."""
    _uncount(town, disposal_id, at=at)


@transaction.atomic
def keep_record(town: Town, disposal_id: int, pdf: bytes, *, by: Agent | None, at: datetime) -> str:
    """The list as it goes to the archives, and its SHA-256, which the journal keeps too. Made once.

    Raises: NoSuchThing, NotNow.
    """
    row = _locked(town, disposal_id)
    _require(row, Disposing.LISTED, at=at)
    if row.counted_at is None:
        raise NotNow(disposal_id)
    row.record, row.record_at = pdf, at
    row.record_sha256 = hashlib.sha256(pdf).hexdigest()
    row.save(update_fields=["record", "record_at", "record_sha256"])
    words = f"SHA-256\N{NO-BREAK SPACE}: {row.record_sha256}"
    _note(row, journal.Kind.DISPOSAL_RECORD, words, by=by, at=at)
    return row.record_sha256


@transaction.atomic
def confirm(
    town: Town, disposal_id: int, visa: Visa, *, by: Agent | None, at: datetime
) -> Disposal:
    """In a few days the boxes are destroyed. Raises: NoSuchThing, NotNow, NoVisa, NotDisposable."""
    row = _locked(town, disposal_id)
    _require(row, Disposing.PLANNED, at=at)
    row.visa_reference, row.visa_on = checked(row, visa, at=at), visa.given_on
    row.confirmed_by, row.confirmed_at, row.destroy_at = by, at, at + DELAY
    row.save(
        update_fields=["visa_reference", "visa_on", "confirmed_by", "confirmed_at", "destroy_at"]
    )
    _note(row, journal.Kind.DISPOSAL_CONFIRMED, _visa(row), by=by, at=at)
    return row


def checked(row: Disposal, visa: Visa, *, at: datetime) -> str:
    """The reference, cleaned. Raises: NoVisa, NotDisposable (the first box that may not be destroyed now)."""
    reference = " ".join(visa.reference.split())
    made_on = timezone.localdate(row.record_at) if row.record_at else visa.given_on
    if len(reference) < 3 or not made_on <= visa.given_on <= timezone.localdate(at):
        raise NoVisa
    for line in read.lines(row):
        if not _may_go(line, at=at):
            raise NotDisposable(line.mailbox.display_name)
    return reference


@transaction.atomic
def cancel(town: Town, disposal_id: int, *, by: Agent, at: datetime) -> Disposal:
    """Until its day. Raises: NoSuchThing, NotNow."""
    row = _locked(town, disposal_id)
    _require(row, Disposing.CANCELLED, at=at)
    row.cancelled_at = at
    row.save(update_fields=["cancelled_at"])
    _note(row, journal.Kind.DISPOSAL_CANCELLED, row.reason, by=by, at=at)
    return row


def _is_stale(row: Disposal, *, at: datetime) -> bool:
    is_open = Disposing.LISTED in NEXT[read.stage(row, at=at)]
    return is_open and row.counted_at is not None and at - row.counted_at > COUNTS_LAST


@transaction.atomic
def _uncount(town: Town, disposal_id: int, *, at: datetime) -> None:
    """No list is made until the boxes are counted again."""
    row = _locked(town, disposal_id)
    _require(row, Disposing.LISTED, at=at)
    row.lines.update(counted_at=None)
    Disposal.objects.of(town).filter(pk=row.pk).update(counted_at=None)


def _count(row: Disposal, *, measure: Measure, at: datetime) -> None:
    """Asks the servers for each line not counted yet, outside any transaction."""
    for line in read.lines(row).filter(counted_at=None):
        inventories.fill(line, measure=measure, at=at)
    Disposal.objects.of(row.town).filter(pk=row.pk, counted_at=None).update(counted_at=at)


def _destroy(row: Disposal, *, erase: Erase, at: datetime) -> None:
    """No transaction is open while files are destroyed; a box that somebody reads waits for its turn."""
    open_ones = read.lines(row).filter(destroyed_at=None, spared_at=None)
    for line in open_ones:
        if _withdraw(line, at=at) and erase(line.mailbox_id):
            _certify(row, line, at=at)
    if not open_ones.all().exists():
        _finish(row, at=at)


@transaction.atomic
def _withdraw(line: DisposalLine, *, at: datetime) -> bool:
    """From then on the servers know no such box, so that nothing is written to it again. False: not, or not now."""
    take_turn(line.town)
    box = Mailbox.objects.of(line.town).select_for_update().get(pk=line.mailbox_id)
    if box.state == Mailbox.State.DESTROYED:
        return True  # the process that withdrew it died
    if not _may_go(line, at=at):
        DisposalLine.objects.of(line.town).filter(pk=line.pk).update(spared_at=at)
        _of_box(line, journal.Kind.BOX_SPARED, line.mailbox.display_name, at=at)
        return False
    if box.exports.filter(state__in=exports.OPEN).exists() or read.is_read(line, at=at):
        return False
    boxes.move(line.town, box.pk, Mailbox.State.DESTROYED, by=None, at=at)
    for model in OF_A_BOX:
        model.objects.of(line.town).filter(mailbox_id=box.pk).delete()
    aliases = Address.objects.of(line.town).filter(mailbox=None, targets=None)
    aliases.exclude(local_part=names.LOOP).delete()
    Mailbox.objects.of(line.town).filter(pk=box.pk).update(password_hash=None)
    return True


def _certify(row: Disposal, line: DisposalLine, *, at: datetime) -> None:
    """What, when, by whom, under which visa."""
    exports.forget_box(row.town, line.mailbox_id)
    with transaction.atomic():
        open_one = DisposalLine.objects.of(row.town).filter(pk=line.pk, destroyed_at=None)
        if open_one.update(destroyed_at=at):
            words = f"{line.mailbox.display_name} ({line.mailbox.address.email}), {_held(line)}. {_visa(row)}"
            _of_box(line, journal.Kind.BOX_DESTROYED, words, by=row.confirmed_by, at=at)


@transaction.atomic
def _finish(row: Disposal, *, at: datetime) -> None:
    if Disposal.objects.of(row.town).filter(pk=row.pk, destroyed_at=None).update(destroyed_at=at):
        _note(row, journal.Kind.DISPOSAL_DONE, _visa(row), by=row.confirmed_by, at=at)


def _may_go(line: DisposalLine, *, at: datetime) -> bool:
    """Its retention is over, nothing holds it, and it has not been in use since it was listed."""
    may = {one.box.pk: one.box for one in read.disposable(line.town, at=at)}
    box = may.get(line.mailbox_id)
    return box is not None and box.state_since == line.archived_at


def _held(line: DisposalLine) -> str:
    if line.messages is None:
        return gettext("contenu non mesuré")
    count = ngettext("%(n)d message", "%(n)d messages", line.messages) % {"n": line.messages}
    return gettext("%(count)s, %(size)d octets") % {"count": count, "size": line.size_bytes or 0}


def _visa(row: Disposal) -> str:
    return gettext(
        "Visa %(reference)s du %(day)s, bordereau SHA-256\N{NO-BREAK SPACE}: %(sum)s"
    ) % {
        "reference": row.visa_reference,
        "day": f"{row.visa_on:%d/%m/%Y}",
        "sum": row.record_sha256,
    }


def _locked(town: Town, disposal_id: int) -> Disposal:
    take_turn(town)
    rows = Disposal.objects.of(town).select_related("town").defer("record")
    row = rows.select_for_update(of=("self",)).filter(pk=disposal_id).first()
    if row is None:
        raise NoSuchThing(disposal_id)
    return row


def _require(row: Disposal, wanted: Disposing, *, at: datetime) -> None:
    now = read.stage(row, at=at)
    if wanted not in NEXT[now]:
        raise NotNow(now)


def _note(row: Disposal, kind: journal.Kind, words: str, *, by: Agent | None, at: datetime) -> None:
    journal.write(row.town, kind, at=at, by=by, about=("disposal", row.pk), detail=words)


def _of_box(
    line: DisposalLine,
    kind: journal.Kind,
    words: str,
    *,
    by: Agent | None = None,
    at: datetime,
) -> None:
    about = ("mailbox", line.mailbox_id)
    journal.write(line.town, kind, at=at, by=by, about=about, detail=words)
