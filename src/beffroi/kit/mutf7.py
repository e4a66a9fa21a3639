"""Names of IMAP folders: modified UTF-7 (RFC 3501, 5.1.3)."""

import base64
import re

_SHIFTED = re.compile(r"&([^-]*)-")
_FOREIGN = re.compile(r"[^\x20-\x7e]+")


def decoded(name: str) -> str:
    """« Envoy&AOk-s » is Envoyés; what cannot be read stays as it stands."""
    return _SHIFTED.sub(_letters, name)


def encoded(name: str) -> str:
    return _FOREIGN.sub(_shift, name.replace("&", "&-"))


def _letters(found: "re.Match[str]") -> str:
    text = found.group(1)
    if not text:
        return "&"
    try:
        padded = text.replace(",", "/") + "=" * (-len(text) % 4)
        return base64.b64decode(padded, validate=True).decode("utf-16-be")
    except ValueError:
        return found.group()


def _shift(found: "re.Match[str]") -> str:
    text = base64.b64encode(found.group().encode("utf-16-be")).decode("ascii")
    return "&" + text.rstrip("=").replace("/", ",") + "-"
