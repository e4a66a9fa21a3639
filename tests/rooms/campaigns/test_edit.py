"""Writing, alone and with others: nothing typed is lost, nothing approved is changed in silence."""

from dataclasses import replace
from datetime import timedelta

import pytest

from beffroi.campaigns.content import Content, ItemText, read
from beffroi.campaigns.models import Version
from beffroi.campaigns.queries import campaigns as queries
from beffroi.campaigns.services import drafts, facts
from beffroi.campaigns.words import DecisionKind, Stage, VersionKind
from beffroi.towns.models import JournalEntry
from beffroi.towns.permissions import Role
from tests.cast import NOON, an_agent
from tests.rooms.campaigns import scene


def test_a_save_keeps_every_part_of_the_content(town, agent):
    campaign = scene.a_draft(town, agent, scene.a_text(town, scheduled_at=scene.LATER))

    assert queries.content_of(town, campaign) == scene.a_text(town, scheduled_at=scene.LATER)


def test_what_is_saved_is_clean(town, agent):
    dirty = Content(
        subject="Bonjour\r\nBcc: tous@example.org",
        preheader="",
        body='<p onclick="x()">Un<script>alert(1)</script></p>',
    )

    campaign = scene.a_draft(town, agent, dirty)

    assert campaign.body == "<p>Un</p>"
    assert campaign.subject == "Bonjour Bcc: tous@example.org"


def test_two_agents_at_once_the_second_is_told_and_both_texts_are_kept(town, agent, colleague):
    campaign = scene.a_draft(town, agent)
    first = drafts.edit(
        town, campaign.pk, scene.a_text(town, "chorale"), revision=1, by=agent, at=NOON
    )

    with pytest.raises(facts.SomebodySaved) as told:
        drafts.edit(
            town, campaign.pk, scene.a_text(town, "harpe"), revision=1, by=colleague, at=NOON
        )

    campaign.refresh_from_db()
    assert "chorale" in campaign.body
    assert campaign.revision == first.revision == 2
    assert told.value.by == agent.full_name
    kept = queries.kept_aside(town, campaign.pk, colleague)
    assert kept is not None
    assert kept.pk == told.value.version_id
    assert "harpe" in read(kept.content).body


def test_a_text_kept_aside_can_be_taken_back_and_the_other_stays_among_the_versions(
    town, agent, colleague
):
    campaign = scene.a_draft(town, agent)
    drafts.edit(town, campaign.pk, scene.a_text(town, "chorale"), revision=1, by=agent, at=NOON)
    with pytest.raises(facts.SomebodySaved) as told:
        drafts.edit(
            town, campaign.pk, scene.a_text(town, "harpe"), revision=1, by=colleague, at=NOON
        )

    drafts.recover(
        town, campaign.pk, told.value.version_id, revision=2, by=colleague, at=scene.LATER
    )

    campaign.refresh_from_db()
    assert "harpe" in campaign.body
    assert queries.kept_aside(town, campaign.pk, colleague) is None
    assert any("chorale" in v.content for v in queries.versions(town, campaign.pk))


def test_saving_the_same_text_changes_nothing_and_nobody_becomes_its_editor(town, agent, colleague):
    campaign = scene.a_draft(town, agent)

    drafts.edit(town, campaign.pk, scene.a_text(town), revision=1, by=colleague, at=NOON)

    campaign.refresh_from_db()
    assert (campaign.revision, campaign.last_editor_id) == (1, agent.pk)


def test_saves_by_itself_within_ten_minutes_make_one_version(town, agent):
    campaign = scene.a_draft(town, agent)
    for minute, word in enumerate(("un", "deux", "trois")):
        at = NOON + timedelta(minutes=minute)
        campaign = drafts.autosave(
            town,
            campaign.pk,
            scene.a_text(town, word),
            revision=campaign.revision,
            by=agent,
            at=at,
        )

    assert "trois" in campaign.body
    assert Version.objects.of(town).filter(campaign=campaign).count() == 1


def test_saving_by_itself_never_touches_an_approved_text(town, agent, colleague, residents):
    campaign = scene.approved(town, agent, colleague)

    with pytest.raises(facts.TextLocked):
        drafts.autosave(
            town, campaign.pk, scene.a_text(town, "harpe"), revision=1, by=agent, at=NOON
        )

    campaign.refresh_from_db()
    assert campaign.stage == Stage.APPROVED
    assert "fanfare" in campaign.body
    assert queries.kept_aside(town, campaign.pk, agent) is not None


@pytest.mark.parametrize(
    "change",
    [
        lambda c: replace(c, subject="Autre objet"),
        lambda c: replace(c, preheader="Autre résumé"),
        lambda c: replace(c, body="<p>Autre</p>"),
        lambda c: replace(c, items=()),
        lambda c: replace(c, items=(ItemText(title="Un", body="<p>a</p>"), *c.items)),
        lambda c: replace(c, theme_ids=()),
        lambda c: replace(c, scheduled_at=scene.LATER),
    ],
)
def test_any_change_voids_the_approval_and_the_journal_says_so(
    town, agent, colleague, residents, change
):
    campaign = scene.approved(town, agent, colleague)
    content = change(queries.content_of(town, campaign))

    drafts.edit(town, campaign.pk, content, revision=campaign.revision, by=agent, at=NOON)

    campaign.refresh_from_db()
    assert campaign.stage == Stage.DRAFT
    kinds = [d.kind for d in queries.decisions(town, campaign.pk)]
    assert kinds == [DecisionKind.VOIDED, DecisionKind.APPROVED]
    assert JournalEntry.objects.of(town).filter(kind="campaign.approval_voided").exists()


def test_what_is_gone_cannot_be_edited_and_the_words_are_kept_aside(
    town, agent, colleague, residents
):
    campaign = scene.sent(town, agent, colleague)

    with pytest.raises(facts.TextLocked):
        drafts.edit(
            town,
            campaign.pk,
            scene.a_text(town, "harpe"),
            revision=campaign.revision,
            by=agent,
            at=NOON,
        )

    assert Version.objects.of(town).filter(kind=VersionKind.KEPT_ASIDE).count() == 1


def test_a_theme_or_an_image_of_another_town_is_refused(town, other_town, agent):
    theirs = scene.a_theme(other_town)

    with pytest.raises(facts.ForeignTheme):
        scene.a_draft(town, agent, replace(scene.a_text(town), theme_ids=(theirs.pk,)))
    with pytest.raises(facts.ForeignImage):
        body = f'<p><img src="/arcachon/images/{"0" * 64}.png" alt="x"></p>'
        scene.a_draft(town, agent, replace(scene.a_text(town), body=body))


def test_an_agent_of_another_town_reaches_nothing(town, other_town, agent):
    campaign = scene.a_draft(town, agent)
    intruder = an_agent(other_town, "intrus", Role.WRITER)

    with pytest.raises(facts.NoSuchCampaign):
        drafts.edit(
            other_town, campaign.pk, scene.a_text(other_town), revision=1, by=intruder, at=NOON
        )


def test_a_deletion_can_be_undone(town, agent):
    campaign = scene.a_draft(town, agent)

    drafts.delete(town, campaign.pk, by=agent, at=NOON)
    assert not queries.listed(town).exists()

    drafts.restore(town, campaign.pk, by=agent, at=NOON)
    assert queries.listed(town).get().pk == campaign.pk


def test_deleting_an_approved_text_takes_its_approval_along(town, agent, colleague, residents):
    campaign = scene.approved(town, agent, colleague)

    drafts.delete(town, campaign.pk, by=agent, at=NOON)

    assert drafts.restore(town, campaign.pk, by=agent, at=NOON).stage == Stage.DRAFT


def test_what_went_out_cannot_be_deleted(town, agent, colleague, residents):
    campaign = scene.sent(town, agent, colleague)

    with pytest.raises(facts.WrongStage):
        drafts.delete(town, campaign.pk, by=agent, at=NOON)


def test_a_copy_starts_as_a_draft_without_a_time(town, agent, colleague, residents):
    campaign = scene.a_draft(town, agent, scene.a_text(town, scheduled_at=scene.LATER))

    copy = drafts.duplicate(town, campaign.pk, by=colleague, at=scene.LATER)

    assert copy.stage == Stage.DRAFT
    assert queries.content_of(town, copy) == scene.a_text(town)


def test_nobody_can_write_the_marks_that_are_filled_for_each_recipient(
    town, agent, colleague, residents
):
    mark = "https://slot.invalid/code/"
    text = replace(
        scene.a_text(town, subject=f"Objet {mark}"),
        body=f'<p>{mark} <a href="{mark}">le programme</a> HTTP://SLOT.INVALID/x</p>',
    )

    campaign = scene.sent(town, agent, colleague, text)

    (message,) = scene.messages(town, campaign)
    assert "slot.invalid/code" not in message.html + message.text + message.subject
