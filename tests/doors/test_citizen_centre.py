"""One's own page: what can be changed, undone, taken away and erased; the way in when the link is lost."""

import json
import re

import pytest
import time_machine

from beffroi.audience import queries as audience
from beffroi.audience.facts import NewTheme
from beffroi.audience.models import ConsentProof, Subscriber, Subscription
from beffroi.audience.services import themes as theme_services
from beffroi.delivery.models import ContactPoint, Message
from beffroi.delivery.queries import links
from beffroi.delivery.services import contact_points
from beffroi.delivery.words import Channel
from tests.cast import NOON
from tests.doors import residents, world


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def themes(town):
    return residents.opened(town)


@pytest.fixture
def person(town, themes, client):
    return residents.subscribed(town, client, themes[0], themes[1])


@pytest.fixture
def centre(town, person):
    """The secret link, as the footer of each message carries it."""
    return f"/{town.slug}/mes-abonnements/{links.preferences_token(town, person.email_point_id)}"


def receives(town, person) -> set[int]:
    rows = Subscription.objects.of(town).filter(subscriber=person, until=None)
    return set(rows.values_list("theme_id", flat=True))


def test_the_page_shows_the_masked_address_and_what_is_chosen(town, centre, client):
    page = client.get(centre).content.decode()

    assert "c••••n@orange.fr" in page
    assert residents.ADDRESS not in page
    assert page.count(" checked") == 2


def test_themes_are_changed_and_the_change_is_undone(town, themes, person, centre, client):
    culture, practical, weather = themes

    done = client.post(f"{centre}/themes", {"themes": [weather.pk]}, follow=True)
    page = done.content.decode()

    assert done.redirect_chain[0][1] == 303
    assert "Vos choix sont enregistrés" in page
    assert receives(town, person) == {weather.pk}
    undo = re.findall(r'type="hidden" name="themes" value="(\d+)"', page)
    client.post(f"{centre}/themes", {"themes": undo})
    assert receives(town, person) == {culture.pk, practical.pk}


def test_no_theme_at_all_is_a_departure_that_can_be_undone(town, themes, person, centre, client):
    page = client.post(f"{centre}/themes", {}, follow=True).content.decode()

    assert "désinscrit de tous les thèmes" in page
    assert receives(town, person) == set()
    assert not audience.recipients(town, [themes[0].pk], at=NOON).exists()
    undo = re.findall(r'type="hidden" name="themes" value="(\d+)"', page)
    client.post(f"{centre}/themes", {"themes": undo})
    assert audience.recipients(town, [themes[0].pk], at=NOON).exists()


def test_leaving_everything_has_its_own_button(town, themes, person, centre, client):
    client.post(f"{centre}/depart")

    assert Subscriber.objects.of(town).get().status == "left"
    assert ConsentProof.objects.of(town).filter(action="withdrawn").exists()


def test_a_theme_of_elsewhere_or_an_ended_one_is_refused(
    town, other_town, themes, person, centre, client
):
    foreign = residents.opened(other_town)[0]
    before = receives(town, person)

    page = client.post(f"{centre}/themes", {"themes": [foreign.pk]}).content.decode()

    assert "Un thème vient de se terminer" in page
    assert receives(town, person) == before


def test_a_hidden_theme_is_shown_to_those_an_agent_gave_it_to(town, themes, person, centre, client):
    hidden = theme_services.create(
        town, NewTheme(name="Conseil de quartier", is_public=False), by=None, at=NOON
    )
    assert "Conseil de quartier" not in client.get(centre).content.decode()

    Subscription.objects.create_in(
        town, subscriber=person, theme_id=hidden, since=NOON, origin="agent"
    )

    assert "Conseil de quartier" in client.get(centre).content.decode()


@pytest.mark.parametrize(
    ("typed", "resumes"),
    [
        ({"days": "7"}, "mardi 1er décembre 2026"),
        ({"until": "2026-12-24"}, "jeudi 24 décembre 2026"),
    ],
)
def test_a_pause_holds_and_is_ended(town, themes, person, centre, client, typed, resumes):
    page = client.post(f"{centre}/pause", typed, follow=True).content.decode()

    assert resumes in page
    assert not audience.recipients(town, [themes[0].pk], at=NOON).exists()
    client.post(f"{centre}/reprise")
    assert audience.recipients(town, [themes[0].pk], at=NOON).exists()


@pytest.mark.parametrize(
    "typed", [{}, {"until": "2026-11-24"}, {"until": "2031-01-01"}, {"days": "0"}]
)
def test_a_pause_in_the_past_or_for_ever_is_refused(town, person, centre, client, typed):
    page = client.post(f"{centre}/pause", typed).content.decode()

    assert 'role="alert"' in page
    assert Subscriber.objects.of(town).get().paused_until is None


def test_the_address_changes_only_when_the_new_one_confirms(town, themes, person, centre, client):
    old = person.email_point_id
    client.post(f"{centre}/adresse", {"email": "nouvelle@orange.fr"})
    assert Subscriber.objects.of(town).get().email_point_id == old
    assert "n••••e@orange.fr" in client.get(centre).content.decode()

    link = residents.link(residents.mailbox(town, "nouvelle@orange.fr")[0], "/confirmation/")
    assert "nouvelle adresse" in client.get(link).content.decode()
    client.post(link)

    person.refresh_from_db()
    assert contact_points.reveal(town, person.email_point_id) == "nouvelle@orange.fr"
    assert client.get(centre).status_code == 404
    assert ContactPoint.objects.of(town).get(pk=old).sealed is None


def test_somebody_else_s_address_is_not_taken_and_not_told(town, themes, person, centre, client):
    residents.subscribed(town, client, themes[0], address="voisin@orange.fr")

    taken = client.post(f"{centre}/adresse", {"email": "voisin@orange.fr"}, follow=True)
    free = client.post(f"{centre}/adresse", {"email": "libre@orange.fr"}, follow=True)

    notice = r'(<div class="notice done".*?</div>)'
    assert residents.found(notice, taken.content.decode()) == residents.found(
        notice, free.content.decode()
    )
    assert "déjà abonné" in residents.text(residents.mailbox(town, "voisin@orange.fr")[-1])


def test_nobody_s_mailbox_can_be_filled_with_requests_to_confirm(town, person, centre, client):
    answers = [
        client.post(f"{centre}/adresse", {"email": "victime@orange.fr"}).status_code
        for _ in range(6)
    ]

    assert answers == [303] * 6
    assert len(residents.mailbox(town, "victime@orange.fr")) == 3


def test_my_data_are_all_in_one_file(town, themes, person, centre, client):
    file = client.get(f"{centre}/mes-donnees.json")
    data = json.loads(file.content)

    assert file["Content-Disposition"].startswith("attachment")
    assert "no-store" in file["Cache-Control"]
    assert data["adresse"] == residents.ADDRESS
    assert {line["thème"] for line in data["abonnements"]} == {themes[0].name, themes[1].name}
    assert data["consentements"][-1]["version du texte"] == 1
    assert data["messages"]


def test_erasure_says_what_it_does_then_leaves_nothing(town, person, centre, client):
    asked = client.get(f"{centre}/effacement").content.decode()
    assert "revenir en arrière" in asked
    assert Subscriber.objects.of(town).get().status == "active"

    client.post(f"{centre}/effacement")

    assert Subscriber.objects.of(town).get().status == "erased"
    assert not ContactPoint.objects.of(town).exclude(sealed=None).exists()
    for url in (centre, f"{centre}/mes-donnees.json", f"{centre}/effacement"):
        assert client.get(url).status_code == 404


def test_following_every_link_changes_nothing(town, person, centre, client):
    before = world.snapshot(town)

    for part in ("", "/effacement", "/mes-donnees.json", "?fait=depart&avant=1-2-x"):
        assert client.get(centre + part).status_code == 200
    for part in ("/themes", "/pause", "/reprise", "/adresse", "/depart"):
        assert client.get(centre + part).status_code == 405

    assert world.snapshot(town) == before


def test_a_notice_says_only_what_the_house_wrote(centre, client):
    page = client.get(f"{centre}?fait=<b>pirate</b>").content.decode()

    assert "pirate" not in page


def test_forged_old_or_another_town_s_links_open_nothing(town, other_town, person, centre, client):
    residents.opened(other_town)
    before = world.snapshot(town)
    elsewhere = centre.replace(f"/{town.slug}/", f"/{other_town.slug}/")
    forged = centre[:-4] + ("AAAA" if centre[-4:] != "AAAA" else "BBBB")

    for url in (elsewhere, forged):
        assert client.get(url).status_code == 404
        assert client.get(f"{url}/mes-donnees.json").status_code == 404
        for part in ("/themes", "/pause", "/reprise", "/adresse", "/depart", "/effacement"):
            assert client.post(url + part, {"days": 7}).status_code == 404

    assert world.snapshot(town) == before
    contact_points.reissue_links(town, person.email_point_id)
    assert client.get(centre).status_code == 404


def test_who_has_not_confirmed_can_read_but_not_choose(town, themes, client):
    client.post(f"/{town.slug}/abonnement/", residents.answers(town, themes[0]))
    pending = Subscriber.objects.of(town).get()
    assert pending.email_point_id is not None
    centre = f"/{town.slug}/mes-abonnements/{links.preferences_token(town, pending.email_point_id)}"

    page = client.post(f"{centre}/themes", {"themes": [themes[1].pk]}).content.decode()

    assert "attend votre confirmation" in page
    assert Subscriber.objects.of(town).get().status == "pending"


def test_a_lost_link_is_found_again_with_a_code(town, person, centre, client):
    asked = client.post(f"/{town.slug}/mes-abonnements/", {"contact": residents.ADDRESS})
    code = residents.code(residents.mailbox(town)[-1])

    done = client.post(asked["Location"], {"code": f"{code[:3]} {code[3:]}"})

    assert (asked.status_code, done.status_code) == (303, 303)
    assert done["Location"] == centre
    again = client.post(asked["Location"], {"code": code})
    assert "Demandez-en un autre" in again.content.decode()


def test_a_wrong_code_opens_nothing_and_five_are_enough(town, person, client):
    asked = client.post(f"/{town.slug}/mes-abonnements/", {"contact": residents.ADDRESS})
    code = residents.code(residents.mailbox(town)[-1])
    wrong = f"{(int(code) + 1) % 10**6:06d}"

    pages = [client.post(asked["Location"], {"code": wrong}).content.decode() for _ in range(5)]

    assert all("Ce n’est pas le code envoyé" in page for page in pages)
    late = client.post(asked["Location"], {"code": code})
    assert "Demandez-en un autre" in late.content.decode()


def test_a_code_is_good_for_a_quarter_of_an_hour(town, person, client, noon):
    asked = client.post(f"/{town.slug}/mes-abonnements/", {"contact": residents.ADDRESS})
    code = residents.code(residents.mailbox(town)[-1])
    noon.shift(16 * 60)

    assert client.post(asked["Location"], {"code": code}).status_code == 200


def test_an_unknown_address_is_answered_like_a_known_one(town, person, client):
    count = Message.objects.of(town).count()
    known = client.post(f"/{town.slug}/mes-abonnements/", {"contact": residents.ADDRESS})
    unknown = client.post(f"/{town.slug}/mes-abonnements/", {"contact": "inconnue@orange.fr"})

    pages = [
        client.post(asked["Location"], {"code": "000000"}).content.decode()
        for asked in (known, unknown)
    ]

    assert pages[0] == pages[1]
    assert Message.objects.of(town).count() == count + 1


def test_a_volunteer_for_exercises_says_so_and_takes_it_back(town, person, centre, client):
    def volunteers():
        return list(audience.drill_recipients(town, channel=Channel.EMAIL, at=NOON))

    before = volunteers()
    client.post(f"{centre}/exercices", {"volontaire": "oui"})
    during = volunteers()
    page = client.post(f"{centre}/exercices", {"volontaire": "non"}, follow=True).content.decode()

    assert (before, during, volunteers()) == ([], [person.email_point_id], [])
    assert "plus les exercices" in page
