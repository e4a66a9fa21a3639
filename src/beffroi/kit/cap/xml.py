"""Untrusted XML of alerts and feeds."""

from lxml import etree

from beffroi.kit import xml
from beffroi.kit.cap.alert import BadAlert


def parse(raw: bytes, *, max_bytes: int) -> etree._Element:
    """The root element. Raises: BadAlert."""
    try:
        return xml.parse(raw, max_bytes=max_bytes)
    except xml.NotXml as bad:
        raise BadAlert(str(bad)) from bad
