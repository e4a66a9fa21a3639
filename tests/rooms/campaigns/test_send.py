"""From the approved text to the deliveries, and what can still be done then."""

from dataclasses import replace
from datetime import timedelta

import pytest

from beffroi.audience.models import Subscription
from beffroi.campaigns import queries as public
from beffroi.campaigns.queries import campaigns as queries
from beffroi.campaigns.services import clock, drafts, facts, links, sending
from beffroi.campaigns.words import Stage
from beffroi.delivery.models import Message
from beffroi.delivery.words import Lane, MessageState
from beffroi.towns.models import JournalEntry
from tests.cast import NOON
from tests.rooms.campaigns import scene


def test_sending_freezes_the_text_the_audience_and_the_public_page_at_once(
    town, agent, colleague, residents
):
    campaign = scene.sent(town, agent, colleague)

    (message,) = scene.messages(town, campaign)
    assert message.lane == Lane.CAMPAIGN
    assert message.recipients == len(residents)
    assert "fanfare" in message.text
    assert "fanfare" in message.html
    assert message.theme_ids == [scene.a_theme(town).pk]
    page = public.published(town, campaign.archive_slug)
    assert page is not None
    assert page.published_at == NOON
    assert "fanfare" in page.html
    assert "slot.invalid" not in page.html
    assert campaign.archive_slug == "2026-11-24-la-fete-du-port"


def test_nothing_leaves_without_an_approval(town, agent, residents):
    for campaign in (scene.a_draft(town, agent), scene.submitted(town, agent)):
        with pytest.raises(facts.NotApproved):
            sending.send(town, campaign.pk, by=agent, at=NOON)
        assert scene.messages(town, campaign) == []


def test_pressing_twice_sends_once(town, agent, colleague, residents):
    campaign = scene.sent(town, agent, colleague)

    with pytest.raises(facts.WrongStage):
        sending.send(town, campaign.pk, by=agent, at=NOON)

    assert len(scene.messages(town, campaign)) == 1


def test_two_messages_with_one_subject_get_two_addresses(town, agent, colleague, residents):
    first = scene.sent(town, agent, colleague)
    second = scene.sent(town, agent, colleague)

    assert second.archive_slug == f"{first.archive_slug}-2"
    assert [m.id for m in public.archive(town, limit=9)] == [second.pk, first.pk]


def test_before_its_time_a_scheduled_text_stays(town, agent, colleague, residents):
    content = scene.a_text(town, scheduled_at=scene.LATER)
    campaign = scene.approved(town, agent, colleague, content)

    with pytest.raises(facts.NotYet):
        sending.send(town, campaign.pk, by=agent, at=NOON)
    assert clock.tick(at=scene.LATER - timedelta(minutes=1)) == 0


def test_the_clock_sends_what_is_due_even_late_and_striking_twice_does_no_harm(
    town, agent, colleague, residents
):
    content = scene.a_text(town, scheduled_at=scene.LATER)
    campaign = scene.approved(town, agent, colleague, content)
    late = scene.LATER + timedelta(hours=9)

    assert clock.tick(at=late) == 1
    assert clock.tick(at=late) == 0
    assert len(scene.messages(town, campaign)) == 1
    campaign.refresh_from_db()
    assert campaign.sent_by is None


def test_the_clock_gives_back_what_is_not_validly_approved_any_more(
    town, agent, colleague, residents, administrator
):
    content = scene.a_text(town, scheduled_at=scene.LATER)
    campaign = scene.approved(town, agent, colleague, content)
    type(campaign).objects.of(town).filter(pk=campaign.pk).update(body="<p>autre</p>")

    assert clock.tick(at=scene.LATER) == 0

    campaign.refresh_from_db()
    assert campaign.stage == Stage.RETURNED
    assert scene.messages(town, campaign) == []


def test_pause_resume_and_cancel_reach_the_engine_and_the_journal(
    town, agent, colleague, residents
):
    campaign = scene.sent(town, agent, colleague)
    (message,) = scene.messages(town, campaign)

    sending.pause(town, campaign.pk, by=agent, at=NOON)
    message.refresh_from_db()
    assert message.state == MessageState.PAUSED
    sending.resume(town, campaign.pk, by=agent, at=NOON)
    message.refresh_from_db()
    assert message.state == MessageState.SENDING
    sending.cancel(town, campaign.pk, by=agent, at=NOON)
    message.refresh_from_db()
    assert message.state == MessageState.CANCELLED
    campaign.refresh_from_db()
    assert campaign.stage == Stage.CANCELLED
    kinds = set(JournalEntry.objects.of(town).values_list("kind", flat=True))
    assert {"campaign.paused", "campaign.resumed", "campaign.cancelled"} <= kinds
    with pytest.raises(facts.WrongStage):
        sending.resume(town, campaign.pk, by=agent, at=NOON)


def test_a_campaign_is_sent_once_its_last_delivery_is_settled(town, agent, colleague, residents):
    campaign = scene.sent(town, agent, colleague)
    sending.settle(town, campaign.pk, at=NOON)
    campaign.refresh_from_db()
    assert campaign.stage == Stage.SENDING

    Message.objects.of(town).filter(reference=f"campaign:{campaign.pk}").update(
        state=MessageState.DONE, finished_at=scene.LATER
    )
    clock.tick(at=scene.LATER)

    campaign.refresh_from_db()
    assert (campaign.stage, campaign.finished_at) == (Stage.SENT, scene.LATER)


def test_a_message_for_nobody_stays_where_it_is(town, agent, colleague, residents):
    campaign = scene.approved(town, agent, colleague)
    Subscription.objects.of(town).update(until=NOON)

    with pytest.raises(facts.NobodyToReach):
        sending.send(town, campaign.pk, by=agent, at=NOON)

    campaign.refresh_from_db()
    assert (campaign.stage, campaign.published_at) == (Stage.APPROVED, None)
    assert scene.messages(town, campaign) == []
    assert public.archive(town, limit=9) == []


def test_a_message_due_for_nobody_goes_back_to_its_writers_with_what_to_do(
    town, agent, colleague, residents
):
    content = scene.a_text(town, scheduled_at=scene.LATER)
    campaign = scene.approved(town, agent, colleague, content)
    Subscription.objects.of(town).update(until=NOON)

    assert clock.tick(at=scene.LATER) == 0

    campaign.refresh_from_db()
    assert campaign.stage == Stage.RETURNED
    assert scene.messages(town, campaign) == []
    decision = queries.decisions(town, campaign.pk)[0]
    assert decision.by is None
    assert "plus personne n’est abonné" in decision.reason
    told = JournalEntry.objects.of(town).filter(kind="campaign.returned").get()
    assert "Choisissez d’autres thèmes" in told.detail
    assert queries.today(town, agent).to_rework == (campaign,)


def test_links_are_counted_only_where_the_town_chose_so_and_the_reader_is_told(
    town, agent, colleague, residents
):
    content = scene.a_text(town)
    body = '<p><a href="https://port.example/programme">le programme</a></p>'
    plain = scene.sent(town, agent, colleague, replace(content, body=body))
    town.count_links = True
    town.save()
    counting = scene.sent(town, agent, colleague, replace(content, body=body))

    (before,), (after,) = scene.messages(town, plain), scene.messages(town, counting)
    assert "https://port.example/programme" in before.html
    assert "https://port.example/programme" not in after.html
    assert "sans savoir par qui" in after.html
    assert "sans savoir par qui" in " ".join(after.text.split())
    assert "sans savoir par qui" not in before.html
    (link,) = queries.links(town, counting.pk)
    assert links.follow(town, link.pk) == "https://port.example/programme"
    link.refresh_from_db()
    assert link.clicks == 1


def test_a_link_of_another_town_leads_nowhere(town, other_town):
    assert links.follow(other_town, 12) is None


def test_an_edit_after_the_approval_leaves_nothing_to_send(town, agent, colleague, residents):
    campaign = scene.approved(town, agent, colleague)
    drafts.edit(town, campaign.pk, scene.a_text(town, "harpe"), revision=1, by=agent, at=NOON)

    with pytest.raises(facts.NotApproved):
        sending.send(town, campaign.pk, by=colleague, at=NOON)
