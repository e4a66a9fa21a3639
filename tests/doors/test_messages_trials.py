"""« M’envoyer un essai »: by SMS to the mobile that the agent proved, by notification to their own browser."""

import pytest

from beffroi.audience.services import codes
from beffroi.campaigns.services import trying
from beffroi.delivery import keys
from beffroi.delivery.models import Delivery, Message
from beffroi.delivery.services import contact_points
from beffroi.delivery.words import Channel
from beffroi.kit import tokens
from beffroi.money.models import Charge
from beffroi.money.services import charges
from tests.cast import NOON, a_browser
from tests.doors.test_subscribers_phone import words
from tests.rooms.campaigns import scene

MOBILE, A_BROWSER = "06 12 34 56 78", a_browser(1)


@pytest.fixture
def here(town, agent, client):
    client.force_login(agent)
    campaign = scene.a_draft(town, agent, scene.by_every_channel(scene.a_text(town)))
    return f"/mairie/arcachon/messages/{campaign.pk}"


def prove(client, town, here):
    asked = client.post(f"{here}/essai/mobile/", {"phone": MOBILE})
    handle = asked["Location"].partition("code=")[2].partition("#")[0]
    message = Message.objects.of(town).filter(channel=Channel.SMS).latest("pk")
    key = keys.token_key()
    code = tokens.six_digits(key, town_id=town.pk, message_id=message.pk, seq=0).decode()
    return client.post(f"{here}/essai/code/", {"handle": handle, "code": code}, follow=True)


def sent_by(town, channel):
    return Message.objects.of(town).filter(reference__startswith="essai:", channel=channel)


def test_no_sms_leaves_before_the_mobile_is_proved(client, town, here):
    page = client.post(f"{here}/essai/sms/", follow=True)

    assert "L’essai n’est pas parti" in words(page)
    assert not sent_by(town, Channel.SMS).exists()


def test_the_sms_goes_to_the_proved_mobile_marked_and_charged_to_the_town(client, town, here):
    proved = prove(client, town, here)
    client.post(f"{here}/essai/sms/")
    charges.collect_all(at=NOON)

    message = sent_by(town, Channel.SMS).get()
    delivery = Delivery.objects.of(town).get(message_id=message.pk)
    assert "06 •• •• •• 78" in words(proved)
    assert message.text.startswith("Essai: La fanfare")
    assert contact_points.reveal(town, delivery.contact_point_id) == "+33612345678"
    assert Charge.objects.of(town).get(message=message).service_id is None


def test_a_colleague_s_code_proves_nothing_for_another(client, town, here, colleague, agent):
    handle = trying.ask_phone(town, MOBILE, by=colleague, at=NOON)
    message = Message.objects.of(town).filter(channel=Channel.SMS).latest("pk")
    key = keys.token_key()
    code = tokens.six_digits(key, town_id=town.pk, message_id=message.pk, seq=0).decode()

    with pytest.raises(codes.WrongCode):
        trying.confirm_phone(town, handle, code, by=agent, at=NOON)


def test_a_notification_goes_to_the_browser_that_asks_if_the_town_knows_it(client, town, here):
    stranger = client.post(f"{here}/essai/notification/", {"abonnement": A_BROWSER}, follow=True)
    contact_points.find_or_create(town, Channel.PUSH, A_BROWSER, at=NOON)
    client.post(f"{here}/essai/notification/", {"abonnement": A_BROWSER})
    nonsense = client.post(f"{here}/essai/notification/", {"abonnement": "{}"}, follow=True)

    assert "L’essai n’est pas parti" in words(stranger)
    assert sent_by(town, Channel.PUSH).get().subject == "[Essai] La fête du port"
    assert "ne reçoit pas les notifications" in words(nonsense)


def test_the_account_shows_the_proved_mobile_and_takes_it_back(client, town, here):
    assert "Mobile des essais" not in words(client.get("/compte/securite/"))
    prove(client, town, here)

    assert "06 •• •• •• 78 – Arcachon" in words(client.get("/compte/securite/"))
    client.post("/compte/mobile/arcachon/retirer/")

    assert "Mobile des essais" not in words(client.get("/compte/securite/"))
    assert "L’essai n’est pas parti" in words(client.post(f"{here}/essai/sms/", follow=True))
