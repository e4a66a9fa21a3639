"""Two at the same moment: the database settles who was first."""

import threading

import pytest
from django.db import connections

from beffroi.campaigns.services import clock, drafts, facts, sending
from tests.cast import NOON
from tests.rooms.campaigns import scene

pytestmark = pytest.mark.django_db(transaction=True)


def together(*verbs):
    """Runs all at once; gives what each returned or raised."""
    gate, told = threading.Barrier(len(verbs)), []

    def run(verb):
        gate.wait()
        try:
            told.append(verb())
        except (facts.WrongStage, facts.SomebodySaved) as fact:
            told.append(fact)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_two_presses_and_the_clock_send_once(town, agent, colleague):
    scene.some_subscribers(town)
    content = scene.a_text(town, scheduled_at=scene.LATER)
    campaign = scene.approved(town, agent, colleague, content)

    together(
        lambda: sending.send(town, campaign.pk, by=agent, at=scene.LATER),
        lambda: sending.send(town, campaign.pk, by=colleague, at=scene.LATER),
        lambda: clock.tick(at=scene.LATER),
        lambda: clock.tick(at=scene.LATER),
    )

    assert len(scene.messages(town, campaign)) == 1


def test_an_edit_and_a_sending_at_once_never_send_the_edited_text(town, agent, colleague):
    scene.some_subscribers(town)
    campaign = scene.approved(town, agent, colleague)

    def edit():
        text = scene.a_text(town, "harpe")
        try:
            drafts.edit(town, campaign.pk, text, revision=1, by=agent, at=NOON)
        except facts.TextLocked:
            return

    def send():
        try:
            sending.send(town, campaign.pk, by=colleague, at=NOON)
        except facts.NotApproved:
            return

    together(edit, send)

    assert all("harpe" not in message.html for message in scene.messages(town, campaign))


def test_two_saves_at_once_keep_both_texts(town, agent, colleague):
    campaign = scene.a_draft(town, agent)

    def save(who, word):
        text = scene.a_text(town, word)
        return lambda: drafts.edit(town, campaign.pk, text, revision=1, by=who, at=NOON)

    told = together(save(agent, "harpe"), save(colleague, "orgue"))

    assert sum(isinstance(one, facts.SomebodySaved) for one in told) == 1
    texts = " ".join(v.content for v in campaign.versions.all())
    assert "harpe" in texts
    assert "orgue" in texts
