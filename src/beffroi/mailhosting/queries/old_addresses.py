"""The town's old addresses, how far each is, and what could not be copied."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from beffroi.mailhosting.models import NotCopied, OldAddress, OldFolder
from beffroi.towns.models import Town


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    folders: int
    folders_done: int
    total: int
    copied: int
    missing: int


def old_addresses(town: Town) -> QuerySet[OldAddress]:
    rows = OldAddress.objects.of(town).defer("sealed_password")
    return rows.select_related("mailbox__address", "made_by")


def old_address(town: Town, old_address_id: int) -> OldAddress | None:
    return old_addresses(town).filter(pk=old_address_id).first()


def folders(town: Town, old_address_id: int) -> QuerySet[OldFolder]:
    rows = OldFolder.objects.of(town).filter(of_id=old_address_id)
    return rows.annotate(missing=Count("not_copied"))


def progress(town: Town, old_address_id: int) -> Progress:
    rows = OldFolder.objects.of(town).filter(of_id=old_address_id)
    sums = rows.aggregate(total=Sum("total"), copied=Sum("copied"))
    return Progress(
        folders=rows.count(),
        folders_done=rows.exclude(done_at=None).count(),
        total=sums["total"] or 0,
        copied=sums["copied"] or 0,
        missing=NotCopied.objects.of(town).filter(folder__of_id=old_address_id).count(),
    )
