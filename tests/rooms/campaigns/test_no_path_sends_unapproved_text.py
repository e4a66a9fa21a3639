"""Random agents do random things in a random order: whatever leaves was approved, word for word, by somebody else."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from beffroi.campaigns import short
from beffroi.campaigns.content import read
from beffroi.campaigns.models import Campaign, CampaignMessage, Decision, Version
from beffroi.campaigns.queries.contents import content_of
from beffroi.campaigns.services import chain, clock, drafts, facts, proposals, sending
from beffroi.campaigns.words import ALLOWED, DecisionKind, Stage
from beffroi.delivery.models import Message
from beffroi.delivery.words import Channel
from beffroi.towns.permissions import Role
from tests.cast import NOON, a_town, an_agent
from tests.rooms.campaigns import scene

FACTS = (
    facts.ContentChanged,
    facts.NoSuchCampaign,
    facts.NoSuchVersion,
    facts.NotAllowed,
    facts.NotApproved,
    facts.NotReady,
    facts.NotYet,
    facts.OwnWork,
    facts.SomebodySaved,
    facts.TextLocked,
    facts.WrongStage,
)

WHO = st.integers(0, 3)
WHICH = st.sampled_from([0, 0, 0, 1])
WORD = st.sampled_from(["harpe", "chorale", "fanfare"])
HOURS = st.sampled_from([None, 1, 5])


class Chain(RuleBasedStateMachine):
    """Two campaigns, three agents of the town who may do everything, and a stranger who may elsewhere."""

    @initialize()
    def begin(self) -> None:
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.town = a_town()
        elsewhere = a_town("13055", sender_address="mairie@marseille.example")
        every = (Role.WRITER, Role.APPROVER)
        self.agents = [an_agent(self.town, name, *every) for name in ("ada", "bob", "cleo")]
        self.agents.append(an_agent(elsewhere, "zoe", *every))
        scene.some_subscribers(self.town)
        scene.someone(self.town, 1, *Channel)
        self.campaigns = [scene.a_draft(self.town, self.agents[0]).pk for _ in range(2)]
        self.at = NOON
        self.seen = dict.fromkeys(self.campaigns, "")

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def attempt(self, verb, *args, **kwargs):
        """A refusal is an answer; anything else is a failure of this test."""
        try:
            with transaction.atomic():
                return verb(self.town, *args, at=self.at, **kwargs)
        except FACTS:
            return None

    def row(self, which: int) -> Campaign:
        return Campaign.objects.of(self.town).get(pk=self.campaigns[which])

    def text(self, word: str, hours: int | None):
        """A fanfare is told by e-mail only, everything else by every channel."""
        at = self.at + timedelta(hours=hours) if hours else None
        content = scene.a_text(self.town, word, scheduled_at=at)
        return content if word == "fanfare" else scene.by_every_channel(content, word)

    @rule(which=WHICH, who=WHO, word=WORD, hours=HOURS, stale=st.booleans())
    def edit(self, which, who, word, hours, stale) -> None:
        campaign = self.row(which)
        self.attempt(
            drafts.edit,
            campaign.pk,
            self.text(word, hours),
            revision=campaign.revision - stale,
            by=self.agents[who],
        )

    @rule(which=WHICH, who=WHO, word=WORD)
    def autosave(self, which, who, word) -> None:
        campaign = self.row(which)
        self.attempt(
            drafts.autosave,
            campaign.pk,
            self.text(word, None),
            revision=campaign.revision,
            by=self.agents[who],
        )

    @rule(which=WHICH, who=WHO)
    def recover(self, which, who) -> None:
        campaign = self.row(which)
        version = Version.objects.of(self.town).filter(campaign=campaign).order_by("pk").first()
        assert version
        self.attempt(
            drafts.recover,
            campaign.pk,
            version.pk,
            revision=campaign.revision,
            by=self.agents[who],
        )

    @rule(which=WHICH, who=WHO)
    def submit(self, which, who) -> None:
        self.attempt(chain.submit, self.campaigns[which], by=self.agents[who])

    @rule(which=WHICH)
    def read_before_approving(self, which) -> None:
        campaign = self.row(which)
        self.seen[campaign.pk] = content_of(self.town, campaign).sha256()

    @rule(which=WHICH, who=WHO, looked=st.booleans())
    def approve(self, which, who, looked) -> None:
        campaign = self.row(which)
        fresh = content_of(self.town, campaign).sha256()
        seen = fresh if looked else self.seen[campaign.pk]
        self.attempt(chain.approve, campaign.pk, seen_hash=seen, by=self.agents[who])

    @rule(which=WHICH, who=WHO, other=WHO, word=WORD, hours=HOURS)
    def write_submit_and_approve(self, which, who, other, word, hours) -> None:
        """The usual way in one step, so that the walk gets far."""
        self.edit(which=which, who=who, word=word, hours=hours, stale=False)
        self.submit(which=which, who=who)
        self.approve(which=which, who=other, looked=True)

    @rule(which=WHICH, who=WHO)
    def send_back(self, which, who) -> None:
        self.attempt(chain.send_back, self.campaigns[which], reason="Non", by=self.agents[who])

    @rule(which=WHICH, who=WHO)
    def withdraw(self, which, who) -> None:
        self.attempt(chain.withdraw, self.campaigns[which], by=self.agents[who])

    @rule(which=WHICH, who=WHO)
    def send(self, which, who) -> None:
        self.attempt(sending.send, self.campaigns[which], by=self.agents[who])

    @rule(
        which=WHICH,
        who=WHO,
        verb=st.sampled_from(
            [sending.pause, sending.resume, sending.cancel, sending.resend_unknown]
        ),
    )
    def hold(self, which, who, verb) -> None:
        self.attempt(verb, self.campaigns[which], by=self.agents[who])

    @rule(which=WHICH, who=WHO)
    def delete_and_restore(self, which, who) -> None:
        pk, by = self.campaigns[which], self.agents[who]
        self.attempt(drafts.delete, pk, by=by)
        self.attempt(drafts.restore, pk, by=by)

    @rule(who=WHO, which=WHICH)
    def pick_a_proposal(self, who, which) -> None:
        made = proposals.propose(
            self.town,
            title="Foire",
            body="Dimanche",
            service=None,
            wished_date=None,
            by=self.agents[who],
            at=self.at,
        )
        self.attempt(proposals.pick, [made.pk], into=self.campaigns[which], by=self.agents[who])

    @rule(allowed=st.booleans())
    def forge_the_row(self, allowed) -> None:
        """Somebody changes the text behind the services' back: the hash still tells."""
        rows = Campaign.objects.of(self.town).filter(pk=self.campaigns[0], published_at=None)
        rows.update(sms_text="forgé" if allowed else "vrai")

    @rule(minutes=st.sampled_from([1, 45, 400]))
    def time_passes(self, minutes) -> None:
        self.at += timedelta(minutes=minutes)
        clock.tick(at=self.at)
        clock.tick(at=self.at)

    @invariant()
    def whatever_left_was_approved_by_somebody_else(self) -> None:
        if not hasattr(self, "town"):
            return
        for message in Message.objects.of(self.town).filter(reference__startswith="campaign:"):
            link = CampaignMessage.objects.of(self.town).get(message_id=message.pk)
            campaign = link.campaign
            approvals = Decision.objects.of(self.town).filter(
                campaign=campaign, kind=DecisionKind.APPROVED, content_hash=campaign.sent_hash
            )
            others = approvals.exclude(by__in=[campaign.last_editor_id, campaign.submitter_id])
            decision = others.order_by("-pk").first()
            assert decision is not None, "a message without the approval of another person"
            approved = read(decision.content)
            assert message.channel in approved.channels
            self.says_what_was_approved(message, campaign, approved)
            assert tuple(message.theme_ids) == approved.theme_ids
            if approved.scheduled_at:
                assert message.frozen_at >= approved.scheduled_at
            alike = Message.objects.of(self.town).filter(reference=message.reference)
            assert alike.filter(channel=message.channel).count() == 1

    def says_what_was_approved(self, message, campaign, approved) -> None:
        if message.channel == Channel.EMAIL:
            assert message.subject == approved.subject
            for part in (approved.body, *(item.body for item in approved.items)):
                assert part.removeprefix("<p>").removesuffix("</p>") in message.html
        elif message.channel == Channel.SMS:
            assert message.text == short.sms(self.town, campaign.pk, approved)
        else:
            assert (message.subject, message.text) == (approved.push_title, approved.push_text)


@pytest.mark.slow
def test_no_path_sends_unapproved_text(db):
    run_state_machine_as_test(
        Chain,
        settings=settings(
            max_examples=30,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def reachable(start: Stage) -> set[Stage]:
    seen, todo = set(), [start]
    while todo:
        stage = todo.pop()
        if stage not in seen:
            seen.add(stage)
            todo.extend(ALLOWED[stage])
    return seen


def test_the_table_leads_to_sending_only_through_an_approval():
    before = {stage for stage, after in ALLOWED.items() if Stage.SENDING in after}
    assert before == {Stage.APPROVED, Stage.SCHEDULED, Stage.PAUSED}
    for ready in (Stage.APPROVED, Stage.SCHEDULED):
        assert {s for s, after in ALLOWED.items() if ready in after} == {Stage.SUBMITTED}
    assert reachable(Stage.DRAFT) == set(Stage)
