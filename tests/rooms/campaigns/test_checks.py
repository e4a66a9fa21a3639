"""The check list: what must be mended, what could be better."""

from dataclasses import replace
from datetime import timedelta

import pytest

from beffroi.campaigns.queries import checks
from beffroi.campaigns.queries.wording import spam_words
from beffroi.campaigns.services import images
from tests.cast import NOON
from tests.kit.test_images import a_picture
from tests.rooms.campaigns import scene


def remarks(town, agent, **changes):
    content = replace(scene.a_text(town), **changes)
    campaign = scene.a_draft(town, agent, content)
    return checks.remarks(town, campaign.pk, at=NOON)


def test_a_good_text_has_no_remark(town, agent, residents):
    assert remarks(town, agent) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"subject": ""}, "Il manque l’objet."),
        ({"body": "", "items": ()}, "Le message est vide."),
        ({"theme_ids": ()}, "Aucun thème n’est choisi."),
        ({"body": '<p><a href="http://port">le programme</a></p>'}, "ne mène nulle part"),
        ({"body": '<p><a href="https://port.exa mple">le programme</a></p>'}, None),
        ({"scheduled_at": NOON - timedelta(hours=1)}, "L’heure d’envoi prévue est passée."),
        ({"body": "<p>" + "mot " * 30_000 + "</p>"}, "Le message est trop long"),
    ],
)
def test_what_blocks(town, agent, residents, changes, words):
    found = remarks(town, agent, **changes)

    if words is None:
        assert found == []  # an address with a space is no link any more
    else:
        assert found[0].is_blocking
        assert words in found[0].what
        assert found[0].advice


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"subject": "Un objet " * 10}, "L’objet est long"),
        ({"preheader": "Un résumé " * 12}, "Le résumé est long"),
        ({"subject": "Cliquez vite, c’est 100 % gratuit"}, "cliquez vite"),
        ({"body": "<p>RÉUNION PUBLIQUE MARDI SOIR</p>"}, "tout en capitales"),
        (
            {"body": '<p><a href="https://port.example">cliquez ici</a></p>'},
            "ne dit pas où il mène",
        ),
    ],
)
def test_what_is_advice(town, agent, residents, changes, words):
    found = remarks(town, agent, **changes)

    assert any(words in remark.what for remark in found)
    assert not any(remark.is_blocking for remark in found)


def test_nobody_to_reach_blocks(town, agent):
    assert [r.what for r in remarks(town, agent)] == ["Personne ne recevrait ce message."]


def test_an_image_without_words_blocks(town, agent, residents):
    image = images.add_image(town, a_picture(size=(9, 9)), alt="Le port", by=agent, at=NOON)
    src = f"/{town.slug}/images/{image.sha}.{image.extension}"

    silent = remarks(town, agent, body=f'<p>x <img src="{src}" alt=""></p>')
    told = remarks(town, agent, body=f'<p>x <img src="{src}" alt="Le port"></p>')

    assert silent[0].is_blocking
    assert "texte de remplacement" in silent[0].what
    assert told == []


def test_ordinary_words_of_a_town_hall_are_not_advertising():
    assert spam_words(
        "Entrée libre et gratuite, sans engagement de durée ? Non : concert à 20 h."
    ) == ["sans engagement"]
    assert spam_words("Le marché est gratuit. Gagner la place par la rue du Port.") == []
