"""The content of a campaign as its rows hold it now."""

from beffroi.audience.channels import Spread
from beffroi.campaigns.content import Content, ItemText
from beffroi.campaigns.models import Campaign, CampaignItem, CampaignTheme
from beffroi.delivery.words import Channel
from beffroi.towns.models import Town


def content_of(town: Town, campaign: Campaign) -> Content:
    items = CampaignItem.objects.of(town).filter(campaign=campaign).order_by("position")
    themes = CampaignTheme.objects.of(town).filter(campaign=campaign).order_by("theme_id")
    return Content(
        subject=campaign.subject,
        preheader=campaign.preheader,
        body=campaign.body,
        items=tuple(
            ItemText(title=item.title, body=item.body, proposal_id=item.proposal_id)
            for item in items
        ),
        theme_ids=tuple(themes.values_list("theme_id", flat=True)),
        scheduled_at=campaign.scheduled_at,
        channels=tuple(Channel(channel) for channel in sorted(campaign.channels)),
        spread=Spread(campaign.spread),
        sms=campaign.sms_text,
        push_title=campaign.push_title,
        push_text=campaign.push_text,
        service_id=campaign.service_id,
        is_alert=campaign.is_alert,
    )
