"""Opting in, as a resident lives it: the form, the e-mail, the button."""

import time

import pytest
import time_machine

from beffroi.audience.models import ConsentProof, Subscriber, Subscription
from beffroi.audience.services import texts
from beffroi.citizen import doors
from beffroi.delivery.models import Message
from tests.cast import NOON
from tests.doors import residents, world


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def themes(town):
    return residents.opened(town)


def test_a_resident_chooses_confirms_and_is_subscribed_to_just_that(town, themes, client):
    culture, practical, _ = themes

    asked = client.post(f"/{town.slug}/abonnement/", residents.answers(town, culture, practical))
    mail = residents.mailbox(town)[0]
    link = residents.link(mail, "/confirmation/")
    shown = client.get(link)
    confirmed = client.post(link)

    assert residents.ADDRESS in asked.content.decode()
    assert culture.name in shown.content.decode()
    assert "confirmé" in confirmed.content.decode()
    person = Subscriber.objects.of(town).get()
    open_rows = Subscription.objects.of(town).filter(subscriber=person, until=None)
    assert {row.theme_id for row in open_rows} == {culture.pk, practical.pk}
    proof = ConsentProof.objects.of(town).get(action="confirmed")
    assert proof.text is not None
    assert (proof.text.version, proof.origin) == (1, "web")


def test_no_theme_is_ticked_beforehand(town, themes, client):
    page = client.get(f"/{town.slug}/abonnement/").content.decode()

    assert page.count('type="checkbox"') == 3
    assert " checked>" not in page


def test_programs_that_follow_the_link_confirm_nothing(town, themes, client):
    client.post(f"/{town.slug}/abonnement/", residents.answers(town, themes[0]))
    before = world.snapshot(town)

    for _ in range(3):
        assert (
            client.get(residents.link(residents.mailbox(town)[0], "/confirmation/")).status_code
            == 200
        )

    assert world.snapshot(town) == before


def test_confirming_twice_says_the_same_and_changes_nothing_more(town, themes, client):
    client.post(f"/{town.slug}/abonnement/", residents.answers(town, themes[0]))
    link = residents.link(residents.mailbox(town)[0], "/confirmation/")
    client.post(link)
    before = world.snapshot(town)

    again = client.post(link)

    assert again.status_code == 200
    assert world.snapshot(town) == before


def test_an_old_link_says_what_to_do_and_confirms_nothing(town, themes, client, noon):
    client.post(f"/{town.slug}/abonnement/", residents.answers(town, themes[0]))
    link = residents.link(residents.mailbox(town)[0], "/confirmation/")
    noon.shift(31 * 24 * 3600)

    late = client.post(link)

    assert late.status_code == 410
    assert f'href="/{town.slug}/abonnement/"' in late.content.decode()
    assert Subscriber.objects.of(town).get().status == "pending"


def test_a_link_of_another_town_or_a_forged_one_opens_nothing(town, other_town, themes, client):
    residents.opened(other_town)
    client.post(f"/{town.slug}/abonnement/", residents.answers(town, themes[0]))
    link = residents.link(residents.mailbox(town)[0], "/confirmation/")
    elsewhere = link.replace(f"/{town.slug}/", f"/{other_town.slug}/")
    forged = link[:-4] + ("AAAA" if link[-4:] != "AAAA" else "BBBB")

    for url in (elsewhere, forged):
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404

    assert Subscriber.objects.of(town).get().status == "pending"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"themes": []}, "Cochez au moins un thème."),
        ({"email": ""}, "Écrivez votre adresse"),
        ({"email": "camille"}, "Écrivez une adresse complète"),
        ({"email": "camille@exemple"}, "Écrivez une adresse complète"),
        ({"themes": ["999999"]}, "Un thème vient de se terminer"),
        ({"consent": "7"}, "Le texte que vous acceptez vient d’être mis à jour"),
        ({"consent": ""}, "Le texte que vous acceptez vient d’être mis à jour"),
    ],
)
def test_a_fault_is_told_above_and_beside_and_keeps_what_was_typed(
    town, themes, client, change, sentence
):
    typed = residents.answers(town, themes[1]) | change

    page = client.post(f"/{town.slug}/abonnement/", typed).content.decode()

    assert 'role="alert"' in page
    assert sentence in page
    assert "<title>Erreur" in page
    if typed["email"]:
        assert f'value="{typed["email"]}"' in page
    if typed["themes"] == [themes[1].pk]:
        assert page.count(" checked") == 1
    assert not Message.objects.of(town).exists()


def test_the_wording_that_is_accepted_is_the_one_that_was_shown(town, themes, client):
    typed = residents.answers(town, themes[0])
    words = "J’accepte que la mairie m’écrive, avec de nouveaux mots, et rien d’autre. " * 3
    texts.publish(town, words, by=None, at=NOON)

    refused = client.post(f"/{town.slug}/abonnement/", typed).content.decode()

    assert "avec de nouveaux mots" in refused
    assert 'name="consent" value="2"' in refused


def test_a_mistyped_address_is_questioned_once(town, themes, client):
    typed = residents.answers(town, themes[0], address="camille@gmial.com")

    asked = client.post(f"/{town.slug}/abonnement/", typed).content.decode()

    assert "camille@gmail.com" in asked
    assert not Message.objects.of(town).exists()
    hidden = {"checked": "camille@gmial.com", "suggestion": "camille@gmail.com"}
    client.post(f"/{town.slug}/abonnement/", typed | hidden | {"use": "suggestion"})
    assert len(residents.mailbox(town, "camille@gmail.com")) == 1
    client.post(f"/{town.slug}/abonnement/", typed | hidden | {"use": "typed"})
    assert len(residents.mailbox(town, "camille@gmial.com")) == 1


def test_a_program_that_fills_the_trap_gets_the_same_page_and_nothing_happens(town, themes, client):
    before = world.snapshot(town)

    page = client.post(
        f"/{town.slug}/abonnement/", residents.answers(town, themes[0], website="http://spam")
    )

    assert "messagerie" in page.content.decode()
    assert world.snapshot(town) == before


def test_a_known_address_gets_the_same_page_and_only_its_owner_is_told(town, themes, client):
    residents.subscribed(town, client, themes[0])
    before = list(Subscription.objects.of(town).values())

    known = client.post(f"/{town.slug}/abonnement/", residents.answers(town, themes[1]))
    new = client.post(
        f"/{town.slug}/abonnement/", residents.answers(town, themes[1], address="autre@orange.fr")
    )

    assert (
        known.content.decode().replace(residents.ADDRESS, "autre@orange.fr") == new.content.decode()
    )
    assert list(Subscription.objects.of(town).values()) == before
    assert "déjà abonné" in residents.text(residents.mailbox(town)[-1])


@pytest.mark.parametrize("path", ["/abonnement/", "/mes-abonnements/"])
def test_the_length_of_the_answer_tells_nothing(town, themes, client, as_long_as_ever, path):
    residents.subscribed(town, client, themes[0])

    def seconds(address: str) -> float:
        start = time.perf_counter()
        client.post(f"/{town.slug}{path}", residents.answers(town, themes[1], address=address))
        return time.perf_counter() - start

    known = [seconds(residents.ADDRESS) for _ in range(3)]
    unknown = [seconds(f"inconnue{n}@orange.fr") for n in range(3)]

    assert min(known + unknown) >= doors.EVEN_S
    assert abs(min(known) - min(unknown)) < doors.EVEN_S  # the shortest: a busy machine only adds


@pytest.mark.slow
def test_a_network_that_asks_too_much_is_told_to_wait(town, themes, client):
    for n in range(30):
        client.post(
            f"/{town.slug}/abonnement/",
            residents.answers(town, themes[0], address=f"a{n}@orange.fr"),
        )
    count = Message.objects.of(town).count()

    refused = client.post(
        f"/{town.slug}/abonnement/", residents.answers(town, themes[0], address="b@orange.fr")
    )

    assert refused.status_code == 429
    assert "attendez une heure" in refused.content.decode()
    assert Message.objects.of(town).count() == count


def test_nothing_about_a_resident_is_stored_by_a_cache_or_in_a_cookie(town, themes, client):
    asked = client.post(f"/{town.slug}/abonnement/", residents.answers(town, themes[0]))
    confirm = client.get(residents.link(residents.mailbox(town)[0], "/confirmation/"))

    for response in (asked, confirm):
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["X-Robots-Tag"] == "noindex"
        assert not response.cookies


def test_a_town_that_is_not_open_says_so(town, client):
    assert "pas encore ouvert" in client.get(f"/{town.slug}/abonnement/").content.decode()
