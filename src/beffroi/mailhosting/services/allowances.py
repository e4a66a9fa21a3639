"""What the operator lends a town."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from beffroi.mailhosting.models import Allowance
from beffroi.mailhosting.queries.allowances import use_of
from beffroi.mailhosting.services.facts import AllowanceExceeded
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town
from beffroi.towns.services import take_turn


def require_room(town: Town, *, boxes: int, mib: int) -> None:
    """In the caller's transaction. Raises: AllowanceExceeded."""
    take_turn(town)
    use = use_of(town)
    if use.boxes + boxes > use.max_boxes or use.mib + mib > use.max_mib:
        raise AllowanceExceeded


@transaction.atomic
def lend(town: Town, *, max_boxes: int, max_mib: int, by: Agent, at: datetime) -> None:
    """The operator's act. What is in use already stays."""
    row = Allowance.objects.of(town).first() or Allowance(town=town)
    row.max_boxes, row.max_mib = max_boxes, max_mib
    row.save()
    journal.write(
        town,
        journal.Kind.MAIL_ALLOWANCE,
        at=at,
        by=by,
        detail=gettext("%(boxes)d boîtes, %(gib)d Gio")
        % {"boxes": max_boxes, "gib": max_mib // 1024},
    )
