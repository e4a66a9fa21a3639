"""Addresses of ours that name a domain and prove that we gave them out: for reports, and for letters that come back."""

from django.conf import settings

from beffroi.kit import tokens
from beffroi.kit.tokens import LOOP_PREFIX, REPORT_PREFIX


def address_of(domain_id: int) -> str:
    """Where mail hosts send their reports of the domain."""
    return _address(REPORT_PREFIX, domain_id)


def loop_address_of(domain_id: int) -> str:
    """Where the domain's test letters come back to."""
    return _address(LOOP_PREFIX, domain_id)


def is_one(address: str) -> bool:
    return address.lower().startswith(REPORT_PREFIX)


def is_loop(address: str) -> bool:
    return address.lower().startswith(LOOP_PREFIX)


def domain_of(address: str) -> int:
    """Raises: tokens.BadToken."""
    return tokens.read_domain_local(settings.TOKEN_KEY, REPORT_PREFIX, _local(address))


def domain_of_loop(address: str) -> int:
    """Raises: tokens.BadToken."""
    return tokens.read_domain_local(settings.TOKEN_KEY, LOOP_PREFIX, _local(address))


def _address(prefix: str, domain_id: int) -> str:
    local = tokens.domain_local(settings.TOKEN_KEY, prefix, domain_id=domain_id)
    return f"{local}@{settings.BEFFROI_RETURN_DOMAIN}"


def _local(address: str) -> str:
    return address.rpartition("@")[0]
