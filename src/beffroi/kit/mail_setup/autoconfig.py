"""Thunderbird's config-v1.1.xml, which KMail, Evolution, FairEmail and others read too.

Source: wiki.mozilla.org/Thunderbird:Autoconfiguration:ConfigFileFormat
"""

from lxml import etree

from beffroi.kit.mail_setup.servers import Servers

CONTENT_TYPE = "text/xml; charset=utf-8"


def write(domain: str, *, display_name: str, servers: Servers) -> bytes:
    """The best way first: programs take the first that they know."""
    root = etree.Element("clientConfig", version="1.1")
    provider = etree.SubElement(root, "emailProvider", id=domain)
    _add(provider, "domain", domain)
    _add(provider, "displayName", display_name)
    _add(provider, "displayShortName", display_name)
    _server(provider, "incomingServer", "imap", servers, servers.imaps_port, "SSL")
    _server(provider, "outgoingServer", "smtp", servers, servers.submissions_port, "SSL")
    _server(provider, "outgoingServer", "smtp", servers, servers.submission_port, "STARTTLS")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _server(
    provider: etree._Element, tag: str, kind: str, servers: Servers, port: int, socket: str
) -> None:
    server = etree.SubElement(provider, tag, type=kind)
    _add(server, "hostname", servers.host)
    _add(server, "port", str(port))
    _add(server, "socketType", socket)
    _add(server, "authentication", "password-cleartext")  # inside TLS
    _add(server, "username", "%EMAILADDRESS%")


def _add(parent: etree._Element, tag: str, text: str) -> None:
    etree.SubElement(parent, tag).text = text
