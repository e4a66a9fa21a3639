"""From an alert to a CAP 1.2 document: the elements in the order that the schema fixes, checked before it leaves."""

import re
from collections.abc import Iterable
from datetime import datetime

from lxml import etree

from beffroi.kit.cap.alert import Alert, Area, BadAlert, Info, Pair
from beffroi.kit.cap.dates import write_date
from beffroi.kit.cap.schema import CAP_1_2, require_valid

CONTENT_TYPE = "application/cap+xml"
_FORBIDDEN_IN_NAMES = re.compile(r"[\s,<&]")  # identifier and sender (standard, 3.2.1)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_alert(alert: Alert) -> bytes:
    """UTF-8 with its XML declaration. Raises: BadAlert."""
    for name in (alert.identifier, alert.sender):
        if not name or _FORBIDDEN_IN_NAMES.search(name):
            raise BadAlert("an identifier or sender with a space, a comma or a mark-up character")
    root = etree.Element(_tag("alert"), nsmap={None: CAP_1_2})  # type: ignore[dict-item] # lxml's own way
    _add(root, "identifier", alert.identifier)
    _add(root, "sender", alert.sender)
    _add(root, "sent", write_date(alert.sent))
    _add(root, "status", alert.status)
    _add(root, "msgType", alert.message_type)
    _add(root, "scope", alert.scope)
    _add(root, "note", alert.note)
    _add(root, "references", " ".join(_references(alert)))
    for info in alert.infos:
        _write_info(root, info)
    require_valid(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _references(alert: Alert) -> Iterable[str]:
    for reference in alert.references:
        yield f"{reference.sender},{reference.identifier},{write_date(reference.sent)}"


def _write_info(root: etree._Element, info: Info) -> None:
    node = etree.SubElement(root, _tag("info"))
    _add(node, "language", info.language)
    for category in info.categories:
        _add(node, "category", category)
    _add(node, "event", info.event)
    for response in info.responses:
        _add(node, "responseType", response)
    _add(node, "urgency", info.urgency)
    _add(node, "severity", info.severity)
    _add(node, "certainty", info.certainty)
    _add_date(node, "effective", info.effective)
    _add_date(node, "onset", info.onset)
    _add_date(node, "expires", info.expires)
    _add(node, "senderName", info.sender_name)
    _add(node, "headline", info.headline)
    _add(node, "description", info.description)
    _add(node, "instruction", info.instruction)
    _add(node, "web", info.web)
    _add(node, "contact", info.contact)
    _write_pairs(node, "parameter", info.parameters)
    for area in info.areas:
        _write_area(node, area)


def _write_area(info: etree._Element, area: Area) -> None:
    node = etree.SubElement(info, _tag("area"))
    _add(node, "areaDesc", area.description)
    for polygon in area.polygons:
        _add(
            node, "polygon", " ".join(f"{latitude},{longitude}" for latitude, longitude in polygon)
        )
    _write_pairs(node, "geocode", area.geocodes)


def _write_pairs(node: etree._Element, name: str, pairs: Iterable[Pair]) -> None:
    for pair in pairs:
        child = etree.SubElement(node, _tag(name))
        _add(child, "valueName", pair.name)
        etree.SubElement(child, _tag("value")).text = _clean(pair.value)


def _add_date(node: etree._Element, name: str, moment: datetime | None) -> None:
    _add(node, name, write_date(moment) if moment else "")


def _add(node: etree._Element, name: str, text: str) -> None:
    """An element that is empty is left out: each of CAP's says something or is not there."""
    if text:
        etree.SubElement(node, _tag(name)).text = _clean(text)


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)


def _tag(name: str) -> str:
    return f"{{{CAP_1_2}}}{name}"
