"""Whether a document keeps to the CAP 1.2 schema shipped beside this file."""

from functools import cache
from pathlib import Path

from lxml import etree

from beffroi.kit.cap.alert import BadAlert

CAP_1_2 = "urn:oasis:names:tc:emergency:cap:1.2"
CAP_1_1 = "urn:oasis:names:tc:emergency:cap:1.1"


def require_valid(root: etree._Element) -> None:
    """Raises: BadAlert with the faults."""
    try:
        _schema().assertValid(root)
    except etree.DocumentInvalid as bad:
        raise BadAlert(str(bad)[:300]) from bad


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(Path(__file__).parent / "cap-1.2.xsd")))
