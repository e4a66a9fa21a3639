"""The letter as it stands, to colleagues only, and not too often."""

from datetime import timedelta

import pytest

from beffroi.campaigns.services import facts, testing
from beffroi.delivery.models import Delivery, Message
from beffroi.delivery.words import Lane
from tests.cast import NOON
from tests.rooms.campaigns import scene


def test_a_test_send_goes_to_agents_of_the_town_only_and_says_that_it_is_one(
    town, agent, colleague, stranger, residents
):
    campaign = scene.a_draft(town, agent)

    assert testing.send_test(town, campaign.pk, to=[agent.pk, colleague.pk], by=agent, at=NOON) == 2

    message = Message.objects.of(town).get(reference=f"essai:{campaign.pk}")
    assert message.lane == Lane.TRANSACTIONAL
    assert message.subject == "[Essai] La fête du port"
    assert "Essai" in message.html
    assert "slot.invalid" not in message.html + message.text
    assert Delivery.objects.of(town).filter(message_id=message.pk).count() == 2
    with pytest.raises(facts.NotAllowed):
        testing.send_test(town, campaign.pk, to=[stranger.pk], by=agent, at=NOON)


def test_an_agent_sends_twenty_tests_an_hour_and_then_waits(town, agent, colleague):
    campaign = scene.a_draft(town, agent)

    def send(by, at):
        return testing.send_test(town, campaign.pk, to=[agent.pk], by=by, at=at)

    for _ in range(20):
        send(agent, NOON)
    with pytest.raises(facts.TooManyTests):
        send(agent, NOON + timedelta(minutes=59))

    assert Message.objects.of(town).filter(reference=f"essai:{campaign.pk}").count() == 20
    assert send(colleague, NOON) == 1
    assert send(agent, NOON + timedelta(minutes=61)) == 1
