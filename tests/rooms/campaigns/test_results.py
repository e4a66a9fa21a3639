"""Figures of one campaign and of a period."""

from datetime import timedelta

from beffroi.campaigns.queries import results
from beffroi.delivery.models import Delivery
from beffroi.delivery.words import Channel, DeliveryState
from tests.cast import NOON
from tests.rooms.campaigns import scene


def test_a_campaign_tells_what_became_of_each_message(town, agent, colleague, residents):
    campaign = scene.sent(town, agent, colleague)
    rows = Delivery.objects.of(town).filter(message_id=scene.messages(town, campaign)[0].pk)
    rows.filter(seq=0).update(state=DeliveryState.ACCEPTED, settled_at=NOON)
    rows.filter(seq=1).update(
        state=DeliveryState.BOUNCED, settled_at=NOON + timedelta(minutes=3, seconds=10)
    )

    outcomes = results.outcomes(town, campaign)
    assert outcomes is not None
    assert (outcomes.recipients, outcomes.sent, outcomes.bounced, outcomes.waiting) == (3, 2, 1, 1)
    assert [(m.at - NOON, m.count) for m in results.pace(town, campaign)] == [
        (timedelta(0), 1),
        (timedelta(minutes=3), 1),
    ]
    (line,) = results.sent_between(town, NOON, NOON + timedelta(days=1))
    assert (line.subject, line.recipients, line.sent, line.bounced) == ("La fête du port", 3, 2, 1)


def test_only_an_sms_with_a_receipt_is_delivered(town, agent, colleague):
    for n in (1, 2):
        scene.someone(town, n, *Channel)
    content = scene.by_every_channel(scene.a_text(town))
    campaign = scene.sent(town, agent, colleague, content)
    for message in scene.messages(town, campaign):
        rows = Delivery.objects.of(town).filter(message_id=message.pk)
        rows.update(state=DeliveryState.ACCEPTED, settled_at=NOON)
        if message.channel == Channel.SMS:
            rows.filter(seq=0).update(state=DeliveryState.DELIVERED)

    (line,) = results.sent_between(town, NOON, NOON + timedelta(days=1))
    outcomes = results.outcomes(town, campaign)

    assert outcomes is not None
    assert (line.sent, line.sms_sent, line.delivered) == (6, 2, 1)
    assert (outcomes.sent, outcomes.delivered) == (6, 1)


def test_a_draft_has_no_figures(town, agent):
    campaign = scene.a_draft(town, agent)

    assert results.outcomes(town, campaign) is None
    assert results.progress(town, campaign) is None
    assert results.pace(town, campaign) == []


def test_a_period_ends_before_its_end(town, agent, colleague, residents):
    scene.sent(town, agent, colleague)

    assert results.sent_between(town, NOON - timedelta(days=1), NOON) == []
