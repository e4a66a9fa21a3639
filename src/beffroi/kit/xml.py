"""Documents of strangers: parsed without DTD, entities or anything from outside, within bounds."""

import re

from lxml import etree

MAX_ELEMENTS = 20_000
_PLAIN_ENCODINGS = frozenset({b"utf-8", b"us-ascii", b"iso-8859-1", b"iso-8859-15"})
_ENCODING = re.compile(rb"""\A(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']""")
_FORBIDDEN = re.compile(rb"<!(DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)|\x00")


class NotXml(Exception):
    """The document is none, is too large, or holds what may not be in it; the message says which."""


def parse(raw: bytes, *, max_bytes: int, max_elements: int = MAX_ELEMENTS) -> etree._Element:
    """The root element. Raises: NotXml.

    A document type is refused before the parser sees it; the encodings left are those in which it cannot hide.
    """
    if len(raw) > max_bytes:
        raise NotXml("too large")
    declared = _ENCODING.match(raw)
    if declared and declared[1].lower() not in _PLAIN_ENCODINGS:
        raise NotXml("an encoding that is not read here")
    if _FORBIDDEN.search(raw):
        raise NotXml("a document type or an entity")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,  # libxml2's own bounds on depth (256) and text (10 MB) stay
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as bad:
        raise NotXml("not XML") from bad
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotXml("a document type or an entity")
    if sum(1 for _ in root.iter()) > max_elements:
        raise NotXml("too many elements")
    return root
