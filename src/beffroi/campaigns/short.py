"""The short texts of a campaign: SMS and notification, as they leave and as the coach measures them."""

from dataclasses import dataclass
from textwrap import shorten

from django.conf import settings

from beffroi.campaigns.content import Content
from beffroi.kit import gsm
from beffroi.kit.paths import short_path, town_url
from beffroi.towns.models import Town

TITLE_LENGTH = 80
LINK_MARK = "[lien]"
"""Where the writer wants the address of the public page in an SMS."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    title: str
    text: str


def sms(town: Town, campaign_id: int, content: Content) -> str:
    """The SMS with the address of the page in its place. The address is known, and as long, before anything is sent."""
    return with_link(town, campaign_id, content.sms)


def with_link(town: Town, campaign_id: int, text: str) -> str:
    return text.replace(
        LINK_MARK, town_url(settings.BEFFROI_URL, town.slug) + short_path(campaign_id)
    )


def measured(town: Town, campaign_id: int, text: str) -> gsm.Measure:
    """What the networks will count. `campaign_id` 0 stands for a campaign that is not saved yet."""
    return gsm.measure(with_link(town, campaign_id, text))


def notice(content: Content) -> Notice:
    """What was written for it, else the subject, as far as a notification shows it, and the summary of the letter."""
    return Notice(
        title=content.push_title or shorten(content.subject, TITLE_LENGTH, placeholder="…"),
        text=content.push_text or content.preheader or content.subject,
    )
