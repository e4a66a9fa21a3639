"""Records written into the operator's own name server by one signed update (RFC 2136, TSIG RFC 8945): all of them or none."""

from enum import StrEnum

import dns.exception
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.tsig
import dns.tsigkeyring
import dns.update

from beffroi.gateways.dns.look import ask, texts
from beffroi.gateways.dns.places import UpdateServer
from beffroi.kit.mail_records.changes import Change
from beffroi.kit.mail_records.wanted import INSTEAD_OF_AN_ALIAS, Type, quoted

TIMEOUT_S = 5.0


class Written(StrEnum):
    DONE = "done"
    NO_ZONE = "no_zone"
    """The server does not keep this domain."""
    REFUSED = "refused"
    """The key is not known, or may not write there."""
    SILENT = "silent"


OWNER_LABEL = "_beffroi"


def owners(domain: str, server: UpdateServer) -> frozenset[str]:
    """Whose the domain is, in the words of the zone itself: TXT at _beffroi.<domain>. Empty: not kept, or nobody's."""
    name = f"{OWNER_LABEL}.{domain}"
    answer = ask(name, dns.rdatatype.TXT, (server.place,), recursive=False)
    return frozenset(texts(answer, dns.rdatatype.TXT) if answer else ())


def publish(domain: str, changes: tuple[Change, ...], server: UpdateServer) -> Written:
    """Never raises: what went wrong is the answer."""
    zone = _zone_of(domain, server)
    if zone is None:
        return Written.SILENT if _is_silent(domain, server) else Written.NO_ZONE
    try:
        message = _message(zone, changes, server)
        answer = dns.query.tcp(
            message, server.place.host, timeout=TIMEOUT_S, port=server.place.port
        )
    except (dns.tsig.PeerError, dns.tsig.BadSignature, ValueError):
        return Written.REFUSED
    except (OSError, dns.exception.DNSException):
        return Written.SILENT
    if answer.rcode() == dns.rcode.NOERROR:
        return Written.DONE
    return Written.REFUSED


def _message(
    zone: dns.name.Name, changes: tuple[Change, ...], server: UpdateServer
) -> dns.update.UpdateMessage:
    """Raises: ValueError, for a secret that is no base64."""
    keys = dns.tsigkeyring.from_text({server.key_name: (server.algorithm, server.secret)})
    message = dns.update.UpdateMessage(zone, keyring=keys)
    for change in changes:
        name = dns.name.from_text(change.name).relativize(zone)
        if change.type is Type.CNAME:
            for kind in INSTEAD_OF_AN_ALIAS:
                message.delete(name, str(kind))
        for value in change.remove if change.type is not Type.CNAME else ():
            message.delete(name, str(change.type), _as_zone_text(change.type, value))
        message.add(name, change.ttl_s, str(change.type), _as_zone_text(change.type, change.add))
    return message


def _as_zone_text(kind: Type, value: str) -> str:
    return quoted(value) if kind is Type.TXT else f"{value.rstrip('.')}."


def _zone_of(domain: str, server: UpdateServer) -> dns.name.Name | None:
    """The zone of that server which holds the domain."""
    name = dns.name.from_text(domain)
    while len(name) > 2:
        answer = ask(name.to_text(), dns.rdatatype.SOA, (server.place,), recursive=False)
        if answer is None:
            return None
        if any(rrset.rdtype == dns.rdatatype.SOA for rrset in answer.answer):
            return name
        name = name.parent()
    return None


def _is_silent(domain: str, server: UpdateServer) -> bool:
    """A server that keeps nothing of a domain refuses to speak of it; one that is away says nothing at all."""
    query = dns.message.make_query(domain, dns.rdatatype.SOA)
    try:
        dns.query.udp(query, server.place.host, timeout=TIMEOUT_S, port=server.place.port)
    except (OSError, dns.exception.DNSException):
        return True
    return False
