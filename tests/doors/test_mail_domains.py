"""Courrier > Domaines: from a name to its records, as the secretary of a commune walks it."""

import pytest
from aiohttp import web

from beffroi.gateways.dns.places import Places
from beffroi.mailhosting.models import Domain
from beffroi.mailhosting.services import domains
from beffroi.servers.name_server import Zone
from tests.cast import NOON
from tests.gateways import name_servers
from tests.gateways.websites import answering

HERE = "/mairie/arcachon/courrier/domaines/"
NAME = "arcachon.example"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    zone = Zone(name=NAME, records=('_beffroi TXT "arcachon"',))
    copied = Zone(name="copied.example")
    with name_servers.serving(tmp_path_factory.mktemp("knot"), zone, copied) as place:
        yield place


@pytest.fixture
def desk(client, administrator, settings, server):
    settings.DNS_PLACES = Places(resolvers=(server,), authority=(server,), allow_private=True)
    settings.DNS_UPDATE_SERVER, settings.SITE_NAME = None, "beffroi.op.example"
    client.force_login(administrator)
    return client


def words(response):
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")


def choose(desk, name=NAME):
    return desk.post(f"{HERE}choisir/", {"name": name})


def test_names_are_proposed_and_a_registry_says_which_are_free(desk, settings):
    async def registry(request):
        if "mairie" in request.path:
            return web.json_response({"errorCode": 404}, status=404)
        if "ville" in request.path:
            return web.Response(status=500)
        name = request.path.rpartition("/")[2]
        return web.json_response({"objectClassName": "domain", "ldhName": name})

    page = words(desk.get(f"{HERE}choisir/"))
    assert page.index("arcachon.fr") < page.index("mairie-arcachon.fr")
    with answering(registry) as here:
        settings.BEFFROI_RDAP_URL = here
        told = {
            name: words(desk.get(f"{HERE}libre/", {"nom": name}))
            for name in ("arcachon.fr", "mairie-arcachon.fr", "ville-arcachon.fr")
        }
        without_script = words(desk.get(f"{HERE}choisir/", {"nom": "mairie-arcachon.fr"}))

    assert "Déjà pris" in told["arcachon.fr"]
    assert "Libre" in told["mairie-arcachon.fr"]
    assert "nous ne savons pas" in told["ville-arcachon.fr"]
    assert 'class="badge ok">Libre' in without_script


def test_what_cannot_be_a_name_is_said_and_what_was_typed_is_kept(desk):
    page = words(choose(desk, "mairie@orange.fr"))

    assert "C’est une adresse e-mail" in page
    assert 'value="mairie@orange.fr"' in page
    assert not Domain.objects.across_towns(why="a test").exists()


def test_the_page_says_red_then_the_operator_s_server_is_filled_and_it_says_green(
    desk, town, settings, server
):
    chosen = choose(desk)
    here = chosen["Location"]
    assert "Pas encore regardé" in words(desk.get(here))
    desk.post(f"{here}verifier/")
    red = words(desk.get(here))
    assert "Il reste 4 lignes" in red
    assert "Personne ne peut encore écrire à vos adresses" in red
    assert "Nous les écrivons ici" not in red

    settings.DNS_UPDATE_SERVER = name_servers.update_server(server)
    assert "Nous les écrivons ici" in words(desk.get(here))
    preview = words(desk.get(f"{here}ecrire/"))
    assert "13 lignes" in preview
    assert desk.get(f"{here}etat/").status_code == 200
    desk.post(f"{here}ecrire/")

    assert "Le courrier marche." in words(desk.get(here))
    assert "Relié à Beffroi" in words(desk.get(HERE))
    assert "Il n’y a rien à recopier" in words(desk.get(f"{here}copier/"))


def test_lines_are_there_to_be_copied_with_what_each_is_for(desk):
    here = choose(desk, "copied.example")["Location"]

    page = words(desk.get(f"{here}copier/"))

    assert "_dmarc" in page
    assert "Un inconnu peut encore se faire passer pour la mairie" in page
    assert "v=DMARC1; p=quarantine" in page


def test_an_auditor_sees_and_does_not_write(client, town, desk):
    from tests import cast

    here = choose(desk)["Location"]
    client.force_login(cast.an_agent(town, "auditor", cast.Role.AUDITOR))

    assert client.get(here).status_code == 200
    assert client.post(f"{here}ecrire/").status_code == 403
    assert client.post(f"{here}oublier/").status_code == 403


def test_another_town_s_domain_does_not_exist(client, desk, stranger, other_town):
    here = choose(desk)["Location"]
    client.force_login(stranger)

    for page in ("", "copier/", "etat/", "ecrire/"):
        elsewhere = here.replace("arcachon", other_town.slug) + page
        assert client.get(elsewhere).status_code == 404


def test_a_registrar_s_keys_are_asked_for_and_a_failure_says_what_to_do(desk, monkeypatch):
    from lexicon._private.providers import ovh

    monkeypatch.setitem(ovh.ENDPOINTS, "ovh-eu", "http://127.0.0.1:9/1.0")
    here = choose(desk)["Location"]
    page = words(desk.get(f"{here}ecrire/?chez=ovh"))
    assert "Secret d’application" in page
    assert desk.get(f"{here}ecrire/?chez=nobody").status_code == 404

    keys = ("auth_application_key", "auth_application_secret", "auth_consumer_key")
    tried = desk.post(f"{here}ecrire/?chez=ovh", dict.fromkeys(keys, "x"))

    assert "Pas de réponse" in words(tried)


def test_whether_mail_arrives_is_said_in_words(desk, town):
    empty = words(desk.get("/mairie/arcachon/courrier/arrive/"))
    choose(desk)
    page = words(desk.get("/mairie/arcachon/courrier/arrive/"))
    tried = words(
        desk.post(
            f"/mairie/arcachon/courrier/arrive/{Domain.objects.of(town).get().pk}/essayer/",
            follow=True,
        )
    )

    assert "Rien à suivre pour le moment" in empty
    assert "Nous n’avons pas encore regardé ce nom de domaine" in page
    assert "Ce nom ne reçoit pas encore de courrier" in tried


def test_a_box_s_settings_are_there_in_words_and_as_a_code(desk, town):
    from tests.rooms.mailhosting import scene

    box = scene.a_box(town, scene.a_live_domain(town, NAME), "accueil")

    page = words(desk.get(f"/mairie/arcachon/courrier/boites/{box.pk}/appareils/"))

    assert "port 993" in page
    assert "profil.mobileconfig?adresse=accueil%40arcachon.example" in page
    assert 'src="data:image/svg+xml' in page


def test_a_name_that_another_town_has_proved_is_told_in_plain_words(desk, town, other_town):
    choose(desk)
    domain = Domain.objects.of(town).get()
    theirs = domains.choose(other_town, NAME, by=None, at=NOON)
    again = words(choose(desk))
    assert "Ce nom est déjà parmi ceux de la commune." in again
    assert "tenu par une autre commune" not in words(desk.get(f"{HERE}{domain.pk}/"))

    domains.move(other_town, theirs.pk, Domain.State.PUBLISHED, by=None, at=NOON)

    page = words(desk.get(f"{HERE}{domain.pk}/"))
    assert f"Le nom {NAME} est tenu par une autre commune." in page
    assert "dites-le à l’exploitant" in page
    assert "Marseille" not in page
    assert "Tenu par une autre commune" in words(desk.get(HERE))
