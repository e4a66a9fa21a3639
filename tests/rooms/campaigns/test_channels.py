"""One campaign, one approval, a text per channel; each person once by each channel they chose, or by the cheapest."""

from dataclasses import replace
from datetime import timedelta

import pytest

from beffroi.audience.channels import Rhythm, Spread
from beffroi.audience.models import DigestLine, Subscriber, Subscription
from beffroi.audience.services import digests
from beffroi.audience.words import Status
from beffroi.campaigns.content import read
from beffroi.campaigns.queries import campaigns as queries, checks, results
from beffroi.campaigns.queries.again import again
from beffroi.campaigns.queries.reach import reach
from beffroi.campaigns.services import clock, facts, sending
from beffroi.campaigns.words import Stage
from beffroi.delivery.models import Delivery, Message
from beffroi.delivery.words import Channel, DeliveryState, Lane, MessageState
from beffroi.money.facts import BudgetExceeded
from beffroi.money.models import Charge
from beffroi.money.services import budgets
from beffroi.money.words import OnExceed
from beffroi.towns import services as towns
from beffroi.towns.models import Town
from tests.cast import NOON
from tests.rooms.campaigns import scene

EMAIL, SMS, PUSH = Channel


@pytest.fixture
def people(town):
    """One by e-mail, one by SMS, one by notification, one by all three."""
    scene.someone(town, 1, EMAIL)
    scene.someone(town, 2, SMS)
    scene.someone(town, 3, PUSH)
    scene.someone(town, 4, *Channel)


def everywhere(town, **changes):
    return replace(scene.by_every_channel(scene.a_text(town)), **changes)


def sent(town, agent, colleague, content):
    campaign = scene.approved(town, agent, colleague, content)
    sending.send(town, campaign.pk, by=colleague, at=NOON)
    return campaign


def reached(town, campaign):
    """How many recipients by each channel."""
    rows = Message.objects.of(town).filter(reference=f"campaign:{campaign.pk}")
    return {Channel(row.channel): row.recipients for row in rows}


def test_each_person_gets_it_by_every_channel_they_chose(town, agent, colleague, people):
    campaign = sent(town, agent, colleague, everywhere(town))

    assert reached(town, campaign) == {EMAIL: 2, SMS: 2, PUSH: 2}


def test_the_thrifty_way_reaches_each_person_once_and_by_the_cheapest(
    town, agent, colleague, people
):
    campaign = sent(town, agent, colleague, everywhere(town, spread=Spread.CHEAPEST))

    assert reached(town, campaign) == {EMAIL: 1, SMS: 1, PUSH: 2}


def test_a_cheaper_channel_that_is_not_taken_leaves_nobody_out(town, agent, colleague, people):
    content = everywhere(town, spread=Spread.CHEAPEST, channels=(EMAIL, SMS))

    campaign = sent(town, agent, colleague, content)

    assert reached(town, campaign) == {EMAIL: 2, SMS: 1}


def test_a_channel_that_was_not_chosen_sends_nothing(town, agent, colleague, people):
    campaign = sent(town, agent, colleague, scene.a_text(town))

    assert reached(town, campaign) == {EMAIL: 2}


def test_the_sms_carries_the_address_of_the_page_and_the_towns_name(town, agent, colleague, people):
    campaign = sent(town, agent, colleague, everywhere(town))

    message = Message.objects.of(town).get(channel=SMS)
    assert message.from_name == "Arcachon"
    assert message.text.endswith(f"/arcachon/m/{campaign.pk}")
    assert message.html == ""


def test_a_notification_leads_to_the_page(town, agent, colleague, people):
    campaign = sent(town, agent, colleague, everywhere(town))

    message = Message.objects.of(town).get(channel=PUSH)
    campaign.refresh_from_db()
    assert message.page_url.endswith(f"/arcachon/messages/{campaign.archive_slug}/")


def test_without_words_of_its_own_a_notification_says_subject_and_summary(
    town, agent, colleague, people
):
    content = everywhere(town, push_title="", push_text="")

    sent(town, agent, colleague, content)

    message = Message.objects.of(town).get(channel=PUSH)
    assert (message.subject, message.text) == (content.subject, content.preheader)


def test_an_alert_leaves_in_the_alert_lane(town, agent, colleague, people):
    sent(town, agent, colleague, everywhere(town, is_alert=True))

    assert set(Message.objects.of(town).values_list("lane", flat=True)) == {Lane.ALERT}


def test_a_message_by_sms_alone_has_a_page_with_its_words(town, agent, colleague, people):
    content = everywhere(town, channels=(SMS,), body="", items=())

    campaign = sent(town, agent, colleague, content)

    campaign.refresh_from_db()
    assert "La fanfare joue samedi." in campaign.page_html
    assert "[lien]" not in campaign.page_html


@pytest.mark.parametrize(
    "change",
    [
        {"sms": "Autre chose"},
        {"push_text": "Autre chose"},
        {"push_title": "Autre chose"},
        {"channels": (EMAIL,)},
        {"spread": Spread.CHEAPEST},
        {"is_alert": True},
    ],
    ids=str,
)
def test_every_part_of_every_channel_is_bound_by_the_approval(town, change):
    content = everywhere(town)

    assert replace(content, **change).sha256() != content.sha256()


def test_a_text_for_e_mail_alone_keeps_the_hash_it_had_before_other_channels(town):
    content = scene.a_text(town)

    assert "sms" not in content.canonical()
    assert read(content.canonical()) == content
    assert read(everywhere(town).canonical()) == everywhere(town)


def test_each_channel_is_charged_at_its_price(town, agent, colleague, people):
    sent(town, agent, colleague, everywhere(town))

    rows = Charge.objects.of(town).order_by("channel")
    assert [(row.channel, row.recipients, row.unit_price) for row in rows] == [
        (EMAIL, 2, 20),
        (SMS, 2, 100),
        (PUSH, 2, 0),
    ]


def a_poor_service(town):
    """Three cents for the year."""
    culture = towns.add_service(town, "Culture", by=None, at=NOON)
    new = budgets.NewBudget(
        service_id=culture.pk, year=NOON.year, amount=30, on_exceed=OnExceed.HARD_STOP
    )
    budgets.set_budget(town, new, by=None, at=NOON)
    return culture.pk


def test_a_budget_that_cannot_pay_keeps_everything_here(town, agent, colleague, people):
    content = everywhere(town, service_id=a_poor_service(town))
    campaign = scene.approved(town, agent, colleague, content)

    with pytest.raises(BudgetExceeded):
        sending.send(town, campaign.pk, by=colleague, at=NOON)

    assert not Message.objects.of(town).exists()
    assert not Delivery.objects.of(town).exists()


def test_due_beyond_its_budget_it_goes_back_with_what_is_missing_and_holds_up_no_other(
    town, agent, colleague, people
):
    content = everywhere(town, scheduled_at=scene.LATER)
    poor = scene.approved(town, agent, colleague, replace(content, service_id=a_poor_service(town)))
    paid = scene.approved(town, agent, colleague, content)

    assert clock.tick(at=scene.LATER) == 1

    poor.refresh_from_db()
    paid.refresh_from_db()
    assert (poor.stage, paid.stage) == (Stage.RETURNED, Stage.SENDING)
    assert scene.messages(town, poor) == []
    reason = queries.decisions(town, poor.pk)[0].reason
    assert "rien n’est parti" in reason
    assert "Culture" in reason
    assert "il reste 0,03" in reason


def test_a_long_subject_fits_the_notification_that_has_no_title_of_its_own(
    town, agent, colleague, people
):
    content = everywhere(town, subject="La fête du port " * 12, push_title="")

    campaign = sent(town, agent, colleague, content)

    notice = Message.objects.of(town).get(reference=f"campaign:{campaign.pk}", channel=PUSH)
    assert notice.subject.startswith("La fête du port")
    assert notice.subject.endswith("…")


def test_what_delivery_refuses_goes_back_to_its_writers_when_its_hour_comes(
    town, agent, colleague, people
):
    content = everywhere(town, scheduled_at=scene.LATER)
    campaign = scene.approved(town, agent, colleague, content)
    Town.objects.filter(pk=town.pk).update(sender_address="nulle part")

    assert clock.tick(at=scene.LATER) == 0

    campaign.refresh_from_db()
    assert campaign.stage == Stage.RETURNED
    assert "ne peut pas partir" in queries.decisions(town, campaign.pk)[0].reason


def test_the_uncertain_of_one_channel_go_again_once_while_another_is_going_already(
    town, agent, colleague, people
):
    campaign = sent(town, agent, colleague, everywhere(town))
    letters, texts = (Message.objects.of(town).filter(channel=channel) for channel in (EMAIL, SMS))
    Message.objects.of(town).update(state=MessageState.DONE)
    Delivery.objects.of(town).filter(message_id=letters.get().pk).update(
        state=DeliveryState.UNKNOWN
    )
    sending.settle(town, campaign.pk, at=NOON)
    texts.update(state=MessageState.SENDING)
    told = again(town, campaign, at=NOON)

    assert told is not None
    assert (told.count, told.estimate.before_tax) == (2, 40)
    assert sending.resend_unknown(town, campaign.pk, by=colleague, at=NOON) == 2
    assert sending.resend_unknown(town, campaign.pk, by=colleague, at=NOON) == 0
    assert again(town, campaign, at=NOON) is None
    assert Charge.objects.of(town).get(n=1).recipients == 2


def test_nobody_by_any_channel_sends_nothing(town, agent, colleague):
    scene.someone(town, 1, SMS)
    campaign = scene.approved(town, agent, colleague, everywhere(town, channels=(SMS, PUSH)))
    Subscriber.objects.of(town).update(status=Status.LEFT)

    with pytest.raises(facts.NobodyToReach):
        sending.send(town, campaign.pk, by=colleague, at=NOON)


def test_the_check_list_tells_a_channel_that_reaches_nobody_and_a_missing_sms(town, agent):
    scene.someone(town, 1, EMAIL)
    draft = scene.a_draft(town, agent, everywhere(town, sms=""))

    said = {one.what: one.is_blocking for one in checks.remarks(town, draft.pk, at=NOON)}

    assert said["Il manque le texte du SMS."]
    assert [blocking for what, blocking in said.items() if "par ce moyen" in what] == [False, False]


def test_the_check_list_tells_what_makes_an_sms_dear_and_what_is_too_long(town, agent, people):
    dear = scene.a_draft(town, agent, everywhere(town, sms="L’été " + "a" * 80))
    long = scene.a_draft(town, agent, everywhere(town, sms="a" * 1000))

    assert any("en multiplie" in one.what for one in checks.remarks(town, dear.pk, at=NOON))
    assert [one.what for one in checks.remarks(town, long.pk, at=NOON) if one.is_blocking] == [
        "Le SMS est trop long\N{NO-BREAK SPACE}: 7 SMS par personne."
    ]


def test_what_was_told_before_sending_is_what_is_charged(town, agent, colleague, people):
    content = everywhere(town, spread=Spread.CHEAPEST)
    told = reach(town, content, campaign_id=1, at=NOON)

    sent(town, agent, colleague, content)

    assert told.people == 4
    assert told.recipients == 4
    rows = Charge.objects.of(town)
    assert told.estimate.before_tax == sum(
        (row.recipients * row.parts - row.free_parts) * row.unit_price for row in rows
    )


def test_pause_and_cancel_hold_every_channel(town, agent, colleague, people):
    campaign = sent(town, agent, colleague, everywhere(town))

    sending.pause(town, campaign.pk, by=agent, at=NOON)
    assert results.progress(town, campaign).state is MessageState.PAUSED
    sending.cancel(town, campaign.pk, by=agent, at=NOON)

    assert results.outcomes(town, campaign).cancelled == 6
    assert [one.outcomes.cancelled for one in results.by_channel(town, campaign, at=NOON)] == [
        2,
        2,
        2,
    ]


def push_only(town):
    return everywhere(town, channels=(PUSH,))


def test_at_night_a_notification_waits_for_the_morning_and_an_alert_does_not(
    town, agent, colleague, people
):
    night = NOON + timedelta(hours=11)  # 22 h in Paris
    news = scene.approved(town, agent, colleague, push_only(town))
    sending.send(town, news.pk, by=colleague, at=night)
    alert = scene.approved(town, agent, colleague, replace(push_only(town), is_alert=True))
    sending.send(town, alert.pk, by=colleague, at=night)

    due = {
        row.reference: row.not_before
        for row in Message.objects.of(town).filter(recipients__gt=0).order_by("id")
    }
    assert due == {
        f"campaign:{news.pk}": NOON + timedelta(hours=20),  # 7 h 00 UTC: 8 h in Paris
        f"campaign:{alert.pk}": night,
    }
    (held,) = results.by_channel(town, news, at=night)
    assert held.held_until == NOON + timedelta(hours=20)


def test_who_wants_one_notification_a_day_gets_it_in_the_evening(town, agent, colleague, people):
    Subscription.objects.of(town).update(rhythm=Rhythm.DAILY)

    campaign = sent(town, agent, colleague, push_only(town))

    assert reached(town, campaign) == {PUSH: 0}
    assert DigestLine.objects.of(town).count() == 2


def test_what_was_called_off_is_not_told_of_in_the_evening(town, agent, colleague, people):
    Subscription.objects.of(town).update(rhythm=Rhythm.DAILY)
    campaign = sent(town, agent, colleague, everywhere(town))

    sending.cancel(town, campaign.pk, by=agent, at=NOON)

    assert not DigestLine.objects.of(town).exists()


def test_what_is_paused_is_not_told_of_until_it_goes_on(town, agent, colleague, people):
    Subscription.objects.of(town).update(rhythm=Rhythm.DAILY)
    campaign = sent(town, agent, colleague, everywhere(town))
    evening = NOON.replace(hour=19)

    sending.pause(town, campaign.pk, by=agent, at=NOON)
    paused = digests.send(town, at=evening)
    sending.resume(town, campaign.pk, by=agent, at=evening)

    assert (paused, digests.send(town, at=evening + timedelta(days=1))) == (0, 2)
