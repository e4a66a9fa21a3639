"""Forgetting people: at once when they ask themselves, after a week of grace when an agent asks for them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext

from beffroi.audience.models import (
    ConsentProof,
    DigestLine,
    Import,
    ImportPart,
    ImportRow,
    PaperForm,
    Subscriber,
    Subscription,
)
from beffroi.audience.services import people, proofs
from beffroi.audience.words import Status
from beffroi.delivery.words import StopReason
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town

GRACE = timedelta(days=7)
"""GDPR art. 12(3) leaves a month; a week is enough to notice that the wrong person was chosen."""

_POINTS = ("email_point", "next_email_point", "phone_point", "next_phone_point", "push_point")


class TooLate(Exception):
    """The erasure has been carried out: nothing can bring the data back."""


@transaction.atomic
def erase(town: Town, subscriber_id: int, *, at: datetime, by: Agent | None = None) -> None:
    """The address, the name and the scans are gone for good; figures stay. Raises: NoSuchSubscriber."""
    subscriber = people.locked(town, subscriber_id)
    _forget(town, [subscriber], at=at)
    _tell(town, subscriber_id, gettext("Données effacées"), by=by, at=at)


@transaction.atomic
def forget(town: Town, subscriber: Subscriber, *, at: datetime) -> None:
    """Nothing reaches this person any more: somebody else has what they were known by."""
    _forget(town, [subscriber], at=at)


@transaction.atomic
def plan_erasure(town: Town, subscriber_id: int, *, by: Agent, at: datetime) -> None:
    """Nothing more is sent from now on; in seven days the data are gone. Raises: NoSuchSubscriber."""
    subscriber = people.locked(town, subscriber_id)
    subscriber.erase_on = localdate(at + GRACE)
    subscriber.save(update_fields=["erase_on"])
    until = at + GRACE + timedelta(days=2)
    people.stop(town, subscriber, reason=StopReason.PAUSED, until=until, at=at)
    _tell(town, subscriber_id, gettext("Effacement demandé"), by=by, at=at)


@transaction.atomic
def cancel_erasure(town: Town, subscriber_id: int, *, by: Agent, at: datetime) -> None:
    """Everything is as before the request. Raises: TooLate."""
    subscriber = (
        Subscriber.objects.of(town).select_for_update(of=("self",)).filter(pk=subscriber_id).first()
    )
    if subscriber is None or subscriber.status == Status.ERASED:
        raise TooLate(subscriber_id)
    subscriber.erase_on = None
    subscriber.save(update_fields=["erase_on"])
    people.lift_stop(town, subscriber, reason=StopReason.PAUSED, at=at)
    if subscriber.paused_until is not None and subscriber.paused_until > at:
        people.stop(
            town, subscriber, reason=StopReason.PAUSED, until=subscriber.paused_until, at=at
        )
    _tell(town, subscriber_id, gettext("Effacement annulé"), by=by, at=at)


@transaction.atomic
def forget_unconfirmed(town: Town, *, created_before: datetime, at: datetime) -> int:
    """Requests that nobody confirmed; says how many."""
    rows = list(
        Subscriber.objects.of(town)
        .select_for_update(of=("self",))
        .filter(status=Status.PENDING, created_at__lt=created_before)
    )
    _forget(town, rows, at=at)
    return len(rows)


@transaction.atomic
def forget_due(town: Town, *, at: datetime) -> int:
    """Erasures whose week of grace is over; says how many."""
    rows = list(
        Subscriber.objects.of(town)
        .select_for_update(of=("self",))
        .exclude(status=Status.ERASED)
        .filter(erase_on__lte=localdate(at))
    )
    _forget(town, rows, at=at)
    for row in rows:
        _tell(town, row.pk, gettext("Données effacées"), by=None, at=at)
    return len(rows)


@transaction.atomic
def forget_those_with_nothing(town: Town, subscriber_ids: Sequence[int], *, at: datetime) -> int:
    """Of these people, those who have no subscription left; says how many."""
    kept = Subscription.objects.of(town).filter(subscriber__in=list(subscriber_ids), until=None)
    rows = list(
        Subscriber.objects.of(town)
        .select_for_update(of=("self",))
        .exclude(status=Status.ERASED)
        .filter(pk__in=list(subscriber_ids))
        .exclude(pk__in=kept.values("subscriber_id"))
    )
    _forget(town, rows, at=at)
    return len(rows)


@transaction.atomic
def empty_import(town: Town, import_id: int, *, at: datetime) -> None:
    """Destroys the sealed file and its rejected lines; the numbers stay."""
    ImportPart.objects.of(town).filter(of_id=import_id).delete()
    ImportRow.objects.of(town).filter(of_id=import_id).delete()
    Import.objects.of(town).filter(pk=import_id).update(emptied_at=at)


def _forget(town: Town, subscribers: Sequence[Subscriber], *, at: datetime) -> None:
    ids = [row.pk for row in subscribers]
    if not ids:
        return
    points = {getattr(row, f"{point}_id") for row in subscribers for point in _POINTS}
    theirs = ConsentProof.objects.of(town).filter(subscriber__in=ids)
    _forget_lines(town, theirs)
    proofs.anonymise(town, theirs, at=at)
    PaperForm.objects.of(town).filter(subscriber__in=ids).update(
        subscriber=None, sealed_scan=None, scan_kind="", key_id=None
    )
    wanted = Subscription.objects.of(town).filter(subscriber__in=ids)
    wanted.filter(until=None).update(until=at)
    wanted.update(subscriber=None, paper_form=None)
    Subscriber.objects.of(town).filter(pk__in=ids).update(
        **dict.fromkeys(_POINTS),
        wants_drills=False,
        quiet_from=None,
        quiet_until=None,
        sealed_name=None,
        key_id=None,
        family_hash=None,
        status=Status.ERASED,
        paused_until=None,
        erase_on=None,
        erased_at=at,
    )
    DigestLine.objects.of(town).filter(subscriber__in=ids).delete()
    people.let_go(town, points, at=at)


def _forget_lines(town: Town, theirs: "QuerySet[ConsentProof]") -> None:
    """What the report of an import still shows of them."""
    named = theirs.filter(imported_by__isnull=False, line__isnull=False)
    for import_id, line in named.values_list("imported_by_id", "line"):
        ImportRow.objects.of(town).filter(Q(line=line) | Q(other_line=line), of=import_id).delete()


def _tell(town: Town, subscriber_id: int, sentence: str, *, by: Agent | None, at: datetime) -> None:
    journal.write(
        town,
        journal.Kind.SUBSCRIBER_ERASED,
        at=at,
        by=by,
        about=("subscriber", subscriber_id),
        detail=sentence,
    )
