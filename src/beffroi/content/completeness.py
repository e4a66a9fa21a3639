"""What must be there before residents read an entry."""

from beffroi.content.facts import Incomplete, Lack, Text
from beffroi.content.words import DIRECTORIES, SHELVES, Kind
from beffroi.kit.names import fold_words


def require_whole(kind: Kind, text: Text) -> None:
    """Raises: Incomplete."""
    shelves = {Kind.PLACE: DIRECTORIES, Kind.PAGE: SHELVES}.get(kind)
    lacks = {
        Lack.TITLE: not fold_words(text.title),
        Lack.ALT: text.picture_id is not None and not text.picture_alt.strip(),
        Lack.DATE: kind is Kind.EVENT and not text.occurrences,
        Lack.CATEGORY: shelves is not None and text.category not in shelves,
        Lack.EXPIRED: bool(
            text.expires_at and text.publish_at and text.expires_at <= text.publish_at
        ),
    }
    for lack, is_lacking in lacks.items():
        if is_lacking:
            raise Incomplete(lack)
