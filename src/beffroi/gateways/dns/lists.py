"""Black lists of senders, asked over DNS (RFC 5782)."""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum

import dns.rcode
import dns.rdatatype

from beffroi.gateways.dns.look import ask, resolvers_of, texts
from beffroi.gateways.dns.places import Places

LISTS = ("zen.spamhaus.org", "bl.spamcop.net", "b.barracudacentral.org", "dnsbl.dronebl.org")
"""Those that large mail hosts consult and that answer a small sender without a contract."""
_LISTED = ipaddress.ip_network("127.0.0.0/16")
_REFUSED = ipaddress.ip_network("127.255.255.0/24")
"""Spamhaus: « you may not ask through this resolver »."""


class Standing(StrEnum):
    CLEAR = "clear"
    LISTED = "listed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    list: str
    address: str
    standing: Standing


def standings(
    addresses: tuple[str, ...], places: Places, *, lists: tuple[str, ...] = LISTS
) -> tuple[Listing, ...]:
    return tuple(
        Listing(list=one, address=address, standing=_standing(address, one, places))
        for address in addresses
        for one in lists
    )


def _standing(address: str, zone: str, places: Places) -> Standing:
    name = f"{reversed_name(address)}.{zone}"
    answer = ask(name, dns.rdatatype.A, resolvers_of(places), recursive=True)
    if answer is None:
        return Standing.UNKNOWN
    if answer.rcode() == dns.rcode.NXDOMAIN:
        return Standing.CLEAR
    codes = [ipaddress.ip_address(text) for text in texts(answer, dns.rdatatype.A)]
    if any(code in _LISTED and code not in _REFUSED for code in codes):
        return Standing.LISTED
    return Standing.UNKNOWN if codes else Standing.CLEAR


def reversed_name(address: str) -> str:
    found = ipaddress.ip_address(address)
    return found.reverse_pointer.removesuffix(".in-addr.arpa").removesuffix(".ip6.arpa")
