"""Where mail hosts send their reports of a domain: the address names it, and proves that we gave it out."""

from django.conf import settings

from beffroi.kit import tokens


def address_of(domain_id: int) -> str:
    local = tokens.report_local(settings.TOKEN_KEY, domain_id=domain_id)
    return f"{local}@{settings.BEFFROI_RETURN_DOMAIN}"


def is_one(address: str) -> bool:
    return address.lower().startswith(tokens.REPORT_PREFIX)


def domain_of(address: str) -> int:
    """Raises: tokens.BadToken."""
    return tokens.read_report_local(settings.TOKEN_KEY, address.rpartition("@")[0])
