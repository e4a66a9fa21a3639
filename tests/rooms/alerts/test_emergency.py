from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from beffroi.alerts.models import Alert, AlertMessage, Dispatch
from beffroi.alerts.queries import alerts
from beffroi.alerts.queries.expected import expected
from beffroi.alerts.queries.settings import one_prewritten, prewritten as texts, words_of
from beffroi.alerts.services import chain, drills, emergency, prewritten, roster, standing, watchdog
from beffroi.alerts.services.facts import (
    BadTimes,
    ForeignTheme,
    NeedsBulletin,
    NobodyChosen,
    NobodyToRing,
    NoSuchThing,
    NotAllowed,
    OwnWork,
    TooLate,
    WordsChanged,
    WordsMissing,
)
from beffroi.alerts.services.following import follow
from beffroi.alerts.services.prewritten import Text
from beffroi.alerts.texts import Words
from beffroi.alerts.words import Basis, MessageState
from beffroi.campaigns.models import Campaign
from beffroi.campaigns.queries.contents import content_of
from beffroi.campaigns.services import chain as campaign_chain, sending
from beffroi.delivery.models import Delivery
from beffroi.delivery.words import Channel, DeliveryState, Lane
from beffroi.money.facts import DEFAULT_PRICES
from beffroi.money.models import Charge
from beffroi.money.services import tariffs
from beffroi.towns import services as towns
from beffroi.towns.journal import Kind
from beffroi.towns.models import JournalEntry
from tests.cast import NOON
from tests.rooms.alerts import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("residents")]


def sent(town, text, by, *, at=NOON, is_drill=False, alert_id=None):
    return emergency.send_emergency(
        town,
        text.pk,
        seen_hash=scene.hash_of(text),
        by=by,
        at=at,
        is_drill=is_drill,
        alert_id=alert_id,
    )


def journal(town, kind):
    return JournalEntry.objects.of(town).filter(kind=kind).count()


def arrived(message, *channels, state=DeliveryState.DELIVERED):
    for one in Dispatch.objects.of(message.town).filter(message=message, channel__in=channels):
        Delivery.objects.of(message.town).filter(message_id=one.message_number).update(state=state)


def test_a_duty_officer_alone_at_night_sends_on_every_channel_and_the_cabinet_approves_after(
    town, agent, colleague, officer
):
    message = sent(town, scene.a_text(town, agent), officer)

    left = scene.left(town, lane=Lane.EMERGENCY)
    assert {(one.channel, one.recipients) for one in left} == {(Channel.SMS, 2), (Channel.EMAIL, 2)}
    assert message.basis == Basis.AFTERWARDS
    assert list(alerts.to_judge(town)) == [message]
    with pytest.raises(NotAllowed):
        emergency.approve_afterwards(town, message.pk, by=officer, at=NOON)
    emergency.approve_afterwards(town, message.pk, by=colleague, at=NOON)
    assert not alerts.to_judge(town)
    with pytest.raises(TooLate):
        emergency.approve_afterwards(town, message.pk, by=colleague, at=NOON)
    assert journal(town, Kind.ALERT_SENT) == journal(town, Kind.ALERT_APPROVED) == 1


def test_an_approver_who_sends_does_not_approve_their_own_sending(town, agent, colleague):
    message = sent(town, scene.a_text(town, agent), colleague)

    with pytest.raises(OwnWork):
        emergency.approve_afterwards(town, message.pk, by=colleague, at=NOON)


def test_words_approved_beforehand_need_no_approval_after(town, agent, colleague, officer):
    text = scene.a_text(town, agent)
    prewritten.approve(town, text.pk, seen_hash=scene.hash_of(text), by=colleague, at=NOON)

    message = sent(town, text, officer)

    assert message.basis == Basis.BEFOREHAND
    assert not alerts.to_judge(town)


def test_a_change_of_words_voids_what_the_cabinet_approved_and_signed(
    town, agent, colleague, officer
):
    text = scene.a_text(town, agent)
    seen = scene.hash_of(text)
    prewritten.approve(town, text.pk, seen_hash=seen, by=colleague, at=NOON)
    signed = scene.a_standing_approval(town, text, by=colleague, at=NOON)
    words = scene.some_words(town, "Tout va bien")

    prewritten.change(town, text.pk, Text(title="Autre", words=words), by=agent, at=NOON)

    signed.refresh_from_db()
    assert signed.revoked_at == NOON
    assert one_prewritten(town, text.pk).approved_hash == ""
    with pytest.raises(WordsChanged):
        emergency.send_emergency(town, text.pk, seen_hash=seen, by=officer, at=NOON, is_drill=False)
    with pytest.raises(WordsChanged):
        prewritten.approve(town, text.pk, seen_hash=seen, by=colleague, at=NOON)


def test_another_title_voids_nothing(town, agent, colleague):
    text = scene.a_text(town, agent)
    signed = scene.a_standing_approval(town, text, by=colleague, at=NOON)

    same = Text(title="Autre titre", words=scene.some_words(town))
    prewritten.change(town, text.pk, same, by=agent, at=NOON)

    signed.refresh_from_db()
    assert signed.revoked_at is None


def test_the_author_of_a_text_approves_and_signs_it_only_under_the_one_person_rule(town, colleague):
    text = scene.a_text(town, colleague)
    with pytest.raises(OwnWork):
        prewritten.approve(town, text.pk, seen_hash=scene.hash_of(text), by=colleague, at=NOON)
    with pytest.raises(OwnWork):
        scene.a_standing_approval(town, text, by=colleague, at=NOON)

    towns.set_one_person_rule(town, allowed=True, by=colleague, at=NOON)
    assert scene.a_standing_approval(town, text, by=colleague, at=NOON).one_person
    towns.set_one_person_rule(town, allowed=False, by=colleague, at=NOON)
    follow(town, scene.a_bulletin(p1=3), at=NOON)
    assert scene.left(town) == []


def test_a_tap_that_trembles_sends_once(town, agent, officer):
    text = scene.a_text(town, agent)
    first = sent(town, text, officer)

    assert sent(town, text, officer, at=NOON + timedelta(seconds=5)) == first
    assert len(scene.left(town, lane=Lane.EMERGENCY)) == 2
    assert sent(town, text, officer, at=NOON + timedelta(minutes=2)) != first


def test_a_second_message_continues_the_alert_and_an_ended_one_takes_no_more(town, agent, officer):
    first = sent(town, scene.a_text(town, agent), officer)
    second = sent(town, scene.a_text(town, agent, "Restez"), officer, alert_id=first.alert_id)

    assert second.kind == "update"
    emergency.end(town, first.alert_id, by=officer, at=NOON)
    with pytest.raises(TooLate):
        sent(town, scene.a_text(town, agent, "Sortez"), officer, alert_id=first.alert_id)


def test_only_who_holds_the_permission_sends(town, agent, stranger):
    text = scene.a_text(town, agent)

    for nobody in (agent, stranger):
        with pytest.raises(NotAllowed):
            sent(town, text, nobody)


def test_another_town_s_text_or_alert_does_not_exist(town, other_town, agent, officer, stranger):
    theirs = scene.a_text(other_town, stranger)
    with pytest.raises(NoSuchThing):
        sent(town, theirs, officer)
    with pytest.raises(ForeignTheme):
        prewritten.write(
            town,
            Text(title="Digue", words=scene.some_words(other_town)),
            by=agent,
            at=NOON,
        )


def test_a_text_that_waits_for_a_bulletin_is_no_emergency(town, agent, officer):
    with pytest.raises(NeedsBulletin):
        sent(town, scene.a_text(town, agent, slots=True), officer)


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        (Words(subject=" ", body="b", theme_ids=(1,)), WordsMissing),
        (Words(subject="s", body="\x00", theme_ids=(1,)), WordsMissing),
        (Words(subject="s", body="b"), NobodyChosen),
        (Words(subject="s", body="b", theme_ids=(999_999,)), ForeignTheme),
    ],
)
def test_a_text_says_something_to_somebody(town, agent, words, fact):
    with pytest.raises(fact):
        prewritten.write(town, Text(title="Titre", words=words), by=agent, at=NOON)


def test_an_exercise_reaches_volunteers_only_and_says_so_everywhere(town, agent, officer):
    message = sent(town, scene.a_text(town, agent), officer, is_drill=True)

    left = scene.left(town, lane=Lane.EMERGENCY)
    assert {(one.channel, one.recipients) for one in left} == {(Channel.SMS, 1), (Channel.EMAIL, 1)}
    assert all("EXERCICE" in one.text for one in left)
    assert all("EXERCICE" in one.subject for one in left if one.channel == Channel.EMAIL)
    assert scene.read_alert(message.cap.encode()).status == "Exercise"


def test_a_ready_draft_leaves_in_two_taps_and_its_telmail_goes(town, agent, officer):
    follow(town, scene.a_bulletin(p1=3), at=scene.MORNING)
    (message,) = alerts.waiting(town)

    emergency.send_prepared(
        town, message.pk, seen_hash=message.content_hash, by=officer, at=scene.later(1)
    )

    assert {one.channel for one in scene.left(town)} == set(Channel)
    with pytest.raises(TooLate):
        emergency.send_prepared(
            town, message.pk, seen_hash=message.content_hash, by=officer, at=scene.later(1)
        )


def test_silence_on_a_channel_rings_a_human_by_the_others(town, agent, officer):
    message = sent(town, scene.a_text(town, agent), officer)
    arrived(message, Channel.EMAIL, state=DeliveryState.ACCEPTED)

    assert watchdog.look(at=NOON + timedelta(seconds=119)) == 0
    assert watchdog.look(at=NOON + timedelta(seconds=121)) == 1
    assert watchdog.look(at=NOON + timedelta(seconds=150)) == 0
    message.refresh_from_db()
    assert message.unproved == "SMS"
    assert [one.channels for one in alerts.unproved(town)] == ["SMS"]
    assert len(scene.rung(town)) == 1
    assert journal(town, Kind.ALERT_UNPROVED) == 1


def test_a_receipt_on_each_channel_leaves_the_officer_asleep(town, agent, officer):
    message = sent(town, scene.a_text(town, agent), officer)
    arrived(message, Channel.SMS)
    arrived(message, Channel.EMAIL, state=DeliveryState.ACCEPTED)

    assert watchdog.look(at=NOON + timedelta(seconds=121)) == 0
    assert scene.rung(town) == []


def test_an_alert_for_nobody_rings_too(town, agent, officer):
    words = Words(subject="Alerte", body="Rien", theme_ids=(scene.alert_theme(town).pk,))
    text = prewritten.write(town, Text(title="Vide", words=words), by=agent, at=NOON)
    message = sent(town, text, officer)
    Dispatch.objects.of(town).filter(message=message).update(recipients=0)

    assert watchdog.look(at=NOON + timedelta(minutes=3)) == 1


def test_the_database_refuses_to_rewrite_what_left_or_was_signed(town, agent, colleague, officer):
    text = scene.a_text(town, agent)
    signed = scene.a_standing_approval(town, text, by=colleague, at=NOON)
    message = sent(town, text, officer)

    for row in (message, signed):
        row.content = "{}"
        with pytest.raises(DatabaseError), transaction.atomic():
            row.save()


def test_a_played_day_of_storm_goes_from_drafts_to_messages_for_volunteers_alone(
    town, agent, colleague, officer
):
    for colour in (scene.ORANGE, scene.RED, scene.GREEN):
        text = scene.a_text(town, agent, f"Texte {colour}", slots=True)
        scene.a_standing_approval(town, text, by=colleague, colour=colour, at=NOON)
    drill = drills.start(town, by=officer, at=NOON)

    for hour in range(len(drills.steps()) + 1):
        drills.play(town, drill.pk, at=NOON + timedelta(minutes=hour))

    drill.refresh_from_db()
    wind = Alert.objects.of(town).get(drill=drill, phenomenon=scene.WIND)
    sent_ones = AlertMessage.objects.of(town).filter(alert=wind, state=MessageState.SENT)
    assert [one.kind for one in sent_ones.order_by("pk")] == ["alert", "update", "update", "cancel"]
    assert {one.recipients for one in scene.left(town)} == {1}
    assert all("EXERCICE" in one.text for one in scene.left(town))
    assert drill.finished_at is not None
    assert not alerts.open_alerts(town)
    assert list(alerts.followed(town)) == []
    waves = AlertMessage.objects.of(town).filter(alert__phenomenon=scene.WAVES)
    assert {one.campaign_id for one in waves} == {None}


def test_a_roster_knows_its_members_and_how_to_ring_them(town, officer, stranger):
    when: dict[str, Any] = {
        "starts_at": NOON,
        "ends_at": NOON + timedelta(hours=8),
        "by": None,
        "at": NOON,
    }
    with pytest.raises(NoSuchThing):
        roster.add(town, stranger.pk, email="a@b.fr", **when)
    with pytest.raises(NobodyToRing):
        roster.add(town, officer.pk, **when)
    with pytest.raises(BadTimes):
        roster.add(town, officer.pk, email="a@b.fr", **{**when, "ends_at": NOON})
    duty = roster.add(town, officer.pk, email="a@b.fr", **when)
    roster.remove(town, duty.pk, by=officer, at=NOON)
    assert journal(town, Kind.DUTY_CHANGED) == 2


def test_a_removed_text_is_gone_with_what_was_signed_about_it(town, agent, colleague):
    text = scene.a_text(town, agent)
    scene.a_standing_approval(town, text, by=colleague, at=scene.MORNING)

    prewritten.remove(town, text.pk, by=agent, at=scene.MORNING)

    assert not texts(town)
    assert standing.in_force(town, scene.WIND, scene.ORANGE, at=scene.MORNING) is None


def test_a_ready_draft_can_be_put_aside_and_an_ended_alert_keeps_none(
    town, agent, officer, colleague
):
    follow(town, scene.a_bulletin(p1=3), at=scene.MORNING)
    follow(town, scene.a_bulletin(at=scene.later(1), p1=3, p9=3), at=scene.later(1))
    waves, wind = alerts.waiting(town)

    emergency.dismiss(town, waves.pk, by=officer, at=scene.later(2))
    emergency.end(town, wind.alert_id, by=officer, at=scene.later(2))

    assert not alerts.waiting(town)
    assert not Campaign.objects.of(town).filter(deleted_at=None).exists()
    with pytest.raises(TooLate):
        emergency.dismiss(town, waves.pk, by=officer, at=scene.later(2))


def test_what_the_usual_chain_sent_joins_the_thread_with_its_cap_document(town, agent, colleague):
    follow(town, scene.a_bulletin(p1=3, words="Rafales."), at=scene.MORNING)
    (message,) = alerts.waiting(town)
    campaign = Campaign.objects.of(town).get()
    submitted = campaign_chain.submit(town, campaign.pk, by=agent, at=NOON)
    content = content_of(town, submitted).sha256()
    campaign_chain.approve(town, campaign.pk, seen_hash=content, by=colleague, at=NOON)
    assert chain.settle(town, at=NOON) == 0
    sending.send(town, campaign.pk, by=agent, at=NOON)

    assert chain.settle(town, at=NOON) == 1
    assert chain.settle(town, at=NOON) == 0
    message.refresh_from_db()
    assert (message.basis, message.sent_at) == (Basis.CHAIN, NOON)
    assert "Rafales." in scene.read_alert(message.cap.encode()).infos[0].description
    assert not alerts.waiting(town)


@pytest.mark.parametrize("is_drill", [False, True])
def test_the_price_told_before_is_the_price_charged(town, agent, officer, is_drill):
    text = scene.a_text(town, agent, "Rentrez chez vous" + ", fermez les volets" * 8)
    prices = replace(DEFAULT_PRICES, free_sms_parts=3)
    tariffs.set_prices(town, prices, valid_from=NOON.date(), by=agent, at=NOON)

    told = expected(town, words_of(text), is_drill=is_drill, at=NOON).estimate
    message = sent(town, text, officer, is_drill=is_drill)

    charged = Charge.objects.of(town).filter(
        message__in=Dispatch.objects.of(town).filter(message=message).values("message_number")
    )
    assert told.before_tax > 0
    assert [(one.recipients, one.parts, one.free_parts) for one in charged.order_by("message")] == [
        (line.recipients, line.parts, line.free_parts) for line in told.lines
    ]
