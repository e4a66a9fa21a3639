"""Random agents and random weather in a random order: what leaves by itself was signed, word for word, by somebody else."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings as profile, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from beffroi.alerts.models import AlertMessage, Prewritten, StandingApproval
from beffroi.alerts.services import emergency, facts, prewritten, settings, standing
from beffroi.alerts.services.following import follow
from beffroi.alerts.services.prewritten import Text
from beffroi.alerts.texts import read
from beffroi.alerts.words import Action, Basis, MessageState
from beffroi.towns import services as towns
from beffroi.towns.permissions import Role, granted
from tests.cast import a_town, an_agent
from tests.rooms.alerts import scene

FACTS = (
    facts.BadTimes,
    facts.NeedsBulletin,
    facts.NoSuchThing,
    facts.NotAllowed,
    facts.OwnWork,
    facts.TooLate,
    facts.WordsChanged,
)
WHO = st.integers(0, 3)
WHICH = st.integers(0, 1)
WORD = st.sampled_from(["harpe", "chorale", "fanfare"])
PHENOMENON = st.sampled_from([scene.WIND, scene.WAVES])
COLOUR = st.sampled_from([scene.GREEN, scene.ORANGE, scene.RED])
ROLES = ((Role.WRITER, Role.APPROVER), (Role.APPROVER,), (Role.WRITER,), (Role.DUTY,))


class Weather(RuleBasedStateMachine):
    """Two texts, four agents, a sky that changes its mind."""

    @initialize()
    def begin(self) -> None:
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.town = a_town()
        names = ("ada", "bob", "cleo", "dan")
        self.agents = [
            an_agent(self.town, name, *roles) for name, roles in zip(names, ROLES, strict=True)
        ]
        scene.some_residents(self.town, 1)
        self.texts = [scene.a_text(self.town, self.agents[2], slots=True) for _ in range(2)]
        self.at = scene.MORNING
        self.seen = {text.pk: scene.hash_of(text) for text in self.texts}

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

    @rule(which=WHICH, who=WHO, word=WORD, slots=st.booleans())
    def rewrite(self, which, who, word, slots):
        words = scene.some_words(self.town, word, slots=slots)
        text = Text(title=word, words=words)
        self.attempt(prewritten.change, self.texts[which].pk, text, by=self.agents[who])

    @rule(which=WHICH)
    def look_at_the_screen(self, which):
        self.seen[self.texts[which].pk] = scene.hash_of(self.texts[which])

    @rule(which=WHICH, who=WHO, phenomenon=PHENOMENON, colour=COLOUR, days=st.integers(0, 2))
    def sign(self, which, who, phenomenon, colour, days):
        text = self.texts[which]
        self.attempt(
            standing.sign,
            text.pk,
            phenomenon=phenomenon,
            colour=colour,
            seen_hash=self.seen[text.pk],
            expires_at=self.at + timedelta(days=days),
            by=self.agents[who],
        )

    @rule(who=WHO)
    def revoke(self, who):
        signed = StandingApproval.objects.of(self.town).filter(revoked_at=None).first()
        if signed:
            self.attempt(standing.revoke, signed.pk, by=self.agents[who])

    @rule(phenomenon=PHENOMENON, colour=COLOUR, action=st.sampled_from(Action))
    def decide(self, phenomenon, colour, action):
        settings.set_rule(self.town, phenomenon, colour, action, by=None, at=self.at)

    @rule(allowed=st.booleans())
    def change_the_one_person_rule(self, allowed):
        towns.set_one_person_rule(self.town, allowed=allowed, by=self.agents[0], at=self.at)

    @rule(wind=st.integers(1, 4), waves=st.integers(1, 4))
    def publish(self, wind, waves):
        follow(self.town, scene.a_bulletin(at=self.at, p1=wind, p9=waves), at=self.at)

    @rule(which=WHICH, who=WHO)
    def send_in_an_emergency(self, which, who):
        text = self.texts[which]
        self.attempt(
            emergency.send_emergency,
            text.pk,
            seen_hash=self.seen[text.pk],
            by=self.agents[who],
            is_drill=False,
        )

    @rule(who=WHO)
    def send_a_ready_draft(self, who):
        waiting = AlertMessage.objects.of(self.town).filter(state=MessageState.PREPARED).first()
        if waiting:
            self.attempt(
                emergency.send_prepared,
                waiting.pk,
                seen_hash=waiting.content_hash,
                by=self.agents[who],
            )

    @rule(hours=st.integers(1, 30))
    def wait(self, hours):
        self.at += timedelta(hours=hours)

    @invariant()
    def what_left_was_signed_for_that_colour_and_that_moment_or_sent_by_an_officer(self):
        if not hasattr(self, "town"):
            return
        for message in AlertMessage.objects.of(self.town).filter(state=MessageState.SENT):
            if message.basis == Basis.STANDING:
                self._was_signed(message)
            else:
                assert "duty" in message_roles(message) or "approver" in message_roles(message)

    def _was_signed(self, message):
        signed = message.standing
        text = Prewritten.objects.of(self.town).get(pk=signed.prewritten_id)
        assert signed.signed_at <= message.sent_at < signed.expires_at
        assert signed.revoked_at is None or signed.revoked_at >= message.sent_at
        assert signed.phenomenon == message.alert.phenomenon
        assert signed.signed_by_id != text.author_id or signed.one_person or signed.revoked_at
        template, gone = read(signed.content), read(message.content)
        for fixed, said in ((template.body, gone.body), (template.sms, gone.sms)):
            tail = fixed.rpartition("]. ")[2]
            assert said.endswith(tail)
            if "[" not in fixed:
                assert said == fixed
        assert gone.theme_ids == template.theme_ids


def message_roles(message):
    member = message.sent_by.memberships.first()
    assert granted(member.roles)
    return member.roles


@pytest.mark.slow
@pytest.mark.django_db
def test_nothing_leaves_by_itself_that_was_not_signed():
    run_state_machine_as_test(
        Weather,
        settings=profile(
            max_examples=10,
            stateful_step_count=20,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],  # shrinking replays whole days of weather
            suppress_health_check=list(HealthCheck),
        ),
    )
