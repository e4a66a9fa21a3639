"""The section « Messages », page by page, without JavaScript."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from beffroi.campaigns.models import Campaign, Image, Proposal, Version
from beffroi.campaigns.queries import campaigns
from beffroi.campaigns.services import drafts, proposals
from beffroi.campaigns.words import Stage, VersionKind
from beffroi.delivery.models import Delivery, Message
from beffroi.delivery.words import DeliveryState
from beffroi.towns.permissions import Role
from tests.cast import NOON, an_agent
from tests.kit.test_images import a_picture
from tests.rooms.campaigns import scene

HERE = "/mairie/arcachon/messages/"


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
def cabinet(colleague):
    client = Client()
    client.force_login(colleague)
    return client


@pytest.fixture
def residents(town):
    return scene.some_subscribers(town)


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(text.replace("&nbsp;", " ").replace("&#x27;", "'").split())


def form_of(town, campaign, **changes):
    """What the editor's page posts."""
    content = campaigns.content_of(town, campaign)
    fields = {
        "revision": campaign.revision,
        "subject": content.subject,
        "preheader": content.preheader,
        "body": content.body,
        "theme": list(content.theme_ids),
        "when": "now",
        "do": "save",
    }
    for number, item in enumerate(content.items):
        fields[f"item-{number}-title"] = item.title
        fields[f"item-{number}-body"] = item.body
    return fields | changes


def test_the_list_finds_by_stage_and_words(desk, town, agent, residents):
    scene.a_draft(town, agent, scene.a_text(town, subject="Le marché"))
    scene.submitted(town, agent, scene.a_text(town, subject="La piscine"))

    assert "Le marché" in words(desk.get(HERE))
    assert "Le marché" not in words(desk.get(HERE, {"etape": "submitted"}))
    assert "La piscine" in words(desk.get(HERE, {"q": "PISCINE"}))
    assert "Aucun Télmail ne correspond" in words(desk.get(HERE, {"q": "vélo"}))


def test_an_empty_list_says_what_a_telmail_is(desk, town):
    assert "Une personne l’écrit, une autre le valide" in words(desk.get(HERE))


def test_writing_begins_with_one_press(desk, town):
    response = desk.post(f"{HERE}nouveau/", follow=True)

    assert "Écrire le Télmail" in words(response)
    assert Campaign.objects.of(town).count() == 1


def test_saving_keeps_articles_audience_and_time(desk, town, agent):
    campaign = scene.a_draft(town, agent)
    tomorrow = {"when": "at", "day": "2026-11-25", "hour": "18:00"}

    response = desk.post(
        f"{HERE}{campaign.pk}/ecrire/",
        form_of(town, campaign, body="Du texte\n\n- un\n- deux", **tomorrow),
        follow=True,
    )

    content = campaigns.content_of(town, Campaign.objects.of(town).get())
    assert "Enregistré." in words(response)
    assert content.body == "<p>Du texte</p><ul><li>un</li><li>deux</li></ul>"
    assert content.scheduled_at == NOON + timedelta(hours=30)
    assert [item.title for item in content.items] == ["Travaux"]


def test_articles_move_without_javascript(desk, town, agent):
    campaign = scene.a_draft(town, agent)
    address = f"{HERE}{campaign.pk}/ecrire/"

    desk.post(address, form_of(town, campaign, do="add"))
    campaign.refresh_from_db()
    desk.post(address, form_of(town, campaign, do="up-1", **{"item-1-title": "Second"}))
    campaign.refresh_from_db()
    titles = [item.title for item in campaigns.content_of(town, campaign).items]
    desk.post(address, form_of(town, campaign, do="remove-1"))

    campaign.refresh_from_db()
    assert titles == ["Second", "Travaux"]
    assert [item.title for item in campaigns.content_of(town, campaign).items] == ["Second"]


def test_a_day_that_does_not_exist_loses_no_word(desk, town, agent):
    campaign = scene.a_draft(town, agent)
    fields = form_of(town, campaign, body="<p>neuf</p>", when="at", day="2026-02-31", hour="x")

    response = desk.post(f"{HERE}{campaign.pk}/ecrire/", fields, follow=True)

    assert "n’existe pas" in words(response)
    assert Campaign.objects.of(town).get().body == "<p>neuf</p>"


def test_the_second_of_two_editors_is_told_and_finds_both_texts(desk, cabinet, town, agent):
    campaign = scene.a_draft(town, agent)
    address = f"{HERE}{campaign.pk}/ecrire/"
    theirs, mine = (form_of(town, campaign, body=f"<p>{w}</p>") for w in ("harpe", "orgue"))
    desk.post(address, theirs)

    response = cabinet.post(address, mine, follow=True)

    assert "Agent a enregistré ce Télmail pendant que vous écriviez." in words(response)
    assert "mis de côté" in words(response)
    kept = Version.objects.of(town).get(kind=VersionKind.KEPT_ASIDE)
    shown = cabinet.get(f"{HERE}{campaign.pk}/versions/{kept.pk}/")
    assert "orgue" in words(shown)
    cabinet.post(f"{HERE}{campaign.pk}/versions/{kept.pk}/reprendre/")
    assert Campaign.objects.of(town).get().body == "<p>orgue</p>"


def test_saving_by_itself_answers_with_the_next_revision(desk, town, agent):
    campaign = scene.a_draft(town, agent)
    address = f"{HERE}{campaign.pk}/enregistrer/"

    told = json.loads(desk.post(address, form_of(town, campaign, body="<p>a</p>")).content)
    again = desk.post(address, form_of(town, campaign, body="<p>b</p>"))

    assert (told["saved"], told["revision"]) == (True, 2)
    assert told["words"] == "Enregistré à 12\N{NO-BREAK SPACE}h"
    assert again.status_code == 409
    assert "mis de côté" in json.loads(again.content)["words"]


def test_an_image_is_kept_with_its_words(desk, town):
    file = SimpleUploadedFile("port.jpg", a_picture(size=(800, 400)))

    told = json.loads(desk.post(f"{HERE}images/", {"file": file, "alt": "Le port"}).content)

    image = Image.objects.of(town).get()
    assert told["src"] == f"/arcachon/images/{image.sha}.jpg"
    assert Client().get(told["src"]).status_code == 200


@pytest.mark.parametrize(
    ("data", "alt", "said"),
    [
        (b"%PDF", "Le port", "n’est pas une image"),
        (a_picture(), "  ", "Dites ce que montre l’image"),
    ],
)
def test_a_bad_image_is_refused_in_words(desk, town, data, alt, said):
    file = SimpleUploadedFile("x.jpg", data)

    response = desk.post(f"{HERE}images/", {"file": file, "alt": alt})

    assert response.status_code == 422
    assert said in json.loads(response.content)["words"]


def test_what_is_pasted_comes_back_clean(desk, town):
    word = "<p class=MsoNormal>Un<o:p></o:p></p><script>x</script>"

    assert desk.post(f"{HERE}coller/", {"html": word}).content == b"<p>Un</p>"


def test_the_preview_runs_nothing_and_comes_in_four_views(desk, town, agent):
    campaign = scene.a_draft(town, agent)

    page = desk.get(f"{HERE}{campaign.pk}/apercu/")
    letter = desk.get(f"{HERE}{campaign.pk}/apercu/lettre/")

    for view in ("Téléphone", "mode sombre", "Ordinateur", "Texte seul"):
        assert view in words(page)
    assert "sandbox" in letter["Content-Security-Policy"]
    assert "script-src" not in letter["Content-Security-Policy"]
    assert "fanfare" in letter.content.decode()


def test_a_test_send_says_to_how_many(desk, town, agent, colleague):
    campaign = scene.a_draft(town, agent)
    chosen = {"agent": [agent.pk, colleague.pk]}

    response = desk.post(f"{HERE}{campaign.pk}/essai/", chosen, follow=True)

    assert "Essai envoyé à 2 personnes." in words(response)
    assert Message.objects.of(town).get().subject.startswith("[Essai]")


def test_the_check_list_closes_the_button(desk, town, agent, residents):
    campaign = scene.a_draft(town, agent, scene.a_text(town, subject=" "))

    page = desk.get(f"{HERE}{campaign.pk}/soumettre/")
    refused = desk.post(f"{HERE}{campaign.pk}/soumettre/", follow=True)

    assert "Il manque l’objet." in words(page)
    assert " disabled>" in page.content.decode()
    assert "Il reste des points à corriger" in words(refused)


def test_the_cabinet_sees_what_changed_and_returns_with_a_reason(
    desk, cabinet, town, agent, residents
):
    campaign = scene.submitted(town, agent)
    cabinet.post(f"{HERE}{campaign.pk}/renvoyer/", {"reason": "Le jour est faux."})
    page = desk.get(f"{HERE}{campaign.pk}/ecrire/")
    assert "Le jour est faux." in words(page)
    campaign.refresh_from_db()
    desk.post(f"{HERE}{campaign.pk}/ecrire/", form_of(town, campaign, body="<p>La harpe joue.</p>"))
    desk.post(f"{HERE}{campaign.pk}/soumettre/")

    page = cabinet.get(f"{HERE}{campaign.pk}/valider/").content.decode()

    assert "<ins>La harpe joue.</ins>" in page
    assert "<del>Bonjour, la fanfare joue samedi.</del>" in page


def test_approving_what_changed_meanwhile_is_refused_in_words(
    desk, cabinet, town, agent, residents
):
    campaign = scene.submitted(town, agent)
    seen = scene.hash_of(town, campaign)
    drafts.edit(town, campaign.pk, scene.a_text(town, "harpe"), revision=1, by=agent, at=NOON)
    desk.post(f"{HERE}{campaign.pk}/soumettre/")

    response = cabinet.post(f"{HERE}{campaign.pk}/valider/", {"seen": seen}, follow=True)

    assert "Le texte a changé pendant votre lecture." in words(response)
    assert Campaign.objects.of(town).get().stage == Stage.SUBMITTED


def test_who_wrote_it_reads_that_somebody_else_must_approve(town, residents):
    both = an_agent(town, "both", Role.WRITER, Role.APPROVER)
    campaign = scene.submitted(town, both)
    client = Client()
    client.force_login(both)

    page = client.get(f"{HERE}{campaign.pk}/valider/")
    refused = client.post(
        f"{HERE}{campaign.pk}/valider/", {"seen": scene.hash_of(town, campaign)}, follow=True
    )

    assert "Valider ce texte" not in words(page)
    assert "une autre personne doit le valider" in words(refused)


def test_sending_is_followed_held_and_stopped(desk, town, agent, colleague, residents):
    campaign = scene.approved(town, agent, colleague)
    here = f"{HERE}{campaign.pk}/"
    assert "Envoyer à 3 personnes (0,06 € HT)" in words(desk.get(here))

    started = desk.post(f"{here}envoyer/", follow=True)
    moving = desk.get(f"{here}avancement/")
    paused = desk.post(f"{here}suspendre/", follow=True)
    resumed = desk.post(f"{here}continuer/", follow=True)
    stopped = desk.post(f"{here}arreter/", follow=True)
    again = desk.post(f"{here}continuer/", follow=True)

    assert "L’envoi est lancé." in words(started)
    assert 'hx-trigger="every 2s"' in moving.content.decode()
    assert "HX-Refresh" not in moving
    assert "Rien ne part plus." in words(paused)
    assert "L’envoi reprend." in words(resumed)
    assert "ne partira pas" in words(stopped)
    assert "Ce n’est plus possible" in words(again)
    assert desk.get(f"{here}avancement/")["HX-Refresh"] == "true"


def test_results_tell_the_uncertain_and_send_again(desk, town, agent, colleague, residents):
    campaign = scene.sent(town, agent, colleague)
    rows = Delivery.objects.of(town).filter(message_id=scene.messages(town, campaign)[0].pk)
    rows.update(state=DeliveryState.ACCEPTED, settled_at=NOON)
    rows.filter(seq=0).update(state=DeliveryState.UNKNOWN)
    Message.objects.of(town).update(state=4, finished_at=NOON)

    page = desk.get(f"{HERE}{campaign.pk}/")
    csv = desk.get(f"{HERE}{campaign.pk}/resultats.csv")
    again = desk.post(f"{HERE}{campaign.pk}/incertains/", follow=True)

    assert "Pour 1 personne, une panne empêche de savoir" in words(page)
    text = b"".join(csv.streaming_content).decode()
    assert text.startswith("\ufeffObjet;La fête du port")
    assert "Incertains;1" in text
    assert "Nouvel envoi à 1 personne." in words(again)


def test_the_results_of_a_period_are_shown_and_downloaded(desk, town, agent, colleague, residents):
    scene.sent(town, agent, colleague, scene.a_text(town, subject="=SOMME(A1)"))

    page = desk.get(f"{HERE}resultats/", {"mois": "3"})
    csv = b"".join(desk.get(f"{HERE}resultats/telmails.csv").streaming_content).decode()
    themes = b"".join(desk.get(f"{HERE}resultats/abonnes.csv").streaming_content).decode()

    assert "=SOMME(A1)" in words(page)
    assert ";'=SOMME(A1);3;0;0;0;0" in csv
    assert "2026-11;Culture et événements;3;" in themes


def test_a_deletion_is_undone_from_the_notice(desk, town, agent):
    campaign = scene.a_draft(town, agent)

    page = desk.post(f"{HERE}{campaign.pk}/supprimer/", follow=True)
    undo = re.search(r'action="([^"]+/retablir/)"', page.content.decode())
    assert undo
    desk.post(undo[1])

    assert Campaign.objects.of(town).get().deleted_at is None


def test_a_service_proposes_and_changes_only_its_own(town, agent):
    author = an_agent(town, "culture", Role.PROPOSER, service="Culture")
    other = an_agent(town, "sport", Role.PROPOSER, service="Sport")
    one, two = Client(), Client()
    one.force_login(author)
    two.force_login(other)
    fields = {"title": "Concert", "body": "Samedi", "wished_date": "2026-12-01"}

    one.post(f"{HERE}propositions/nouvelle/", fields)
    proposal = Proposal.objects.of(town).get()
    refused = two.post(
        f"{HERE}propositions/{proposal.pk}/", {"title": "x", "body": "y"}, follow=True
    )
    one.post(f"{HERE}propositions/{proposal.pk}/", fields | {"title": "Grand concert"})

    proposal.refresh_from_db()
    assert proposal.title == "Grand concert"
    assert proposal.service is not None
    assert proposal.service.name == "Culture"
    assert "ne peut plus être modifiée" in words(refused)
    assert "à envoyer avant le mardi 1ᵉʳ décembre" in words(one.get(f"{HERE}propositions/"))


def test_the_board_orders_and_declines(desk, town, agent):
    made = [
        proposals.propose(
            town, title=t, body="b", service=None, wished_date=None, by=agent, at=NOON
        )
        for t in ("un", "deux")
    ]
    board = f"{HERE}propositions/"

    desk.post(f"{board}{made[0].pk}/deplacer/", {"to": "up"})
    text = words(desk.get(board))
    desk.post(f"{board}{made[1].pk}/ecarter/", {"reason": ""})
    desk.post(f"{board}{made[1].pk}/ecarter/", {"reason": "Déjà dit."})

    assert text.index(" un ") < text.index(" deux ")
    assert "Déjà dit." in words(desk.get(board, {"etat": "declined"}))
    nothing = desk.post(f"{board}retenir/", {}, follow=True)
    assert "Cochez d’abord" in words(nothing)
