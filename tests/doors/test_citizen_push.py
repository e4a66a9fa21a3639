"""Notifications without an account: what the page's script asks, and what the town answers and keeps."""

import json
import os
import re
import uuid

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from beffroi.audience import queries as audience
from beffroi.audience.channels import Spread, among
from beffroi.audience.models import ConsentProof, Subscriber, Subscription
from beffroi.audience.services import texts
from beffroi.delivery.models import ContactPoint, Message
from beffroi.delivery.queries import links
from beffroi.delivery.words import Channel
from beffroi.kit import base64url
from beffroi.towns import services
from tests.cast import NOON
from tests.doors import residents


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def _push_is_on(settings):
    settings.PUSH_IS_ON = True


@pytest.fixture
def themes(town):
    return residents.opened(town)


def a_browser(name="un") -> dict[str, object]:
    """What `PushSubscription.toJSON()` gives."""
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {
        "endpoint": f"https://updates.push.services.mozilla.com/wpush/v2/{name}",
        "expirationTime": None,
        "keys": {"p256dh": base64url.encoded(raw), "auth": base64url.encoded(os.urandom(16))},
    }


def post(client, town, path, **said):
    return client.post(
        f"/{town.slug}/notifications/{path}", json.dumps(said), content_type="application/json"
    )


def subscribe(client, town, browser, *chosen, jour=(), silence=("", ""), texte=1):
    return post(
        client,
        town,
        "abonnement",
        abonnement=browser,
        themes=[theme.pk for theme in chosen],
        jour=[theme.pk for theme in jour],
        silence=silence,
        texte=texte,
    )


def by_push(town, theme, **how):
    return audience.recipients(town, [theme.pk], channel=Channel.PUSH, at=NOON, **how).count()


def test_a_browser_is_subscribed_by_theme_without_any_account(town, themes, client):
    answer = subscribe(client, town, a_browser(), themes[0], themes[2])

    assert answer.status_code == 200
    assert [by_push(town, theme) for theme in themes] == [1, 0, 1]
    proof = ConsentProof.objects.of(town).get()
    assert {among(choice) for choice in proof.theme_channels} == {(Channel.PUSH,)}
    assert proof.text.version == 1


def test_the_page_shows_again_what_was_chosen(town, themes, client):
    browser = a_browser()
    subscribe(client, town, browser, *themes[:2], jour=[themes[1]], silence=("22:00", "07:30"))

    said = post(client, town, "etat", abonnement=browser).json()

    assert said == {
        "themes": [themes[0].pk, themes[1].pk],
        "jour": [themes[1].pk],
        "silence": ["22:00", "07:30"],
    }


def test_choices_are_changed_and_the_keys_may_change_with_them(town, themes, client):
    subscribe(client, town, a_browser("un"), themes[0])
    subscribe(client, town, a_browser("un"), themes[1])

    assert [by_push(town, theme) for theme in themes[:2]] == [0, 1]
    assert Subscriber.objects.of(town).count() == 1


def test_stopping_forgets_the_browser_altogether(town, themes, client):
    browser = a_browser()
    subscribe(client, town, browser, themes[0])

    post(client, town, "arret", abonnement=browser)

    assert by_push(town, themes[0]) == 0
    assert ContactPoint.objects.of(town).get().sealed is None
    assert post(client, town, "etat", abonnement=browser).status_code == 404
    assert post(client, town, "arret", abonnement=browser).status_code == 200


def test_a_browser_that_changed_its_address_keeps_its_choices(town, themes, client):
    old, new = a_browser("ancien"), a_browser("nouveau")
    subscribe(client, town, old, themes[0])

    answer = post(client, town, "renouvellement", ancien=old, abonnement=new)

    assert answer.status_code == 200
    assert post(client, town, "etat", abonnement=new).json()["themes"] == [themes[0].pk]
    assert post(client, town, "etat", abonnement=old).status_code == 404
    assert by_push(town, themes[0]) == 1


def test_a_trial_waits_for_the_browser_s_own_word(town, themes, client, noon):
    browser = a_browser()
    subscribe(client, town, browser, themes[0])
    handle = post(client, town, "essai", abonnement=browser).json()["essai"]
    sent = Message.objects.of(town).latest("id")

    before = client.get(f"/{town.slug}/notifications/essai/{handle}").json()
    noon.shift(2.5)
    post(client, town, "recu", essai=handle)
    noon.shift(60)
    post(client, town, "recu", essai=handle)
    after = client.get(f"/{town.slug}/notifications/essai/{handle}").json()

    assert (before, after) == ({"secondes": None}, {"secondes": 2.5})
    assert sent.channel == Channel.PUSH
    assert sent.page_url.endswith(f"/notifications/?essai={handle}")
    assert client.get(f"/{town.slug}/notifications/essai/{uuid.uuid4()}").status_code == 404


def test_trials_are_counted_and_a_stranger_gets_none(town, themes, client):
    browser = a_browser()
    stranger = post(client, town, "essai", abonnement=browser)
    subscribe(client, town, browser, themes[0])

    answers = [post(client, town, "essai", abonnement=browser).status_code for _ in range(12)]

    assert stranger.status_code == 404
    assert answers.count(200) == 10
    assert answers[-1] == 429


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"null",
        b"[" * 10_000,
        b'{"abonnement": 3}',
        b'{"abonnement": {"endpoint": "http://127.0.0.1:22/x", "keys": {"p256dh": "", "auth": ""}}}',
        b'{"abonnement": {"endpoint": "https://mechant.example/x", "keys": {}}}',
    ],
)
@pytest.mark.parametrize("path", ["abonnement", "etat", "arret", "essai", "renouvellement", "recu"])
def test_nonsense_is_refused_and_nothing_is_kept(town, themes, client, path, body):
    answer = client.post(
        f"/{town.slug}/notifications/{path}", body, content_type="application/json"
    )

    assert answer.status_code == 400
    assert not Subscriber.objects.of(town).exists()


def test_a_form_of_another_site_is_not_read(town, themes, client):
    said = json.dumps({"abonnement": a_browser(), "themes": [themes[0].pk]})
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        answer = client.post(f"/{town.slug}/notifications/abonnement", said, content_type=kind)
        assert answer.status_code == 415


def test_a_theme_that_no_number_of_ours_could_be_subscribes_nobody(town, themes, client):
    said = {"themes": [10**30], "jour": [], "silence": ["", ""], "texte": 1}

    assert post(client, town, "abonnement", abonnement=a_browser(), **said).status_code == 400


def test_an_old_wording_or_no_theme_subscribes_nobody(town, themes, client):
    assert subscribe(client, town, a_browser()).status_code == 400
    assert subscribe(client, town, a_browser(), themes[0], texte=9).status_code == 400
    assert not Subscriber.objects.of(town).exists()


def test_a_browser_of_one_town_is_nobody_in_another(town, other_town, themes, client):
    residents.opened(other_town)
    browser = a_browser()
    subscribe(client, town, browser, themes[0])

    assert post(client, other_town, "etat", abonnement=browser).status_code == 404


def test_someone_known_by_e_mail_gets_the_same_themes_here_and_each_message_once(
    town, themes, client
):
    person = residents.subscribed(town, client, themes[0])
    assert person.email_point_id is not None
    centre = f"/{town.slug}/mes-abonnements/{links.preferences_token(town, person.email_point_id)}"
    browser = a_browser()
    subscribe(client, town, browser, themes[1])

    client.post(
        f"{centre}/notifications",
        json.dumps({"abonnement": browser}),
        content_type="application/json",
    )

    by_mail = audience.recipients(town, [themes[0].pk], spread=Spread.CHEAPEST, at=NOON)
    assert (by_mail.count(), by_push(town, themes[0], spread=Spread.CHEAPEST)) == (0, 1)
    assert by_push(town, themes[1]) == 0
    assert Subscriber.objects.of(town).exclude(status="erased").count() == 1
    page = client.get(centre).content.decode()
    assert "Firefox" in page

    post(client, town, "arret", abonnement=browser)
    row = Subscription.objects.of(town).get(subscriber=person, until=None)
    assert among(row.channels) == (Channel.EMAIL,)


def test_the_page_says_everything_without_javascript_and_lets_only_our_script_run(
    town, themes, client
):
    answer = client.get(f"/{town.slug}/notifications/")
    page, policy = answer.content.decode(), answer["Content-Security-Policy"]

    assert "<noscript>" in page
    assert "Sur iPhone et iPad" in page
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*src=)", page)


def test_without_the_house_s_key_or_the_town_s_words_there_is_no_such_page(
    town, themes, client, settings
):
    texts.publish(
        town, "J’accepte que la mairie m’écrive par e-mail, rien d’autre.", by=None, at=NOON
    )
    assert client.get(f"/{town.slug}/notifications/").status_code == 404
    settings.PUSH_IS_ON = False
    assert "notifications/" not in client.get(f"/{town.slug}/abonnement/").content.decode()


def test_the_worker_is_served_where_it_reaches_the_town_s_pages_and_no_others(town, client):
    answer = client.get(f"/{town.slug}/sw.js")

    assert answer["Content-Type"].startswith("text/javascript")
    assert "Service-Worker-Allowed" not in answer
    assert "connect-src 'self'" in answer["Content-Security-Policy"]


def test_residents_read_how_to_move_to_the_town_s_own_app_if_there_is_one(town, themes, client):
    page = f"/{town.slug}/notifications/"
    assert "Deux applications" not in client.get(page).content.decode()

    services.give_host(town, "app.arcachon.fr", by=None, at=NOON)
    words = client.get(page).content.decode()

    assert 'href="http://app.arcachon.fr:8000/arcachon/notifications/"' in words
    assert 'href="http://127.0.0.1:8000/arcachon/notifications/"' in words
    assert "chaque message arrive deux fois" in words


def test_the_town_is_an_app_that_a_telephone_can_install(town, client):
    told = client.get(f"/{town.slug}/application.webmanifest").json()

    assert (told["name"], told["display"], told["scope"]) == (
        "Arcachon",
        "standalone",
        "/arcachon/",
    )
    for icon in told["icons"]:
        body = client.get(icon["src"]).content
        assert body.startswith(b"\x89PNG")
    assert client.get(f"/{town.slug}/icone-64.png").status_code == 404
