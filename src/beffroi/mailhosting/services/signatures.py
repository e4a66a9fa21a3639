"""The town's signature and what each box adds to it."""

from datetime import datetime

from django.db import transaction

from beffroi.mailhosting.models import Signature, SignatureTemplate
from beffroi.mailhosting.queries.signatures import Common, Own
from beffroi.mailhosting.services.boxes import locked
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town


@transaction.atomic
def set_common(town: Town, wanted: Common, *, by: Agent, at: datetime) -> None:
    """For every box; whoever has copied it already copies it again."""
    row = SignatureTemplate.objects.of(town).first() or SignatureTemplate(town=town)
    row.with_arms, row.with_address = wanted.with_arms, wanted.with_address
    row.announcement = " ".join(wanted.announcement.split())
    row.save()
    journal.write(town, journal.Kind.SIGNATURE, at=at, by=by)


@transaction.atomic
def set_own(town: Town, mailbox_id: int, wanted: Own, *, by: Agent, at: datetime) -> None:
    """Raises: NoSuchThing."""
    box = locked(town, mailbox_id)
    row = Signature.objects.of(town).filter(mailbox=box).first()
    row = row or Signature(town=town, mailbox=box)
    row.job, row.telephone = " ".join(wanted.job.split()), " ".join(wanted.telephone.split())
    row.save()
    about = ("mailbox", box.pk)
    journal.write(town, journal.Kind.SIGNATURE, at=at, by=by, about=about, detail=box.display_name)
