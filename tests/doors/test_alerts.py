"""Alertes in the back office: two taps at night, rules, texts, duty, a day of storm."""

import re

import pytest
import time_machine

from beffroi.alerts.models import Alert, AlertMessage, Dispatch, Duty, Prewritten, StandingApproval
from beffroi.alerts.queries import settings
from beffroi.alerts.services import watchdog
from beffroi.alerts.services.following import follow
from beffroi.alerts.words import Action, ColourChoice, MessageState, PhenomenonChoice
from beffroi.delivery.models import Chunk, Delivery
from beffroi.delivery.words import Channel, DeliveryState
from tests import cast
from tests.cast import NOON
from tests.rooms.alerts import scene
from tests.rooms.alerts.conftest import follow_feed as follow_feed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("residents")]


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def residents(town):
    scene.some_residents(town, volunteers=1)


@pytest.fixture
def officer(town):
    return cast.an_agent(town, "officer", cast.Role.DUTY)


@pytest.fixture
def at(town):
    return lambda path: f"/mairie/{town.slug}/alertes/{path}"


def seen(page):
    return found(r'name="seen" value="([0-9a-f]{64})"', page.content.decode())


def found(pattern, text):
    match = re.search(pattern, text)
    assert match, pattern
    return match[1]


def words(page):
    return page.content.decode()


def test_an_officer_chooses_confirms_and_reads_how_many_were_reached(
    client, town, agent, officer, at
):
    text = scene.a_text(town, agent, "Rupture de digue")
    client.force_login(officer)

    assert f"{text.pk}/" in words(client.get(at("urgence/")))
    confirm = client.get(at(f"urgence/{text.pk}/"))
    assert "<strong>2</strong> par SMS" in words(confirm)
    assert "Au plus 0,04\N{NO-BREAK SPACE}€ HT" in words(confirm)
    assert "2 SMS offerts" in words(confirm)
    done = client.post(at(f"urgence/{text.pk}/"), {"seen": seen(confirm)}, follow=True)

    assert "Le cabinet le validera après coup." in words(done)
    assert Dispatch.objects.of(town).count() == 2
    assert "À valider après coup" in words(client.get(at("")))


def test_the_officer_reads_how_many_may_have_it_twice_and_how_many_refused(
    client, town, agent, officer, at
):
    text = scene.a_text(town, agent)
    client.force_login(officer)
    client.post(at(f"urgence/{text.pk}/"), {"seen": scene.hash_of(text)})
    message = AlertMessage.objects.of(town).get()
    page = at(f"messages/{message.pk}/chiffres/")
    before = words(client.get(page))
    assert "deux fois" not in before and "un agent sera prévenu" in before
    sms = Dispatch.objects.of(town).get(channel=Channel.SMS).message_number
    Chunk.objects.of(town).filter(message_id=sms).update(sent_again=3)
    Delivery.objects.of(town).filter(message_id=sms, seq=0).update(state=DeliveryState.REFUSED)

    told = words(client.get(page))

    assert "3 personnes ont pu le recevoir deux fois" in told and "1 refusé<" in told


def test_a_text_that_changed_between_the_taps_does_not_leave(client, town, agent, officer, at):
    text = scene.a_text(town, agent)
    client.force_login(officer)

    done = client.post(at(f"urgence/{text.pk}/"), {"seen": "0" * 64}, follow=True)

    assert "Le texte a changé pendant votre lecture" in words(done)
    assert not AlertMessage.objects.of(town).exists()


def test_the_cabinet_validates_afterwards_from_today(client, town, agent, colleague, officer, at):
    text = scene.a_text(town, agent)
    client.force_login(officer)
    client.post(at(f"urgence/{text.pk}/"), {"seen": scene.hash_of(text)})
    message = AlertMessage.objects.of(town).get()

    client.force_login(colleague)
    assert "à valider après coup" in words(client.get(f"/mairie/{town.slug}/"))
    client.post(at(f"messages/{message.pk}/valider/"))

    message.refresh_from_db()
    assert message.judged_by == colleague


def test_silence_shows_in_red_on_today_and_on_the_board(client, town, agent, officer, at):
    text = scene.a_text(town, agent)
    client.force_login(officer)
    client.post(at(f"urgence/{text.pk}/"), {"seen": scene.hash_of(text)})
    assert "Alerte en cours, aujourd’hui à" in words(client.get(f"/mairie/{town.slug}/"))
    watchdog.look(at=NOON.replace(hour=12))

    message = AlertMessage.objects.of(town).get()
    figures = words(client.get(at(f"messages/{message.pk}/chiffres/")))
    assert "Un agent a été prévenu." in figures and "sera prévenu" not in figures
    assert "Alerte en cours" not in words(client.get(f"/mairie/{town.slug}/"))
    for page in (f"/mairie/{town.slug}/", at("")):
        assert "rien ne prouve que le message est arrivé" in words(client.get(page))
    Delivery.objects.of(town).update(state=DeliveryState.DELIVERED)
    for page in (f"/mairie/{town.slug}/", at("")):
        assert "rien ne prouve que le message est arrivé" not in words(client.get(page))


def test_a_ready_draft_is_read_and_sent(client, town, agent, officer, at):
    follow(town, scene.a_bulletin(p1=3), at=NOON)
    message = AlertMessage.objects.of(town).get()
    client.force_login(officer)

    page = client.get(at(f"messages/{message.pk}/envoyer/"))
    client.post(at(f"messages/{message.pk}/envoyer/"), {"seen": seen(page)})

    message.refresh_from_db()
    assert message.state == MessageState.SENT


def test_an_alert_is_ended_by_hand(client, town, agent, officer, at):
    text = scene.a_text(town, agent)
    client.force_login(officer)
    client.post(at(f"urgence/{text.pk}/"), {"seen": scene.hash_of(text)})
    alert = Alert.objects.of(town).get()

    assert "Document CAP" in words(client.get(at(f"suivi/{alert.pk}/")))
    client.post(at(f"suivi/{alert.pk}/fin/"))

    alert.refresh_from_db()
    assert alert.ended_at == NOON


def test_a_text_is_written_approved_signed_and_changed(client, town, agent, colleague, at):
    theme = scene.alert_theme(town)
    form = {"title": "Vent", "theme_ids": [theme.pk], "subject": "Vent fort", "body": "Rentrez."}
    client.force_login(agent)
    client.post(at("textes/ajouter/"), form)
    text = Prewritten.objects.of(town).get()

    client.force_login(colleague)
    page = client.get(at(f"textes/{text.pk}/"))
    client.post(at(f"textes/{text.pk}/valider/"), {"seen": seen(page)})
    assert settings.is_approved(Prewritten.objects.of(town).get())
    sign = {"seen": seen(page), "phenomenon": 1, "colour": 3, "expires_on": "2027-01-31"}
    client.post(at(f"textes/{text.pk}/signer/"), sign)
    signed = StandingApproval.objects.of(town).get()
    assert (signed.phenomenon, signed.colour, signed.signed_by) == (1, 3, colleague)
    assert "accord" in words(client.get(at("regles/")))

    client.force_login(agent)
    client.post(at(f"textes/{text.pk}/modifier/"), form | {"body": "Autre chose."})
    signed.refresh_from_db()
    assert signed.revoked_at is not None
    assert not settings.is_approved(Prewritten.objects.of(town).get())


def test_an_accord_is_signed_on_the_very_words_that_will_leave(client, town, agent, colleague, at):
    text = scene.a_text(town, agent, slots=True)
    where = at(f"textes/{text.pk}/signer/")
    asked = {"phenomenon": 3, "colour": 3, "expires_on": "2027-01-31"}
    client.force_login(colleague)

    page = client.get(where, asked)

    assert "Vigilance orange orages de" in words(page)
    assert not StandingApproval.objects.of(town).exists()
    rule = (PhenomenonChoice.STORMS, ColourChoice.ORANGE)
    assert settings.action(town, *rule) != Action.SEND
    client.post(where, asked | {"seen": seen(page)})
    assert StandingApproval.objects.of(town).get().prewritten_id == text.pk
    assert settings.action(town, *rule) == Action.SEND


def test_a_form_that_cannot_be_kept_keeps_what_was_typed(client, town, agent, at):
    client.force_login(agent)

    page = client.post(at("textes/ajouter/"), {"title": "Vent", "subject": "Objet tapé"})

    assert page.status_code == 200
    assert "Objet tapé" in words(page)


def test_rules_are_changed_in_one_go(client, town, agent, at):
    client.force_login(agent)

    client.post(at("regles/changer/"), {"1-3": "send", "9-4": "ignore"})
    client.post(at("regles/changer/"), {"1-3": "explode"})

    assert settings.action(town, scene.WIND, scene.ORANGE) == Action.SEND
    assert settings.action(town, scene.WAVES, scene.RED) == Action.IGNORE


def test_the_key_is_kept_sealed_and_never_shown(client, town, agent, at):
    client.force_login(agent)
    form = {"own_words": "Mairie", "proof_within_s": 90, "with_coast": "on", "key": "clé-secrète"}

    client.post(at("regles/suivi/"), form)

    assert settings.watching(town).has_key
    assert "clé-secrète" not in words(client.get(at("regles/suivi/")))
    client.post(at("regles/suivi/"), form | {"key": "", "drops_key": "on"})
    assert not settings.watching(town).has_key


def test_a_duty_needs_a_mobile_that_receives_sms_or_an_address(client, town, agent, officer, at):
    client.force_login(agent)
    form = {
        "agent_id": officer.pk,
        "starts_at": "2026-11-24T18:00",
        "ends_at": "2026-12-01T08:00",
    }

    assert "au moins une adresse" in words(client.post(at("astreinte/ajouter/"), form))
    landline = client.post(at("astreinte/ajouter/"), form | {"phone": "05 56 00 00 00"})
    assert "numéro de mobile" in words(landline)
    client.post(at("astreinte/ajouter/"), form | {"phone": "06 12 34 56 78"})
    duty = Duty.objects.of(town).get()
    assert "Officer" in words(client.get(at("astreinte/")))
    client.post(at(f"astreinte/{duty.pk}/retirer/"))
    assert not Duty.objects.of(town).exists()


def test_a_day_of_storm_is_played_publication_by_publication(client, town, officer, at):
    client.force_login(officer)

    first = client.post(at("exercice/tempete/"), follow=True)
    drill_id = found(r"exercice/(\d+)/suite/", words(first))
    second = client.post(at(f"exercice/{drill_id}/suite/"), follow=True)

    assert "Vigilance orange" in words(second)
    assert "Relire et envoyer aux volontaires" in words(second)
    assert Alert.objects.of(town).get().is_drill


def test_an_alert_whose_telmail_is_gone_is_still_read(client, town, agent, at):
    follow(town, scene.a_bulletin(p1=3), at=NOON)
    AlertMessage.objects.of(town).update(basis="chain", campaign_id=None)
    client.force_login(agent)

    page = client.get(at(f"suivi/{Alert.objects.of(town).get().pk}/"))

    assert page.status_code == 200


def test_an_alert_received_becomes_a_ready_draft_in_one_tap(
    client, town, agent, officer, follow_feed, at
):
    follow_feed(scene.a_cap())
    client.force_login(officer)
    address = found(r'href="[^"]*(recu/\d+/)"', words(client.get(at(""))))

    page = client.get(at(address))
    assert "Rafales de 130 km/h" in words(page)
    ready = client.post(at(f"{address}preparer/"), follow=True)

    assert "Envoyer maintenant" in words(ready)
    assert "La commune suit cette alerte" in words(client.get(at(address)))
    alert = Alert.objects.of(town).get()
    assert "Ce qui a été reçu" in words(client.get(at(f"suivi/{alert.pk}/")))


def test_whoever_writes_goes_on_in_the_usual_chain(client, town, agent, follow_feed, at):
    follow_feed(scene.a_cap())
    client.force_login(agent)
    address = found(r'href="[^"]*(recu/\d+/)"', words(client.get(at(""))))

    editor = client.post(at(f"{address}telmail/"), follow=True)

    assert "/telmails/" in editor.redirect_chain[-1][0] or editor.status_code == 200
    assert "Vent violent, orange" in words(editor)


def test_a_past_day_of_the_town_is_played_again(client, town, agent, officer, at, noon):
    follow(town, scene.a_bulletin(p1=3), at=NOON)
    noon.shift(7 * 86_400)
    client.force_login(officer)
    assert "mardi 24 novembre 2026 – Orange, 1 publication" in words(client.get(at("exercice/")))

    page = client.post(at("exercice/tempete/"), {"day": "2026-11-24"}, follow=True)

    assert "On rejoue le mardi 24 novembre 2026" in words(page)
    assert client.post(at("exercice/tempete/"), {"day": "2026-02-31"}).status_code == 404


def test_the_figures_move_by_themselves_for_a_quarter_of_an_hour(
    client, town, agent, officer, at, noon
):
    text = scene.a_text(town, agent)
    client.force_login(officer)
    page = client.post(at(f"urgence/{text.pk}/"), {"seen": scene.hash_of(text)}, follow=True)
    message = AlertMessage.objects.of(town).get()

    assert f"messages/{message.pk}/chiffres/" in words(page)
    assert "0/2" in words(client.get(at(f"messages/{message.pk}/chiffres/")))
    noon.shift(16 * 60)
    assert "hx-get" not in words(client.get(at(f"messages/{message.pk}/chiffres/")))
