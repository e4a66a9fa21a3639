"""Outlook's autodiscover in plain XML: who asks is read without trust, the answer tells IMAP and SMTP.

Source: [MS-OXDSCLI], sections 2.2.3 and 2.2.4
"""

import re
from dataclasses import dataclass

from lxml import etree

from beffroi.kit.mail_setup.servers import Servers
from beffroi.kit.xml import NotXml, parse

CONTENT_TYPE = "application/xml; charset=utf-8"
MAX_BYTES = 16 * 1024
OUTLOOK = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
_RESPONSE = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"
_ADDRESS = re.compile(r"[^@\s]{1,64}@(?P<domain>[A-Za-z0-9.-]{3,253})")


class NotAsked(Exception):
    """The request is none; `code` is the protocol's: 600 not understood, 601 another schema is wanted."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2].lower()


def read(body: bytes) -> Asked:
    """Raises: NotAsked."""
    try:
        root = parse(body, max_bytes=MAX_BYTES)
    except NotXml as failure:
        raise NotAsked(600) from failure
    address = (root.findtext(".//{*}EMailAddress") or "").strip()
    wanted = (root.findtext(".//{*}AcceptableResponseSchema") or OUTLOOK).strip()
    if not _ADDRESS.fullmatch(address):
        raise NotAsked(600)
    if wanted != OUTLOOK:
        raise NotAsked(601)
    return Asked(address=address)


def write(asked: Asked, *, servers: Servers) -> bytes:
    root, response = _envelope(OUTLOOK)
    account = _add(response, "Account")
    _add(account, "AccountType", "email")
    _add(account, "Action", "settings")
    _protocol(account, "IMAP", asked, servers, servers.imaps_port)
    smtp = _protocol(account, "SMTP", asked, servers, servers.submissions_port)
    _add(smtp, "UsePOPAuth", "on")
    _add(smtp, "SMTPLast", "off")
    return _bytes(root)


def refuse(code: int) -> bytes:
    root, response = _envelope(_RESPONSE)
    error = _add(response, "Error")
    _add(error, "ErrorCode", str(code))
    _add(error, "Message", "Invalid Request" if code == 600 else "Provider is not available")
    return _bytes(root)


def _envelope(schema: str) -> tuple[etree._Element, etree._Element]:
    root = _in_namespace(_RESPONSE, "Autodiscover")
    response = _in_namespace(schema, "Response")
    root.append(response)
    return root, response


def _in_namespace(namespace: str, tag: str) -> etree._Element:
    """The namespace is the default one from here on: Outlook reads no prefixes."""
    return etree.fromstring(f'<{tag} xmlns="{namespace}"/>')


def _protocol(
    account: etree._Element, kind: str, asked: Asked, servers: Servers, port: int
) -> etree._Element:
    protocol = _add(account, "Protocol")
    for tag, text in (
        ("Type", kind),
        ("Server", servers.host),
        ("Port", str(port)),
        ("DomainRequired", "off"),
        ("LoginName", asked.address),
        ("SPA", "off"),
        ("SSL", "on"),
        ("Encryption", "SSL"),
        ("AuthRequired", "on"),
    ):
        _add(protocol, tag, text)
    return protocol


def _add(parent: etree._Element, tag: str, text: str | None = None) -> etree._Element:
    namespace = etree.QName(parent).namespace
    child = etree.SubElement(parent, f"{{{namespace}}}{tag}")
    child.text = text
    return child


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
