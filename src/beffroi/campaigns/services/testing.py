"""The letter as it stands, to colleagues, before anybody approves it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from beffroi.campaigns import letter
from beffroi.campaigns.queries import letters
from beffroi.campaigns.queries.contents import content_of
from beffroi.campaigns.services.facts import NotAllowed, TooManyTests
from beffroi.campaigns.services.steps import locked, note
from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.services import contact_points, messages
from beffroi.delivery.words import Channel, Lane
from beffroi.kit.paths import town_url
from beffroi.towns import queries as towns
from beffroi.towns.journal import Kind
from beffroi.towns.models import Agent, Town

TESTS_PER_HOUR = 20
"""For one agent: an unapproved text in many copies would be a letter that nobody approved."""
HOUR = timedelta(hours=1)


@transaction.atomic
def send_test(town: Town, campaign_id: int, *, to: Sequence[int], by: Agent, at: datetime) -> int:
    """The letter as it stands, marked « Essai », to agents of this town only; says to how many.

    Raises: NoSuchCampaign, TooManyTests, NotAllowed (an agent of `to` is not of this town).
    """
    campaign = locked(town, campaign_id)
    spare_test(town, by=by, at=at)
    agents = [m.agent for m in towns.members(town) if m.agent_id in set(to)]
    if not agents or len(agents) != len(set(to)):
        raise NotAllowed(*to)
    content = content_of(town, campaign)
    sheet = letters.sheet(town, content, page_url="", at=at, is_test=True)
    frozen = letter.compose(sheet, counted={})
    emails = [agent.email for agent in agents]
    points = contact_points.find_or_create_many(town, Channel.EMAIL, emails, at=at)
    subject = gettext("[Essai] %(subject)s") % {"subject": content.subject or gettext("Sans objet")}
    messages.enqueue(
        town,
        OutgoingMessage(
            lane=Lane.TRANSACTIONAL,
            subject=subject,
            text=frozen.text,
            html=frozen.html,
            from_name=town.sender_name,
            from_address=town.sender_address,
            reply_to=town.reply_to,
            base_url=town_url(settings.BEFFROI_URL, town.slug),
            reference=f"essai:{campaign.pk}",
            with_list_unsubscribe=False,
        ),
        recipients=points,
        at=at,
    )
    note(campaign, Kind.CAMPAIGN_TESTED, by=by, at=at)
    return len(points)


def spare_test(town: Town, *, by: Agent, at: datetime) -> None:
    """By whatever channel, so many an hour. Raises: TooManyTests."""
    recent = towns.journal(town, kind=Kind.CAMPAIGN_TESTED, actor_id=by.pk, since=at - HOUR)
    if recent.count() >= TESTS_PER_HOUR:
        raise TooManyTests(by.pk)
