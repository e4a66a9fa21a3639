"""Writing for several channels: the audience and its price, the SMS coach, what the cabinet reads, budgets."""

import pytest

from beffroi.campaigns.models import Campaign
from beffroi.campaigns.queries.contents import content_of
from beffroi.delivery.words import Channel
from beffroi.money.services.budgets import NewBudget, set_budget
from beffroi.money.words import OnExceed
from tests.cast import NOON
from tests.doors.test_messages import HERE, words
from tests.rooms.campaigns import scene


@pytest.fixture
def desk(client, agent):
    client.force_login(agent)
    return client


@pytest.fixture
def residents(town):
    return scene.some_subscribers(town)


def test_the_audience_and_its_price_are_told_while_one_writes(desk, town, agent, residents):
    here = f"{HERE}{scene.a_draft(town, agent).pk}/audience/"
    theme = scene.a_theme(town).pk

    told = words(desk.post(here, {"theme": theme, "by": "email"}))

    assert "3 personnes recevront ce Télmail" in told
    assert "0,06 €" in told
    assert "Choisissez au moins un thème" in words(desk.post(here))


def test_the_coach_counts_tells_what_is_dear_and_mends_it(desk, town, agent, residents):
    campaign = scene.a_draft(town, agent)
    scene.someone(town, 9, Channel.SMS)
    sms = "L’été commence : le bal du port, c’est samedi à 18 h, sur le quai d’honneur."
    ticked = {"by": ["email", "sms"], "theme": scene.a_theme(town).pk, "sms": sms}

    told = words(desk.post(f"{HERE}{campaign.pk}/audience/", ticked))
    assert "2 SMS par personne" in told
    assert "1 personne : 0,00 € HT, 0,00 € TTC · 2 SMS offerts" in told
    assert "Remplacer les caractères coûteux : 1 SMS" in told

    desk.post(f"{HERE}{campaign.pk}/ecrire/", {**ticked, "revision": 1, "do": "repair"})
    kept = content_of(town, Campaign.objects.of(town).get(pk=campaign.pk))
    assert (
        kept.sms == "L'été commence : le bal du port, c'est samedi à 18 h, sur le quai d'honneur."
    )
    assert kept.channels == (Channel.EMAIL, Channel.SMS)


def test_the_cabinet_reads_every_text_and_what_it_costs(desk, client, town, agent, colleague):
    scene.someone(town, 1, *Channel)
    content = scene.by_every_channel(scene.a_text(town))
    campaign = scene.submitted(town, agent, content)
    client.force_login(colleague)

    shown = words(client.get(f"{HERE}{campaign.pk}/valider/"))

    assert "La fanfare joue samedi." in shown
    assert f"/arcachon/m/{campaign.pk}" in shown
    assert "E-mail (1), SMS (1), Notification (1)" in shown
    assert "0,02 € HT" in shown, "the SMS is one of the month's free ones"


def test_a_budget_that_cannot_pay_says_so_and_nothing_leaves(desk, town, agent, colleague):
    scene.someone(town, 1, Channel.EMAIL)
    new = NewBudget(service_id=None, year=NOON.year, amount=10, on_exceed=OnExceed.HARD_STOP)
    set_budget(town, new, by=None, at=NOON)
    campaign = scene.approved(town, agent, colleague)

    told = words(desk.post(f"{HERE}{campaign.pk}/envoyer/", follow=True))

    assert "Rien n’est parti." in told
    assert "Le budget 2026 de la commune ne suffit pas" in told
    assert "Demandez à la direction d’augmenter ce budget." in told
    assert "Retirez le SMS" not in told, "it has none"


def test_the_cabinet_is_led_from_the_message_to_the_override_that_lets_it_go(
    client, town, agent, colleague
):
    scene.someone(town, 1, Channel.EMAIL)
    over = OnExceed.CABINET_MAY_OVERRIDE
    new = NewBudget(service_id=None, year=NOON.year, amount=10, on_exceed=over)
    set_budget(town, new, by=None, at=NOON)
    campaign = scene.submitted(town, agent, scene.a_text(town))
    client.force_login(colleague)

    told = client.get(f"{HERE}{campaign.pk}/valider/").content.decode()

    assert "ne suffit pas" in told and "/depassement/" in told
