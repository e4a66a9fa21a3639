"""The keys that sign official mail turn by themselves: the next is published ahead, seen by the world, then used.

A key that the world cannot see never signs. A retired one stays in the DNS: letters on their way are still verified.
"""

from datetime import datetime, timedelta

from django.db import transaction

from beffroi.mailhosting.models import DkimKey, Domain
from beffroi.mailhosting.services import domains
from beffroi.towns import journal
from beffroi.towns.models import Town

State = DkimKey.State
USED_FOR = timedelta(days=180)
SEEN_FOR = timedelta(hours=24)
"""Longer than any resolver remembers that there was nothing (RFC 2308 advises three hours at most)."""


def is_due(town: Town, domain_id: int, *, at: datetime) -> bool:
    """The current key has served its time, and none waits yet."""
    keys = DkimKey.objects.of(town).filter(domain_id=domain_id)
    current = keys.filter(state=State.CURRENT).first()
    old = current is not None and (current.current_at or current.made_at) <= at - USED_FOR
    return old and not keys.filter(state=State.NEXT).exists()


def prepare(town: Town, domain_id: int, *, at: datetime) -> DkimKey | None:
    """Makes the next key when its time has come; it has to be published then."""
    with transaction.atomic():
        domain = _locked(town, domain_id)
        if domain is None or not is_due(town, domain_id, at=at):
            return None
        number = DkimKey.objects.of(town).filter(domain=domain).count() + 1
        return domains.add_key(town, domain, f"beffroi-{number}", state=State.NEXT, at=at)


@transaction.atomic
def turn(town: Town, domain_id: int, *, at: datetime) -> DkimKey | None:
    """The next key signs from here on, if the world has seen it long enough; else nothing changes."""
    domain = _locked(town, domain_id)
    if domain is None:
        return None
    keys = DkimKey.objects.of(town).filter(domain=domain)
    coming = keys.filter(state=State.NEXT, seen_at__lte=at - SEEN_FOR).first()
    if coming is None:
        return None
    keys.filter(state=State.CURRENT).update(state=State.RETIRED, retired_at=at)
    coming.state, coming.current_at = State.CURRENT, at
    coming.save(update_fields=["state", "current_at"])
    about = ("mail_domain", domain.pk)
    detail = f"{domain.name}\N{NO-BREAK SPACE}: {coming.selector}"
    journal.write(town, journal.Kind.MAIL_KEY_TURNED, at=at, about=about, detail=detail)
    return coming


def _locked(town: Town, domain_id: int) -> Domain | None:
    open_ones = Domain.objects.of(town).exclude(state=Domain.State.CLOSED)
    return open_ones.select_for_update().filter(pk=domain_id).first()
