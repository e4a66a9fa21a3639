"""Builders of this room: subscribers, a text, a campaign at each stage."""

from dataclasses import replace
from datetime import datetime, timedelta

from beffroi.audience.channels import POINT, bits
from beffroi.audience.models import Subscriber, Subscription, Theme
from beffroi.audience.services import themes
from beffroi.audience.words import Origin, Status
from beffroi.campaigns.content import Content, ItemText
from beffroi.campaigns.models import Campaign
from beffroi.campaigns.queries.contents import content_of
from beffroi.campaigns.services import chain, drafts, sending
from beffroi.campaigns.short import LINK_MARK
from beffroi.delivery.models import Message
from beffroi.delivery.services import contact_points
from beffroi.delivery.words import Channel
from beffroi.towns.models import Agent, Town
from tests.cast import NOON, a_browser, a_telephone

LATER = NOON + timedelta(hours=6)


def a_theme(town: Town) -> Theme:
    """The first of the town's themes; opens the town's audience when nobody has yet."""
    if not Theme.objects.of(town).exists():
        themes.open_town(town, at=NOON)
    return Theme.objects.of(town).order_by("position", "pk")[0]


def some_subscribers(town: Town, count: int = 3, *, theme: Theme | None = None) -> list[int]:
    """Active people; gives their contact points."""
    theme = theme or a_theme(town)
    addresses = [f"habitant{n}@{town.slug}.example" for n in range(count)]
    points = contact_points.find_or_create_many(town, Channel.EMAIL, addresses, at=NOON)
    for point in points:
        person = Subscriber.objects.create_in(
            town,
            email_point_id=point,
            status=Status.ACTIVE,
            origin=Origin.WEB,
            created_at=NOON,
            confirmed_at=NOON,
        )
        Subscription.objects.create_in(
            town, subscriber=person, theme=theme, since=NOON, origin=Origin.WEB
        )
    return points


def someone(town: Town, number: int, *channels: Channel, theme: Theme | None = None) -> None:
    """One active person who has, and wants to be reached by, exactly these channels."""
    addresses = {
        Channel.EMAIL: f"personne{number}@{town.slug}.example",
        Channel.SMS: a_telephone(number),
        Channel.PUSH: a_browser(number),
    }
    points = {
        f"{POINT[channel]}_id": contact_points.find_or_create(
            town, channel, addresses[channel], at=NOON
        )
        for channel in channels
    }
    person = Subscriber.objects.create_in(
        town, status=Status.ACTIVE, origin=Origin.WEB, created_at=NOON, confirmed_at=NOON, **points
    )
    Subscription.objects.create_in(
        town,
        subscriber=person,
        theme=theme or a_theme(town),
        since=NOON,
        origin=Origin.WEB,
        channels=bits(channels),
    )


def by_every_channel(content: Content, word: str = "fanfare") -> Content:
    """The same news with its short texts."""
    return replace(
        content,
        channels=tuple(Channel),
        sms=f"La {word} joue samedi. {LINK_MARK}",
        push_title="La fête du port",
        push_text=f"La {word} joue samedi.",
    )


def a_text(
    town: Town,
    word: str = "fanfare",
    *,
    subject: str = "La fête du port",
    scheduled_at: datetime | None = None,
) -> Content:
    return Content(
        subject=subject,
        preheader="Samedi sur le port",
        body=f"<p>Bonjour, la {word} joue samedi.</p>",
        items=(ItemText(title="Travaux", body="<p>La rue est fermée.</p>"),),
        theme_ids=(a_theme(town).pk,),
        scheduled_at=scheduled_at,
    )


def a_draft(town: Town, by: Agent, content: Content | None = None) -> Campaign:
    return drafts.create(town, content or a_text(town), by=by, at=NOON)


def submitted(town: Town, by: Agent, content: Content | None = None) -> Campaign:
    """There must be somebody to reach: call `some_subscribers` first."""
    return chain.submit(town, a_draft(town, by, content).pk, by=by, at=NOON)


def hash_of(town: Town, campaign: Campaign) -> str:
    campaign.refresh_from_db()
    return content_of(town, campaign).sha256()


def approved(town: Town, by: Agent, approver: Agent, content: Content | None = None) -> Campaign:
    campaign = submitted(town, by, content)
    seen = hash_of(town, campaign)
    return chain.approve(town, campaign.pk, seen_hash=seen, by=approver, at=NOON)


def sent(town: Town, by: Agent, approver: Agent, content: Content | None = None) -> Campaign:
    campaign = approved(town, by, approver, content)
    return sending.send(town, campaign.pk, by=by, at=NOON)


def messages(town: Town, campaign: Campaign) -> list[Message]:
    return list(Message.objects.of(town).filter(reference=f"campaign:{campaign.pk}"))
