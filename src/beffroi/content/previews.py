"""The link under which a draft is read as residents will read it: signed, for one entry, one day long."""

from datetime import timedelta

from django.core import signing

_SALT = "content.preview"
LASTS = timedelta(days=1)


class BadPreview(Exception):
    """Forged or too old."""


def token(entry_id: int) -> str:
    return signing.dumps(entry_id, salt=_SALT)


def entry_id(token_: str) -> int:
    """To be looked for in the town of the address, and in no other. Raises: BadPreview."""
    try:
        return int(signing.loads(token_, salt=_SALT, max_age=LASTS))
    except signing.BadSignature as bad:
        raise BadPreview from bad
