"""HTML of strangers as a tree: bounded in size and depth, nothing fetched."""

from collections.abc import Callable, Mapping
from urllib.parse import urljoin, urlsplit

from lxml import etree

MAX_BYTES = 3 * 1024 * 1024
MAX_DEPTH = 100
MAX_ELEMENTS = 60_000
MAX_ATTRIBUTES = 200
"""Of one element: building its tree costs the square of them (libxml2: 60,000 take twelve seconds)."""
_SCHEMES = frozenset({"http", "https"})


def parse(document: bytes | str) -> etree._Element | None:
    """The root of a page, or of a piece of one; None when there is nothing in it or too much."""
    raw = document.encode("utf-8", "replace") if isinstance(document, str) else document
    if len(raw) > MAX_BYTES:
        return None
    raw = raw.replace(b"\x00", b"")
    encoding = "utf-8" if _is_utf8(raw) else None  # else what the page declares
    if not is_modest(raw, etree.HTMLParser, encoding=encoding):
        return None
    parser = etree.HTMLParser(
        encoding=encoding, no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.LxmlError, ValueError, LookupError):
        return None
    # an empty piece gives no root, whatever the stubs say
    return root if isinstance(root, etree._Element) else None


def is_modest(
    raw: bytes, parser: Callable[..., etree.XMLParser | etree.HTMLParser], **options: object
) -> bool:
    """Elements and attributes are not too many. Asked of the parser that will build the tree, before it builds it."""
    try:
        etree.fromstring(raw, parser(target=_Count(), no_network=True, **options))
    except _TooMuch:
        return False
    except (etree.LxmlError, ValueError, LookupError):
        pass  # whoever builds it will say so
    return True


class _TooMuch(Exception):
    """Nobody reads such a page."""


class _Count:
    """Reads a page without building it, which costs no more than its length."""

    def __init__(self) -> None:
        self._elements = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS or len(attributes) > MAX_ATTRIBUTES:
            raise _TooMuch

    def close(self) -> None:
        """Nothing was built."""


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def is_deep(root: etree._Element) -> bool:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            return True
    return False


def absolute(link: object, base: str = "") -> str:
    """The address of a link as residents may follow it; empty unless it leads to a page of the web."""
    if not isinstance(link, str) or not link.strip():
        return ""
    try:
        whole = urljoin(base, link.strip()) if base else link.strip()
        parts = urlsplit(whole)
    except ValueError:
        return ""
    if parts.scheme.lower() not in _SCHEMES or not parts.hostname or parts.username:
        return ""
    return "" if _is_unfit(whole) else whole


def _is_unfit(address: str) -> bool:
    return len(address) > 2_000 or any(c.isspace() or c in "<>\"'`\\" or c < " " for c in address)
