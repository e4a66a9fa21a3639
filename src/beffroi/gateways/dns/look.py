"""What the world sees of a domain now: asked of its own servers and of a resolver that stands for everybody else."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset

from beffroi.gateways.dns.places import Place, Places
from beffroi.gateways.public import is_private_literal
from beffroi.kit.mail_records.seen import Answer, Sight, Status
from beffroi.kit.mail_records.wanted import Type, Wanted

TIMEOUT_S = 2.5
_MAX_SERVERS = 4
_AT_ONCE = 8
_SILENT = Answer(status=Status.SILENT)
_NO_DOMAIN = Answer(status=Status.NO_DOMAIN)


class NoServer(Exception):
    """The domain exists nowhere: there is nobody to ask."""


class NoResolver(Exception):
    """Nobody answers here at all: whatever is asked next would only be waited for."""


def sights(domain: str, wanted: Iterable[Wanted], places: Places) -> dict[Wanted, Sight]:
    """Never raises: who does not answer is SILENT."""
    asked = list(wanted)
    try:
        authority = places.authority or _servers_of(domain, places)
    except NoServer:
        return dict.fromkeys(asked, Sight(authority=_NO_DOMAIN, world=_NO_DOMAIN))
    except NoResolver:
        return dict.fromkeys(asked, Sight(authority=_SILENT, world=_SILENT))
    resolvers = resolvers_of(places)

    def look(one: Wanted) -> Sight:
        return Sight(
            authority=_answer(one, authority, recursive=False),
            world=_answer(one, resolvers, recursive=True),
        )

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(asked, pool.map(look, asked), strict=True))


def addresses(host: str, places: Places) -> tuple[str, ...]:
    """The addresses of a name; nothing where it has none or nobody answers."""
    found: list[str] = []
    for kind in (dns.rdatatype.A, dns.rdatatype.AAAA):
        answer = ask(host, kind, resolvers_of(places), recursive=True)
        found += texts(answer, kind) if answer else ()
    return tuple(found)


def ask(
    name: str, kind: dns.rdatatype.RdataType, servers: tuple[Place, ...], *, recursive: bool
) -> dns.message.Message | None:
    """The first usable answer; None where nobody gave one."""
    query = dns.message.make_query(name, kind)
    if not recursive:
        query.flags &= ~dns.flags.RD
    for server in servers[:_MAX_SERVERS]:
        try:
            answer, _ = dns.query.udp_with_fallback(
                query, server.host, timeout=TIMEOUT_S, port=server.port, ignore_unexpected=True
            )
        except (OSError, dns.exception.DNSException):
            continue
        if answer.rcode() in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}:
            return answer
    return None


def _answer(wanted: Wanted, servers: tuple[Place, ...], *, recursive: bool) -> Answer:
    if wanted.type is Type.CNAME:
        return _alias(wanted.name, servers, recursive=recursive)
    kind = dns.rdatatype.from_text(wanted.type)
    answer = ask(wanted.name, kind, servers, recursive=recursive)
    if answer is None:
        return _SILENT
    values = texts(answer, kind)
    if not values and not recursive and texts(answer, dns.rdatatype.CNAME):
        return _SILENT  # leads out of the zone: the resolver follows it, these servers do not
    return _as_answer(answer, kind, values)


def _alias(name: str, servers: tuple[Place, ...], *, recursive: bool) -> Answer:
    """What the name leads to: another name, else addresses."""
    for kind in (dns.rdatatype.A, dns.rdatatype.AAAA):
        answer = ask(name, kind, servers, recursive=recursive)
        if answer is None:
            return _SILENT
        for found in (dns.rdatatype.CNAME, kind):
            if values := texts(answer, found):
                return _as_answer(answer, found, values)
    return Answer(status=Status.NOTHING)


def _as_answer(
    answer: dns.message.Message, kind: dns.rdatatype.RdataType, values: tuple[str, ...]
) -> Answer:
    if not values:
        return Answer(status=Status.NOTHING, ttl_s=_negative_ttl_s(answer))
    ttl_s = min(rrset.ttl for rrset in answer.answer if rrset.rdtype == kind)
    return Answer(status=Status.FOUND, values=values, ttl_s=ttl_s)


def _negative_ttl_s(answer: dns.message.Message) -> int:
    """How long « there is nothing » is believed (RFC 2308)."""
    return max((rrset.ttl for rrset in answer.authority), default=0)


def texts(answer: dns.message.Message, kind: dns.rdatatype.RdataType) -> tuple[str, ...]:
    write = _WRITERS.get(kind, _plain)
    return tuple(write(rdata) for rrset in answer.answer if rrset.rdtype == kind for rdata in rrset)


def _plain(rdata: object) -> str:
    return str(rdata).rstrip(".")


def _text(rdata: object) -> str:
    """The pieces of a TXT record are one text."""
    return b"".join(getattr(rdata, "strings", ())).decode("utf-8", errors="replace")


_WRITERS: dict[dns.rdatatype.RdataType, Callable[[object], str]] = {dns.rdatatype.TXT: _text}


def _servers_of(domain: str, places: Places) -> tuple[Place, ...]:
    """The addresses of the name servers of the zone that holds the domain. Raises: NoServer, NoResolver."""
    resolvers = resolvers_of(places)
    name = dns.name.from_text(domain)
    while (
        len(name) > 2
    ):  # never ask the registry's own servers about a domain that is not delegated
        answer = ask(name.to_text(), dns.rdatatype.NS, resolvers, recursive=True)
        if answer is None:
            raise NoResolver
        if answer.rcode() == dns.rcode.NXDOMAIN and len(name) == 3:
            raise NoServer(domain)
        if hosts := texts(answer, dns.rdatatype.NS):
            return tuple(
                Place(host=address, port=places.authority_port)
                for host in hosts[:_MAX_SERVERS]
                for address in addresses(host, places)[:1]
                if not is_private_literal(address, places.allow_private)
            )
        name = name.parent()
    raise NoServer(domain)


def resolvers_of(places: Places) -> tuple[Place, ...]:
    """Those that were named, else the machine's own."""
    if places.resolvers:
        return places.resolvers
    try:
        found = dns.resolver.Resolver()
    except dns.exception.DNSException:  # no /etc/resolv.conf that can be read
        return ()
    return tuple(Place(host=str(server), port=found.port) for server in found.nameservers)
