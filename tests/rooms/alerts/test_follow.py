from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings as profile, strategies as st

from beffroi.alerts.models import Alert, AlertMessage, Followed, SeenPublication
from beffroi.alerts.queries import alerts
from beffroi.alerts.services import prewritten, roster, settings, standing
from beffroi.alerts.services.following import follow
from beffroi.alerts.services.prewritten import Text
from beffroi.alerts.words import Action, Basis, MessageKind, MessageState
from beffroi.campaigns.content import Content
from beffroi.campaigns.models import Campaign
from beffroi.campaigns.services import drafts
from beffroi.delivery.words import Channel, Lane
from beffroi.kit.vigilance import Transition
from beffroi.towns.journal import Kind
from beffroi.towns.models import JournalEntry
from tests.rooms.alerts import scene
from tests.rooms.alerts.scene import MORNING, WIND, a_bulletin, later

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("residents")]


def states(town):
    return [
        (row.kind, row.state, row.basis) for row in AlertMessage.objects.of(town).order_by("pk")
    ]


def journal(town, kind):
    return JournalEntry.objects.of(town).filter(kind=kind).count()


def test_an_orange_wind_makes_a_draft_with_the_official_words_and_the_town_s(town, agent):
    settings.set_watch(
        town,
        with_coast=True,
        own_words="Mairie : 05 00 00 00 00.",
        proof_within_s=120,
        by=None,
        at=MORNING,
    )

    (change,) = follow(town, a_bulletin(p1=3, words="Rafales de 130 km/h."), at=MORNING)

    (message,) = AlertMessage.objects.of(town)
    draft = Campaign.objects.of(town).get(pk=message.campaign_id or 0)
    assert change.transition is Transition.NEW
    assert message.state == MessageState.PREPARED
    assert "Rafales de 130 km/h." in draft.body
    assert "Mairie : 05 00 00 00 00." in draft.body
    assert "vigilance orange" in draft.body
    assert draft.created_by == agent
    assert scene.left(town) == []


def test_the_same_publication_again_or_an_older_one_changes_nothing(town, agent):
    bulletin = a_bulletin(at=later(4), p1=3)
    follow(town, bulletin, at=later(4))

    assert follow(town, bulletin, at=later(5)) == ()
    assert follow(town, a_bulletin(at=MORNING, p1=4), at=later(5)) == ()
    assert Alert.objects.of(town).count() == 1
    assert Followed.objects.of(town).get().colour == 3
    assert SeenPublication.objects.of(town).count() == 2


def test_yellow_is_followed_in_silence(town, agent):
    follow(town, a_bulletin(p1=2), at=MORNING)

    assert Followed.objects.of(town).get().colour == 2
    assert not Alert.objects.of(town).exists()


def test_whoever_is_on_duty_is_rung_by_every_means(town, agent, officer):
    roster.add(
        town,
        officer.pk,
        starts_at=MORNING,
        ends_at=later(12),
        email="nuit@arcachon.example",
        phone="06 98 76 54 32",
        by=None,
        at=MORNING,
    )

    follow(town, a_bulletin(p1=3), at=later(1))

    rung = scene.rung(town)
    assert {message.channel for message in rung} == {Channel.SMS, Channel.EMAIL}
    assert {message.lane for message in rung} == {Lane.EMERGENCY}
    assert all(message.recipients == 1 for message in rung)


def test_with_nobody_on_duty_all_who_may_send_are_rung(town, agent, officer, colleague):
    follow(town, a_bulletin(p1=3), at=MORNING)

    (rung,) = scene.rung(town)
    assert rung.recipients == 2


def test_a_draft_that_nobody_sent_is_overtaken_by_the_next_publication(town, agent):
    follow(town, a_bulletin(p1=3), at=MORNING)
    follow(town, a_bulletin(at=later(3), p1=4), at=later(3))

    assert [state for _, state, _ in states(town)] == ["dropped", "prepared"]
    assert Campaign.objects.of(town).filter(deleted_at=None).count() == 1


def test_a_draft_that_somebody_edited_stays_with_its_editor(town, agent):
    follow(town, a_bulletin(p1=3), at=MORNING)
    draft = Campaign.objects.of(town).get()
    drafts.edit(
        town,
        draft.pk,
        Content(subject="Repris", preheader="", body="<p>Mots</p>"),
        revision=1,
        by=agent,
        at=MORNING,
    )

    follow(town, a_bulletin(at=later(3), p1=4), at=later(3))

    assert Campaign.objects.of(town).filter(deleted_at=None).count() == 2


def test_the_text_that_the_cabinet_signed_leaves_by_itself_on_every_channel(town, agent, colleague):
    text = scene.a_text(town, agent, slots=True)
    scene.a_standing_approval(town, text, by=colleague)

    follow(town, a_bulletin(p1=3), at=later(1))

    (message,) = AlertMessage.objects.of(town)
    by_channel = {one.channel: one for one in scene.left(town)}
    assert (message.state, message.basis) == (MessageState.SENT, Basis.STANDING)
    assert message.sent_by is None
    assert by_channel.keys() == {Channel.SMS, Channel.EMAIL}
    assert all(one.recipients == 2 for one in by_channel.values())
    assert by_channel[Channel.SMS].text.startswith("Vigilance orange vent violent de mardi 24")
    assert "[" not in by_channel[Channel.SMS].text
    assert by_channel[Channel.SMS].parts == 1
    assert journal(town, Kind.ALERT_SENT) == 1
    assert not Campaign.objects.of(town).exists()


def test_a_signed_text_that_has_grown_too_long_becomes_a_draft_and_rings(town, agent, colleague):
    words = replace(
        scene.some_words(town), push_title="[début] " * 7, push_text="Rentrez chez vous."
    )
    text = prewritten.write(town, Text(title="Vent", words=words), by=agent, at=MORNING)
    scene.a_standing_approval(town, text, by=colleague)

    follow(town, a_bulletin(p1=3), at=later(1))

    assert scene.left(town) == []
    assert journal(town, Kind.ALERT_NOT_SENT) == 1
    assert Campaign.objects.of(town).count() == 1
    assert len(scene.rung(town)) == 1


@pytest.mark.parametrize("colour", [2, 4])
def test_a_standing_approval_holds_for_its_colour_only(town, agent, colleague, colour):
    text = scene.a_text(town, agent)
    scene.a_standing_approval(town, text, by=colleague)
    settings.set_rule(town, WIND, scene.ColourChoice(colour), Action.SEND, by=None, at=MORNING)

    follow(town, a_bulletin(p1=colour), at=later(1))

    assert scene.left(town) == []
    assert journal(town, Kind.ALERT_NOT_SENT) == 1
    assert len(scene.rung(town)) == 1


def test_a_signed_text_that_no_network_takes_rings_instead_of_being_lost(town, agent, colleague):
    words = replace(scene.some_words(town), sms="🌊" * 390)
    text = prewritten.write(town, Text(title="Vagues", words=words), by=agent, at=MORNING)
    scene.a_standing_approval(town, text, by=colleague)

    follow(town, a_bulletin(p1=3), at=later(1))

    assert states(town) == [(MessageKind.OPENS, MessageState.PREPARED, "")]
    assert scene.left(town) == []
    assert len(scene.rung(town)) == 1
    assert journal(town, Kind.ALERT_NOT_SENT) == 1


def test_what_expired_or_was_revoked_lets_nothing_leave(town, agent, colleague):
    text = scene.a_text(town, agent)
    signed = scene.a_standing_approval(town, text, by=colleague, days=1)
    follow(town, a_bulletin(at=later(5), p1=3), at=MORNING + timedelta(days=2))
    assert scene.left(town) == []

    signed = scene.a_standing_approval(town, text, by=colleague, phenomenon=scene.WAVES)
    standing.revoke(town, signed.pk, by=colleague, at=MORNING)
    follow(town, a_bulletin(at=later(6), p9=3, p1=3), at=later(6))
    assert scene.left(town) == []


def test_the_end_is_told_to_those_who_were_told_of_the_beginning(town, agent, colleague):
    text = scene.a_text(town, agent)
    end = scene.a_text(town, agent, "Le vent est tombé")
    scene.a_standing_approval(town, text, by=colleague)
    scene.a_standing_approval(town, end, by=colleague, colour=scene.GREEN)
    follow(town, a_bulletin(p1=3), at=MORNING)
    # Lowered to a yellow that the town ignores: for residents it is over.
    follow(town, a_bulletin(at=later(3), p1=2), at=later(3))

    assert states(town) == [
        (MessageKind.OPENS, MessageState.SENT, Basis.STANDING),
        (MessageKind.ENDS, MessageState.SENT, Basis.STANDING),
    ]
    assert Alert.objects.of(town).get().ended_at == later(3)
    assert follow(town, a_bulletin(at=later(5), p1=1), at=later(5))
    assert len(states(town)) == 2


def test_nobody_is_told_of_the_end_of_what_nobody_sent(town, agent):
    follow(town, a_bulletin(p1=3), at=MORNING)
    follow(town, a_bulletin(at=later(3), p1=1), at=later(3))

    assert states(town) == [(MessageKind.OPENS, MessageState.DROPPED, "")]
    assert Alert.objects.of(town).get().ended_at is not None


def test_each_message_has_its_cap_document_and_they_form_one_thread(town, agent, colleague):
    text = scene.a_text(town, agent)
    scene.a_standing_approval(town, text, by=colleague)
    scene.a_standing_approval(town, text, by=colleague, colour=scene.RED)
    follow(town, a_bulletin(p1=3), at=MORNING)
    follow(town, a_bulletin(at=later(3), p1=4), at=later(3))

    first, second = (
        scene.read_alert(message.cap.encode())
        for message in AlertMessage.objects.of(town).order_by("pk")
    )
    assert (first.status, first.message_type) == ("Actual", "Alert")
    assert (second.message_type, second.infos[0].severity) == ("Update", "Extreme")
    assert [reference.identifier for reference in second.references] == [first.identifier]
    assert scene.read_alert(alerts.cap(town, Alert.objects.of(town).get().pk).encode()) == second


SEQUENCES = st.lists(
    st.dictionaries(st.sampled_from(["p1", "p3", "p9"]), st.integers(1, 4), min_size=1),
    min_size=1,
    max_size=5,
)


@pytest.mark.slow
@profile(
    deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(SEQUENCES, st.integers(1, 3))
def test_any_sequence_played_again_from_anywhere_leaves_the_same_state(
    town, agent, colleague, sequence, again
):
    with scene.undone():
        bulletins = [a_bulletin(at=later(hour), **colours) for hour, colours in enumerate(sequence)]
        for hour, bulletin in enumerate(bulletins):
            follow(town, bulletin, at=later(hour))
            for earlier in bulletins[max(0, hour - again) : hour + 1]:
                assert follow(town, earlier, at=later(hour)) == ()

        expected = {int(name[1:]): c for name, c in sequence[-1].items() if c > 1}
        kept = {row.phenomenon: row.colour for row in Followed.objects.of(town)}
        assert kept == expected
        assert Alert.objects.of(town).filter(ended_at=None).count() <= len(expected)
