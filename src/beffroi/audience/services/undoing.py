"""Taking an import back: what it added goes, and nothing else.

People who have spoken for themselves since (a choice changed, a departure) are left alone: their word is newer.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from beffroi.audience.models import ConsentProof, Import, Subscriber, Subscription
from beffroi.audience.services import people, proofs
from beffroi.audience.words import ProofAction, Status
from beffroi.delivery.words import Channel
from beffroi.towns.models import Town

SWEEP = 500


def take_back(town: Town, import_id: int, *, at: datetime) -> int:
    """How many people are gone. The caller holds the transaction, and sweeps afterwards."""
    theirs = ConsentProof.objects.of(town).filter(subscriber=OuterRef("pk"))
    spoke = theirs.exclude(imported_by=import_id).filter(
        at__gte=Import.objects.of(town).filter(pk=import_id).values("started_at")[:1]
    )
    touched = Subscriber.objects.of(town).filter(
        Exists(theirs.filter(imported_by=import_id)), ~Exists(spoke)
    )
    ids = list(touched.values_list("id", flat=True))
    Subscription.objects.of(town).filter(imported_by=import_id, subscriber__in=ids).delete()
    left = Subscription.objects.of(town).filter(subscriber=OuterRef("pk"), until=None)
    added = Subscriber.objects.of(town).filter(~Exists(left), imported_by=import_id, pk__in=ids)
    added_ids = list(added.values_list("id", flat=True))
    _take_numbers_back(town, import_id, ids, at=at)
    _sleep_again(town, ids, added_ids)
    mine = ConsentProof.objects.of(town).filter(subscriber__in=ids, imported_by=import_id)
    proofs.anonymise(town, mine, at=at)
    Subscriber.objects.of(town).filter(pk__in=added_ids).update(
        status=Status.ERASED,
        sealed_name=None,
        key_id=None,
        family_hash=None,
        paused_until=None,
        erased_at=at,
    )
    return len(added_ids)


def _take_numbers_back(town: Town, import_id: int, touched: list[int], *, at: datetime) -> None:
    """From people who were known before; those whom the import added are swept with all they have."""
    known = Subscriber.objects.of(town).filter(
        Q(imported_by=None) | ~Q(imported_by=import_id), pk__in=touched
    )
    for subscriber in known.filter(phone_import_id=import_id, phone_point__isnull=False):
        people.drop_channel(town, subscriber, Channel.SMS, at=at)


def sweep_all(town: Town, *, at: datetime) -> None:
    """Until nothing is left to sweep."""
    while sweep(town, at=at):
        pass


def sweep(town: Town, *, at: datetime) -> int:
    """Erases the addresses of people who are gone, some hundreds at a time; says how many."""
    gone = Subscriber.objects.of(town).filter(status=Status.ERASED)
    holding = gone.filter(Q(email_point__isnull=False) | Q(phone_point__isnull=False))
    rows = list(holding.values_list("id", "email_point_id", "phone_point_id")[:SWEEP])
    gone.filter(pk__in=[id_ for id_, *_ in rows]).update(email_point=None, phone_point=None)
    people.let_go(town, [point for _, *points in rows for point in points], at=at)
    return len(rows)


def _sleep_again(town: Town, touched: list[int], added: list[int]) -> None:
    """People whom the import had found waiting for their own confirmation wait again."""
    left = Subscription.objects.of(town).filter(subscriber=OuterRef("pk"), until=None)
    settled = ConsentProof.objects.of(town).filter(
        subscriber=OuterRef("pk"),
        action__in=(ProofAction.CONFIRMED, ProofAction.CHANGED),
    )
    gone = set(added)
    Subscriber.objects.of(town).filter(
        ~Exists(left),
        ~Exists(settled),
        pk__in=[id_ for id_ in touched if id_ not in gone],
        status=Status.ACTIVE,
    ).update(status=Status.PENDING, confirmed_at=None)
