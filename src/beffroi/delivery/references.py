"""The names that providers give to deliveries: "provider/id", as `gateways.parcels` has them."""

import re

_NAME = re.compile(r"([a-z0-9-]{1,40})/([!-~]{1,80})\Z")


def split(reference: str) -> tuple[str, str] | None:
    """(provider, id) as the tables keep them; None for what no provider in its senses would write."""
    found = _NAME.match(reference)
    return (found[1], found[2]) if found else None
