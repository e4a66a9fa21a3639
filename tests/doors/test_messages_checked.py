"""The pages of the section « Messages » that watch over a text: its links, its order, its tests."""

import pytest
import time_machine
from django.test import Client

from beffroi.campaigns.content import Content, ItemText
from beffroi.campaigns.models import Campaign
from beffroi.campaigns.queries import campaigns
from beffroi.campaigns.services import answers
from beffroi.campaigns.words import LinkState
from beffroi.delivery.models import Chunk
from tests.cast import NOON
from tests.doors.test_messages import HERE, form_of, words
from tests.rooms.campaigns import scene

FAR = "https://festival.example/programme"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def desk(agent):
    client = Client()
    client.force_login(agent)
    return client


@pytest.fixture
def linked(town, agent):
    """A letter with one link to another site."""
    scene.some_subscribers(town)
    content = Content(
        subject="Le festival",
        preheader="",
        body=f'<p><a href="{FAR}">le programme</a></p>',
        theme_ids=(scene.a_theme(town).pk,),
    )
    return scene.a_draft(town, agent, content)


def test_the_check_list_does_not_wait_for_other_sites_and_says_so(desk, town, linked):
    page = desk.get(f"{HERE}{linked.pk}/soumettre/")

    assert "Un lien est en cours de vérification" in words(page)
    assert "Soumettre à la validation" in words(page)
    part = f"{HERE}{linked.pk}/verifications/"
    assert f'hx-get="{part}"' in page.content.decode()

    answers.keep(town, {FAR: LinkState.SILENT})
    checked = desk.get(part)

    assert f"Ne répond pas : {FAR}" in words(checked)
    assert "hx-get" not in checked.content.decode()


def test_a_link_that_does_not_answer_keeps_nobody_from_submitting(desk, town, linked):
    answers.keep(town, {FAR: LinkState.SILENT})

    desk.post(f"{HERE}{linked.pk}/soumettre/")

    linked.refresh_from_db()
    assert linked.stage == "submitted"


def titles(town):
    content = campaigns.content_of(town, Campaign.objects.of(town).get())
    return [item.title for item in content.items]


@pytest.fixture
def three_articles(town, agent):
    items = tuple(ItemText(title=word, body="<p>x</p>") for word in ("un", "deux", "trois"))
    return scene.a_draft(town, agent, Content(subject="", preheader="", body="", items=items))


@pytest.mark.parametrize(
    ("order", "do", "after"),
    [
        ("2,0,1", "save", ["trois", "un", "deux"]),
        ("2,0,1", "up-0", ["un", "trois", "deux"]),
        ("2,0,1", "down-1", ["trois", "un", "deux"]),
        ("2,0,1", "remove-2", ["un", "deux"]),
        ("2", "save", ["trois", "un", "deux"]),
        ("2,2,7,-1,x", "save", ["trois", "un", "deux"]),
        ("", "save", ["un", "deux", "trois"]),
    ],
)
def test_articles_stay_where_they_were_dropped_and_none_is_lost(
    desk, town, three_articles, order, do, after
):
    form = form_of(town, three_articles, order=order, do=do)

    desk.post(f"{HERE}{three_articles.pk}/ecrire/", form)

    assert titles(town) == after


def test_the_twenty_first_test_in_an_hour_is_refused_in_words(desk, town, linked):
    for _ in range(20):
        desk.post(f"{HERE}{linked.pk}/essai/")

    page = desk.post(f"{HERE}{linked.pk}/essai/", follow=True)

    assert "Vous avez envoyé 20 essais en une heure" in words(page)


def sent_with_one_refusal(town, agent, colleague, subject):
    campaign = scene.sent(town, agent, colleague, scene.a_text(town, subject=subject))
    message = scene.messages(town, campaign)[0]
    Chunk.objects.of(town).filter(message=message).update(accepted=1, refused=1, deferred=1)
    return campaign


def test_progress_counts_in_good_french_and_names_each_sending_apart(
    desk, town, agent, colleague, linked
):
    one = sent_with_one_refusal(town, agent, colleague, "Le marché")
    two = sent_with_one_refusal(town, agent, colleague, "La piscine")

    said = words(desk.get(f"{HERE}{one.pk}/avancement/"))
    today = desk.get("/mairie/arcachon/").content.decode()

    assert "1 envoyé · 1 sera réessayé · 1 refusé" in said
    assert "refusés" not in said
    assert [today.count(f'id="progress-{c.pk}"') for c in (one, two)] == [1, 1]
