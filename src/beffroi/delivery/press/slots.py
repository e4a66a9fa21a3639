"""Places in a text that are filled for each recipient, whatever the channel."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from beffroi.delivery.words import (
    CONFIRM_PATH,
    PREFERENCES_PATH,
    UNSUBSCRIBE_PATH,
    Slot,
)
from beffroi.kit import mime, tokens

MARKER = re.compile(r"https://slot\.invalid/([^/\s\"'<>]*)/?")
_PATHS = {
    Slot.UNSUBSCRIBE_URL: UNSUBSCRIBE_PATH,
    Slot.PREFERENCES_URL: PREFERENCES_PATH,
    Slot.CONFIRM_URL: CONFIRM_PATH,
    Slot.CODE: None,
}
_LONGEST = {slot: "0" * (tokens.CODE_DIGITS if slot is Slot.CODE else 32) for slot in Slot}
"""As long as any value: a link's token is 32 characters of base64."""


class BadText(Exception):
    """This text or one of its headers cannot be sent as it stands."""


@dataclass(frozen=True, kw_only=True)
class Filler:
    """Makes the values for one recipient of one message."""

    message_id: int
    town_id: int
    token_key: bytes = field(repr=False)
    needs: frozenset[str]

    def values(self, seq: int, contact_point_id: int, link_version: int) -> dict[str, bytes]:
        key, needs, town_id = self.token_key, self.needs, self.town_id
        values: dict[str, bytes] = {}
        if "unsubscribe" in needs:
            values["unsubscribe"] = self._unsubscribe.token(seq)
        if "preferences" in needs:
            values["preferences"] = tokens.link_token(
                key,
                tokens.Kind.PREFERENCES,
                town_id=town_id,
                number=contact_point_id,
                part=link_version,
            )
        if "confirm" in needs:
            values["confirm"] = tokens.link_token(
                key,
                tokens.Kind.CONFIRM,
                town_id=town_id,
                number=self.message_id,
                part=seq,
                salt=link_version,
            )
        if "code" in needs:
            values["code"] = tokens.six_digits(
                key, town_id=town_id, message_id=self.message_id, seq=seq
            )
        return values

    @cached_property
    def _unsubscribe(self) -> tokens.Series:
        return tokens.links(
            self.token_key,
            tokens.Kind.UNSUBSCRIBE,
            town_id=self.town_id,
            number=self.message_id,
        )


def check_slots(text: str) -> None:
    """Raises: BadText."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as broken:
        raise BadText("Broken characters") from broken
    known = {slot.value for slot in Slot}
    for marker in MARKER.finditer(text):
        if marker[1] not in known or not marker[0].endswith("/"):
            raise BadText("Unknown slot")


def pieces(text: str, base_url: str) -> Iterator[str | mime.Hole]:
    """The text between its slots, and a hole for each of them."""
    position = 0
    for marker in MARKER.finditer(text):
        slot = Slot(marker[1])
        path = _PATHS[slot]
        yield text[position : marker.start()] + (f"{base_url}{path}" if path else "")
        yield mime.Hole(slot.value)
        position = marker.end()
    if position < len(text):
        yield text[position:]


def compiled(text: str, base_url: str) -> mime.Compiled:
    """The text in UTF-8 with its holes."""
    return mime.melt(
        piece if isinstance(piece, mime.Hole) else piece.encode("utf-8")
        for piece in pieces(text, base_url)
    )


def longest(text: str, base_url: str) -> str:
    """The text with every slot filled as long as it can get."""
    return "".join(
        _LONGEST[Slot(piece.name)] if isinstance(piece, mime.Hole) else piece
        for piece in pieces(text, base_url)
    )
