"""From a CAP document to an alert. Version 1.2 must keep to the schema; 1.1 is read as far as it is the same."""

import enum
import math
from datetime import datetime
from typing import TypeVar

from lxml import etree

from beffroi.kit.cap import xml
from beffroi.kit.cap.alert import (
    Alert,
    Area,
    BadAlert,
    Category,
    Certainty,
    Info,
    MessageType,
    Pair,
    Reference,
    Response,
    Scope,
    Severity,
    Status,
    Urgency,
)
from beffroi.kit.cap.dates import read_date
from beffroi.kit.cap.schema import CAP_1_1, CAP_1_2, require_valid

MAX_BYTES = 1024 * 1024  # the longest seen with its polygons: 200 kB
MIN_POINTS = 4
E = TypeVar("E", bound=enum.StrEnum)


def read_alert(raw: bytes) -> Alert:
    """Raises: BadAlert."""
    root = xml.parse(raw, max_bytes=MAX_BYTES)
    if root.tag == f"{{{CAP_1_2}}}alert":
        require_valid(root)
    elif root.tag != f"{{{CAP_1_1}}}alert":
        raise BadAlert("no CAP alert")
    return Alert(
        identifier=_needed(root, "identifier"),
        sender=_needed(root, "sender"),
        sent=read_date(_needed(root, "sent")),
        status=_one(root, "status", Status),
        message_type=_one(root, "msgType", MessageType),
        scope=_one(root, "scope", Scope),
        note=_text(root, "note"),
        references=tuple(_reference(words) for words in _text(root, "references").split()),
        infos=tuple(_info(node) for node in _all(root, "info")),
    )


def read_text(raw: bytes) -> str:
    """The same document as text, whatever it was encoded in. Raises: BadAlert."""
    return etree.tostring(xml.parse(raw, max_bytes=MAX_BYTES), encoding="unicode")


def _info(node: etree._Element) -> Info:
    return Info(
        event=_needed(node, "event"),
        urgency=_one(node, "urgency", Urgency),
        severity=_one(node, "severity", Severity),
        certainty=_one(node, "certainty", Certainty),
        categories=tuple(_member(Category, found) for found in _texts(node, "category")),
        language=_text(node, "language") or "en-US",  # the standard's default
        responses=tuple(_member(Response, found) for found in _texts(node, "responseType")),
        effective=_date(node, "effective"),
        onset=_date(node, "onset"),
        expires=_date(node, "expires"),
        sender_name=_text(node, "senderName"),
        headline=_text(node, "headline"),
        description=_text(node, "description"),
        instruction=_text(node, "instruction"),
        web=_text(node, "web"),
        contact=_text(node, "contact"),
        parameters=_pairs(node, "parameter"),
        areas=tuple(_area(found) for found in _all(node, "area")),
    )


def _area(node: etree._Element) -> Area:
    return Area(
        description=_needed(node, "areaDesc"),
        polygons=tuple(_polygon(found) for found in _texts(node, "polygon")),
        geocodes=_pairs(node, "geocode"),
    )


def _polygon(words: str) -> tuple[tuple[float, float], ...]:
    points = tuple(_point(word) for word in words.split())
    if len(points) < MIN_POINTS or points[0] != points[-1]:
        raise BadAlert("a polygon that does not close")
    return points


def _point(word: str) -> tuple[float, float]:
    latitude, _, longitude = word.partition(",")
    try:
        point = float(latitude), float(longitude)
    except ValueError as bad:
        raise BadAlert("a point was expected") from bad
    if not (math.isfinite(sum(point)) and abs(point[0]) <= 90 and abs(point[1]) <= 180):
        raise BadAlert("a point off the globe")
    return point


def _reference(words: str) -> Reference:
    parts = words.split(",")
    if len(parts) != 3 or not all(parts):
        raise BadAlert("a reference is sender,identifier,sent")
    return Reference(sender=parts[0], identifier=parts[1], sent=read_date(parts[2]))


def _pairs(node: etree._Element, name: str) -> tuple[Pair, ...]:
    return tuple(
        Pair(name=_needed(found, "valueName"), value=_text(found, "value"))
        for found in _all(node, name)
    )


def _all(node: etree._Element, name: str) -> list[etree._Element]:
    return node.findall(f"{{{etree.QName(node).namespace}}}{name}")


def _texts(node: etree._Element, name: str) -> list[str]:
    return [(found.text or "").strip() for found in _all(node, name)]


def _text(node: etree._Element, name: str) -> str:
    return next(iter(_texts(node, name)), "")


def _needed(node: etree._Element, name: str) -> str:
    text = _text(node, name)
    if not text:
        raise BadAlert(f"no {name}")
    return text


def _date(node: etree._Element, name: str) -> datetime | None:
    text = _text(node, name)
    return read_date(text) if text else None


def _one(node: etree._Element, name: str, kind: type[E]) -> E:
    return _member(kind, _needed(node, name))


def _member(kind: type[E], text: str) -> E:
    try:
        return kind(text)
    except ValueError as bad:
        raise BadAlert(f"{kind.__name__}: unknown value") from bad
