"""What an approval is bound to, as one canonical text and its SHA-256."""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

CHANNELS = ("email",)
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
                "channels": list(CHANNELS),
                "scheduled_at": _utc(self.scheduled_at),
            },
            sort_keys=True,
            ensure_ascii=False,
            separators=(",", ":"),
        )

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
    )
