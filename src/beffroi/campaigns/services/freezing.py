"""What leaves: each channel's text and audience handed to delivery, and charged, inside the sending transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings

from beffroi.audience import queries as audience, quiet
from beffroi.audience.models import Theme
from beffroi.audience.services import digests
from beffroi.campaigns import letter, short
from beffroi.campaigns.content import Content
from beffroi.campaigns.models import Campaign, CampaignMessage, CountedLink
from beffroi.campaigns.queries import letters
from beffroi.campaigns.services.facts import CannotLeave, NobodyToReach
from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.press import BadText
from beffroi.delivery.queries import messages as told
from beffroi.delivery.services import messages
from beffroi.delivery.services.messages import Recipients
from beffroi.delivery.words import Channel, Lane
from beffroi.kit.html_text import links
from beffroi.kit.paths import link_path, message_path, town_url
from beffroi.money.services import charges
from beffroi.towns import queries as towns
from beffroi.towns.models import Town


@dataclass(frozen=True, kw_only=True, slots=True)
class _Frame:
    """What the messages of one campaign share."""

    town: Town
    campaign: Campaign
    content: Content
    at: datetime

    @property
    def base_url(self) -> str:
        return town_url(settings.BEFFROI_URL, self.town.slug)

    @property
    def page_url(self) -> str:
        return self.base_url + message_path(self.campaign.archive_slug)

    def message(self, channel: Channel, *, text: str) -> OutgoingMessage:
        return OutgoingMessage(
            channel=channel,
            lane=Lane.ALERT if self.content.is_alert else Lane.CAMPAIGN,
            text=text,
            from_name=self.town.sender_name,
            base_url=self.base_url,
            reference=reference_of(self.campaign),
            theme_ids=self.content.theme_ids,
        )


def reference_of(campaign: Campaign) -> str:
    """What delivery and the evening's notifications call it."""
    return f"campaign:{campaign.pk}"


def freeze(town: Town, campaign: Campaign, content: Content, *, at: datetime) -> None:
    """Writes the public page and enqueues every channel.

    Raises: NobodyToReach, CannotLeave, money.facts.BudgetExceeded.
    """
    frame = _Frame(town=town, campaign=campaign, content=content, at=at)
    sheet = letters.sheet(town, content, page_url=frame.page_url, at=at)
    campaign.page_html = letter.page(sheet)
    ids, in_the_evening = [], 0
    for channel in content.channels:
        message = _MAKERS[channel](frame, sheet)
        if channel == Channel.PUSH and not content.is_alert:
            ids += _at_their_hours(frame, message)
            in_the_evening = _keep_for_the_evening(frame, message)
        else:
            ids.append(_enqueue(frame, message, _people(frame, channel)))
    if not in_the_evening and not any(told.progress(town, id_).recipients for id_ in ids):
        raise NobodyToReach(campaign.pk)
    charges.charge(town, ids, service_id=content.service_id, at=at, is_bounded=not content.is_alert)


def _people(frame: _Frame, channel: Channel) -> Recipients:
    return audience.recipients(
        frame.town,
        frame.content.theme_ids,
        channel=channel,
        spread=frame.content.spread,
        among=frame.content.channels,
        at=frame.at,
    )


def _at_their_hours(frame: _Frame, message: OutgoingMessage) -> list[int]:
    """One message for those whose devices may ring now, and one for each moment when quiet hours end."""
    plan = quiet.plan(
        frame.town,
        frame.content.theme_ids,
        lane=message.lane,
        spread=frame.content.spread,
        at=frame.at,
    )
    later = [
        _enqueue(frame, message, group.recipients, not_before=group.at) for group in plan.later
    ]
    return [_enqueue(frame, message, plan.now), *later]


def _keep_for_the_evening(frame: _Frame, message: OutgoingMessage) -> int:
    return digests.keep(
        frame.town,
        frame.content.theme_ids,
        reference=message.reference,
        title=message.subject,
        page_url=message.page_url,
        spread=frame.content.spread,
        at=frame.at,
    )


def _enqueue(
    frame: _Frame,
    message: OutgoingMessage,
    people: Recipients,
    *,
    not_before: datetime | None = None,
) -> int:
    try:
        id_ = messages.enqueue(
            frame.town, message, recipients=people, at=frame.at, not_before=not_before
        )
    except BadText as bad:
        raise CannotLeave(frame.campaign.pk) from bad
    CampaignMessage.objects.create_in(
        frame.town, campaign=frame.campaign, channel=message.channel, message_id=id_
    )
    return id_


def _email(frame: _Frame, sheet: letter.Sheet) -> OutgoingMessage:
    town, content = frame.town, frame.content
    frozen = letter.compose(sheet, counted=_count_links(frame))
    themes = Theme.objects.of(town).filter(pk__in=content.theme_ids)
    return replace(
        frame.message(Channel.EMAIL, text=frozen.text),
        subject=content.subject,
        html=frozen.html,
        from_address=town.sender_address,
        reply_to=town.reply_to,
        list_id=_list_id(town, [theme.slug for theme in themes]),
        feedback_id=f"c{frame.campaign.pk}:{town.slug}:telmail:beffroi",
    )


def _sms(frame: _Frame, sheet: letter.Sheet) -> OutgoingMessage:
    text = short.sms(frame.town, frame.campaign.pk, frame.content)
    return replace(frame.message(Channel.SMS, text=text), from_name=towns.sms_sender(frame.town))


def _push(frame: _Frame, sheet: letter.Sheet) -> OutgoingMessage:
    notice = short.notice(frame.content)
    return replace(
        frame.message(Channel.PUSH, text=notice.text),
        subject=notice.title,
        page_url=frame.page_url,
        topic=f"campaign:{frame.campaign.pk}",
    )


_MAKERS: dict[Channel, Callable[[_Frame, letter.Sheet], OutgoingMessage]] = {
    Channel.EMAIL: _email,
    Channel.SMS: _sms,
    Channel.PUSH: _push,
}


def _list_id(town: Town, theme_slugs: Sequence[str]) -> str:
    """RFC 2919: the same for every message of a theme."""
    name = theme_slugs[0] if len(theme_slugs) == 1 else "telmail"
    return f"{name}.{town.slug}.{urlsplit(settings.BEFFROI_URL).hostname}"


def _count_links(frame: _Frame) -> dict[str, str]:
    """Each outside link's counting address, where the town counts."""
    if not frame.town.count_links:
        return {}
    counted = {}
    for link in links(frame.content.html):
        if link.href.startswith(("http://", "https://")) and link.href not in counted:
            row = CountedLink.objects.create_in(
                frame.town, campaign=frame.campaign, url=link.href, label=link.label[:200]
            )
            counted[link.href] = frame.base_url + link_path(row.pk)
    return counted
