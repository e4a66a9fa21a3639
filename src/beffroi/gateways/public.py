"""Addresses of the open internet: nothing that a person typed may lead into anybody's own network (SSRF)."""

import ipaddress
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver


class PrivateAddress(OSError):
    """The name leads into a private network."""


class PublicResolver(AbstractResolver):
    """Resolves names and leaves out private addresses: what is checked is what is connected to."""

    def __init__(self, *, allow_loopback: bool) -> None:
        self._names = ThreadedResolver()
        self._allow_loopback = allow_loopback

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._names.resolve(host, port, family)
        public = [one for one in found if _is_open(one["host"], self._allow_loopback)]
        if not public:
            raise PrivateAddress(host)
        return public

    async def close(self) -> None:
        await self._names.close()


def _is_open(address: str, allow_loopback: bool) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        found = inner or found
    if found.is_loopback:
        return allow_loopback
    return found.is_global and not found.is_multicast


def is_private_literal(host: str, allow_loopback: bool) -> bool:
    """An address written in figures never reaches the resolver."""
    try:
        return not _is_open(host, allow_loopback)
    except ValueError:
        return False


def leads_outside(host: str, *, allow_loopback: bool) -> bool:
    """Whether every address of the name is one of the open internet."""
    try:
        found = socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)
    except OSError:
        return False
    return all(_is_open(str(one[4][0]), allow_loopback) for one in found)
