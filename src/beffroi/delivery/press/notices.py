"""Notifications: the JSON that a service worker shows, and that Safari shows without one (Declarative Web Push)."""

import hashlib
import json
import re
from datetime import datetime

from beffroi.delivery.models import Message
from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.press.plain import PlainPlate, plate
from beffroi.delivery.press.slots import MARKER, BadText, check_slots, longest
from beffroi.delivery.words import Lane
from beffroi.kit import base64url, mime

MAX_TITLE, MAX_BODY = 120, 1_000
"""Letters. Telephones show some 60 and 240 of them, and the rest on demand."""
MAX_BYTES = 3_072
"""Of JSON: services take 4,096 bytes once encrypted (RFC 8291, 4), bridges to telephones less (notify.md 5.7)."""
DECLARATIVE = 8030
"""The mark by which Safari 18.4 knows a notification that it can show by itself (W3C Push API, 3.3.1)."""
_TOPIC_BYTES = 16
_INSISTENT = frozenset({Lane.EMERGENCY, Lane.ALERT})


def check(message: OutgoingMessage) -> None:
    """Raises: BadText."""
    title = mime.one_line(message.subject)
    if not title or len(title) > MAX_TITLE or MARKER.search(title):
        raise BadText("A notification has a title of 120 letters at most, without a slot")
    if not message.text.strip() or len(message.text) > MAX_BODY:
        raise BadText("A notification has a text of 1,000 letters at most")
    check_slots(message.page_url)
    if not re.match(r"https?://\S+\Z", message.page_url or message.base_url):
        raise BadText("page_url is a whole address")
    json_text = _payload(
        title=title,
        text=message.text,
        page_url=message.page_url or message.base_url,
        lane=message.lane,
        tag="0" * 22,
        sent_at_ms=0,
    )
    if len(longest(json_text, message.base_url).encode("utf-8")) > MAX_BYTES - len("1700000000000"):
        raise BadText("Too long for a notification")


def compose(message: Message, *, at: datetime) -> PlainPlate:
    topic = topic_of(message.town_id, message.topic)
    json_text = _payload(
        title=mime.one_line(message.subject),
        text=message.text,
        page_url=message.page_url or message.base_url,
        lane=Lane(message.lane),
        tag=topic or f"message-{message.pk}",
        sent_at_ms=int(message.frozen_at.timestamp() * 1_000),
    )
    return plate(message, json_text, sender="", topic=topic, at=at)


def topic_of(town_id: int, topic: str) -> str:
    """22 URL-safe characters (RFC 8030, 5.4 allows 32), of one town: a browser may listen to several."""
    if not topic:
        return ""
    digest = hashlib.blake2b(f"{town_id}:{topic}".encode(), digest_size=_TOPIC_BYTES).digest()
    return base64url.encoded(digest)


def _payload(*, title: str, text: str, page_url: str, lane: Lane, tag: str, sent_at_ms: int) -> str:
    return json.dumps(
        {
            "web_push": DECLARATIVE,
            "notification": {
                "title": title,
                "body": text.strip(),
                "navigate": page_url,
                "lang": "fr",
                "tag": tag,
                "timestamp": sent_at_ms,
                "requireInteraction": lane in _INSISTENT,
            },
            "lane": Lane(lane).name.lower(),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
