"""DMARC aggregate reports (RFC 7489, appendix C; RFC 9990): who sent in the domain's name, and whether it was proved."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from beffroi.kit.mail_reports.unpack import MAX_EXPANDED_BYTES, NoReport
from beffroi.kit.xml import NotXml, parse

_MAX_ELEMENTS = 400_000
MAX_ROWS = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    source: str
    count: int
    disposition: str
    """none, quarantine or reject: what the host did."""
    dkim: bool
    spf: bool
    """As DMARC counts them: passed, and in the domain's name."""

    @property
    def proved(self) -> bool:
        return self.dkim or self.spf


@dataclass(frozen=True, kw_only=True, slots=True)
class DmarcReport:
    reporter: str
    number: str
    domain: str
    begins: datetime
    ends: datetime
    rows: tuple[Row, ...]


def read(document: bytes) -> DmarcReport:
    """Raises: NoReport."""
    try:
        root = parse(document, max_bytes=MAX_EXPANDED_BYTES, max_elements=_MAX_ELEMENTS)
    except NotXml as bad:
        raise NoReport(str(bad)) from bad
    if etree.QName(root).localname != "feedback":
        raise NoReport("another document")
    records = root.findall("{*}record")
    if len(records) > MAX_ROWS:
        raise NoReport("too many rows")
    try:
        return DmarcReport(
            reporter=_text(root, "report_metadata", "org_name"),
            number=_text(root, "report_metadata", "report_id"),
            domain=_text(root, "policy_published", "domain").lower().rstrip("."),
            begins=_moment(_text(root, "report_metadata", "date_range", "begin")),
            ends=_moment(_text(root, "report_metadata", "date_range", "end")),
            rows=tuple(map(_row, records)),
        )
    except (ValueError, OverflowError, OSError) as bad:
        raise NoReport("a figure, a date or an address that is none") from bad


def _row(record: etree._Element) -> Row:
    evaluated = ("row", "policy_evaluated")
    return Row(
        source=str(ipaddress.ip_address(_text(record, "row", "source_ip"))),
        count=min(max(int(_text(record, "row", "count")), 0), 2**31 - 1),
        disposition=_text(record, *evaluated, "disposition")[:10] or "none",
        dkim=_text(record, *evaluated, "dkim") == "pass",
        spf=_text(record, *evaluated, "spf") == "pass",
    )


def _text(node: etree._Element, *path: str) -> str:
    found = node.findtext("/".join(f"{{*}}{name}" for name in path))
    return " ".join((found or "").split())[:200]


def _moment(seconds: str) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
