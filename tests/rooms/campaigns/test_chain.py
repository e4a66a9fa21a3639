"""Submit, approve, return: who may, and what an approval is worth."""

import hashlib

import pytest
from django.db import connection, transaction

from beffroi.campaigns.queries import campaigns as queries
from beffroi.campaigns.services import chain, drafts, facts, sending
from beffroi.campaigns.words import Stage
from beffroi.towns import services as towns
from beffroi.towns.models import JournalEntry
from beffroi.towns.permissions import Role
from tests.cast import NOON, an_agent
from tests.rooms.campaigns import scene


def test_an_approval_keeps_the_text_and_its_hash(town, agent, colleague, residents):
    campaign = scene.approved(town, agent, colleague)

    decision = queries.decisions(town, campaign.pk)[0]
    assert campaign.stage == Stage.APPROVED
    assert decision.by_id == colleague.pk
    assert decision.content_hash == hashlib.sha256(decision.content.encode()).hexdigest()
    assert "fanfare" in decision.content


def test_with_a_time_an_approval_schedules(town, agent, colleague, residents):
    content = scene.a_text(town, scheduled_at=scene.LATER)

    assert scene.approved(town, agent, colleague, content).stage == Stage.SCHEDULED


def test_the_submitter_may_not_approve(town, colleague, residents):
    both = an_agent(town, "both", Role.WRITER, Role.APPROVER)
    campaign = scene.a_draft(town, colleague)
    chain.submit(town, campaign.pk, by=both, at=NOON)

    with pytest.raises(facts.OwnWork):
        chain.approve(town, campaign.pk, seen_hash=scene.hash_of(town, campaign), by=both, at=NOON)


def test_the_last_editor_may_not_approve_even_when_somebody_else_submits(
    town, agent, colleague, residents
):
    campaign = scene.a_draft(town, agent)
    drafts.edit(town, campaign.pk, scene.a_text(town, "harpe"), revision=1, by=colleague, at=NOON)
    chain.submit(town, campaign.pk, by=agent, at=NOON)

    with pytest.raises(facts.OwnWork):
        chain.approve(
            town, campaign.pk, seen_hash=scene.hash_of(town, campaign), by=colleague, at=NOON
        )


def test_a_town_with_one_agent_may_let_them_approve_and_the_journal_says_so_each_time(
    town, residents
):
    alone = an_agent(town, "seule", Role.WRITER, Role.APPROVER)
    towns.set_one_person_rule(town, allowed=True, by=alone, at=NOON)
    before = JournalEntry.objects.of(town).filter(kind="town.one_person_rule").count()

    campaign = scene.approved(town, alone, alone)

    after = JournalEntry.objects.of(town).filter(kind="town.one_person_rule")
    assert after.count() == before + 1
    assert queries.decisions(town, campaign.pk)[0].one_person
    assert sending.send(town, campaign.pk, by=alone, at=NOON).stage == Stage.SENDING


def test_withdrawing_the_rule_voids_what_was_approved_under_it(town, residents):
    alone = an_agent(town, "seule", Role.WRITER, Role.APPROVER)
    towns.set_one_person_rule(town, allowed=True, by=alone, at=NOON)
    campaign = scene.approved(town, alone, alone)
    towns.set_one_person_rule(town, allowed=False, by=alone, at=NOON)

    with pytest.raises(facts.NotApproved):
        sending.send(town, campaign.pk, by=alone, at=NOON)


def test_a_writer_without_the_role_may_not_approve(town, agent, residents):
    campaign = scene.submitted(town, agent)
    writer = an_agent(town, "autre", Role.WRITER)

    with pytest.raises(facts.NotAllowed):
        chain.approve(
            town, campaign.pk, seen_hash=scene.hash_of(town, campaign), by=writer, at=NOON
        )


def test_an_approver_of_another_town_may_not_approve(town, agent, stranger, residents):
    campaign = scene.submitted(town, agent)

    with pytest.raises(facts.NotAllowed):
        chain.approve(
            town, campaign.pk, seen_hash=scene.hash_of(town, campaign), by=stranger, at=NOON
        )


def test_approving_a_text_that_changed_since_it_was_read_is_refused(
    town, agent, colleague, residents
):
    campaign = scene.submitted(town, agent)
    seen = scene.hash_of(town, campaign)
    drafts.edit(town, campaign.pk, scene.a_text(town, "harpe"), revision=1, by=agent, at=NOON)
    chain.submit(town, campaign.pk, by=agent, at=NOON)

    with pytest.raises(facts.ContentChanged):
        chain.approve(town, campaign.pk, seen_hash=seen, by=colleague, at=NOON)


def test_a_return_says_why_and_is_kept(town, agent, colleague, residents):
    campaign = scene.submitted(town, agent)

    with pytest.raises(facts.ReasonMissing):
        chain.send_back(town, campaign.pk, reason="  ", by=colleague, at=NOON)
    chain.send_back(town, campaign.pk, reason="La date est fausse.", by=colleague, at=NOON)

    campaign.refresh_from_db()
    assert campaign.stage == Stage.RETURNED
    assert queries.decisions(town, campaign.pk)[0].reason == "La date est fausse."
    drafts.edit(town, campaign.pk, scene.a_text(town, "harpe"), revision=1, by=agent, at=NOON)
    campaign.refresh_from_db()
    assert campaign.stage == Stage.DRAFT


def test_an_approval_can_be_taken_back_until_it_leaves(town, agent, colleague, residents):
    campaign = scene.approved(town, agent, colleague)

    chain.send_back(town, campaign.pk, reason="Attendons demain.", by=colleague, at=NOON)

    with pytest.raises(facts.NotApproved):
        sending.send(town, campaign.pk, by=agent, at=NOON)


def test_a_text_with_blocking_remarks_cannot_be_submitted(town, agent):
    campaign = scene.a_draft(town, agent)  # nobody has subscribed

    with pytest.raises(facts.NotReady):
        chain.submit(town, campaign.pk, by=agent, at=NOON)


def test_the_writer_may_take_a_submitted_text_back(town, agent, residents):
    campaign = scene.submitted(town, agent)

    assert chain.withdraw(town, campaign.pk, by=agent, at=NOON).stage == Stage.DRAFT


def test_a_decision_is_written_once(town, agent, colleague, residents):
    scene.approved(town, agent, colleague)

    for statement in (
        "UPDATE campaigns_decision SET reason = 'x'",
        "DELETE FROM campaigns_decision",
    ):
        with (
            pytest.raises(Exception, match="written once"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
