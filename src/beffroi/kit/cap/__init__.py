"""CAP, the Common Alerting Protocol (OASIS, version 1.2, 1 July 2010): read, checked and written."""

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
from beffroi.kit.cap.feed import Entry, read_feed
from beffroi.kit.cap.meteoalarm import Awareness, awareness
from beffroi.kit.cap.read import read_alert, read_text
from beffroi.kit.cap.schema import require_valid
from beffroi.kit.cap.write import CONTENT_TYPE, write_alert

__all__ = [
    "CONTENT_TYPE",
    "Alert",
    "Area",
    "Awareness",
    "BadAlert",
    "Category",
    "Certainty",
    "Entry",
    "Info",
    "MessageType",
    "Pair",
    "Reference",
    "Response",
    "Scope",
    "Severity",
    "Status",
    "Urgency",
    "awareness",
    "read_alert",
    "read_feed",
    "read_text",
    "require_valid",
    "write_alert",
]
