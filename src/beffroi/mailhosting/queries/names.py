"""Which names are free under a town's domains."""

from beffroi.mailhosting.models import Address
from beffroi.towns.models import Town


def taken(town: Town, domain_id: int, local_part: str) -> Address | None:
    """What has this name, a box or an alias; None when it is free."""
    rows = Address.objects.of(town).select_related("mailbox")
    return rows.filter(domain_id=domain_id, local_part=local_part).first()
