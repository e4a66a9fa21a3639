"""What an approval is bound to, as one canonical text and its SHA-256."""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from beffroi.audience.channels import Spread
from beffroi.delivery.words import Channel

CHANNEL_NAMES = {Channel.EMAIL: "email", Channel.SMS: "sms", Channel.PUSH: "push"}
"""As the canonical text calls them: it is kept for ever."""
_BY_NAME = {name: channel for channel, name in CHANNEL_NAMES.items()}
_IMAGE = re.compile(r"/images/([0-9a-f]{64})\.")


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemText:
    """One article of a campaign, in its order."""

    title: str
    body: str
    """Clean HTML (kit.html)."""
    proposal_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """Everything that the cabinet approves: text, order, images, audience rule, channels, time."""

    subject: str
    preheader: str
    body: str
    """Clean HTML (kit.html): the words before the first article."""
    items: tuple[ItemText, ...] = ()
    theme_ids: tuple[int, ...] = ()
    scheduled_at: datetime | None = None
    """None: when somebody presses the button."""
    channels: tuple[Channel, ...] = (Channel.EMAIL,)
    spread: Spread = Spread.ALL
    sms: str = ""
    push_title: str = ""
    push_text: str = ""
    service_id: int | None = None
    """Whose budget pays."""
    is_alert: bool = False
    """Goes out in the alert lane, at any hour."""

    @property
    def image_shas(self) -> tuple[str, ...]:
        """Images are addressed by their content: the address binds the bytes."""
        return tuple(_IMAGE.findall(self.html))

    @property
    def html(self) -> str:
        return self.body + "".join(item.body for item in self.items)

    def canonical(self) -> str:
        """The same content always gives the same text, and every difference another one."""
        return json.dumps(
            {
                "subject": self.subject,
                "preheader": self.preheader,
                "body": self.body,
                "items": [
                    {"title": item.title, "body": item.body, "proposal": item.proposal_id}
                    for item in self.items
                ],
                "images": sorted(set(self.image_shas)),
                "themes": sorted(set(self.theme_ids)),
                "channels": [CHANNEL_NAMES[channel] for channel in sorted(set(self.channels))],
                "scheduled_at": _utc(self.scheduled_at),
                **self._beyond_email(),
            },
            sort_keys=True,
            ensure_ascii=False,
            separators=(",", ":"),
        )

    def _beyond_email(self) -> dict[str, object]:
        """Named only where they say something: a text written before there were other channels keeps its hash."""
        said = {
            "spread": self.spread.value if self.spread is not Spread.ALL else "",
            "sms": self.sms,
            "push_title": self.push_title,
            "push_text": self.push_text,
            "service": self.service_id,
            "is_alert": self.is_alert,
        }
        return {name: value for name, value in said.items() if value}

    def sha256(self) -> str:
        return hashlib.sha256(self.canonical().encode()).hexdigest()


def _utc(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else None


def read(canonical: str) -> Content:
    """The content that a kept canonical text describes."""
    kept = json.loads(canonical)
    moment = kept["scheduled_at"]
    return Content(
        subject=kept["subject"],
        preheader=kept["preheader"],
        body=kept["body"],
        items=tuple(
            ItemText(title=item["title"], body=item["body"], proposal_id=item["proposal"])
            for item in kept["items"]
        ),
        theme_ids=tuple(kept["themes"]),
        scheduled_at=datetime.fromisoformat(moment) if moment else None,
        channels=tuple(_BY_NAME[name] for name in kept["channels"]),
        spread=Spread(kept.get("spread", Spread.ALL.value)),
        sms=kept.get("sms", ""),
        push_title=kept.get("push_title", ""),
        push_text=kept.get("push_text", ""),
        service_id=kept.get("service"),
        is_alert=kept.get("is_alert", False),
    )
