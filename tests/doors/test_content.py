"""The section « Contenu »: lists, steps, reading over, sources; without JavaScript."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from beffroi.audience.queries import themes as theme_queries
from beffroi.audience.services import themes
from beffroi.campaigns.models import Proposal
from beffroi.content.facts import Found, NewSource, Occurrence, Place, Reading, Remark, Text
from beffroi.content.models import Entry, Source
from beffroi.content.queries import desk as desk_queries, public
from beffroi.content.services import entries, importing, sources, visiting
from beffroi.content.words import Flaw, Format, Kind, Mode, Stage
from beffroi.towns.kinds import TownKind
from beffroi.towns.models import Town
from beffroi.towns.permissions import Role
from tests.cast import NOON, an_agent
from tests.doors.contents import HERE, a_draft, signed_in, words, write


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def desk(agent):
    return signed_in(agent)


@pytest.fixture
def theme(town):
    themes.make_common(town, at=NOON)
    return theme_queries.public_themes(town)[0]


@pytest.fixture
def proposer(town):
    return an_agent(town, "sports", Role.PROPOSER, service="Sports")


def undo_of(response):
    (found,) = re.findall(r'action="([^"]+remettre[^"]+)"', response.content.decode())
    return found.replace("&amp;", "&")


def test_an_empty_desk_says_what_to_do_first(desk, town):
    shown = words(desk.get(HERE))

    assert "Écrivez une première actualité" in shown
    assert "Suivre le site de la commune" in shown


def test_the_list_finds_by_kind_stage_and_words_and_says_what_waits(desk, town, agent):
    a_draft(town, agent, title="Fête de la mer")
    entries.propose(town, a_draft(town, agent, Kind.EVENT, title="Loto").pk, by=agent, at=NOON)

    assert "Un contenu attend d’être relu" in words(desk.get(HERE))
    assert "Fête de la mer" not in words(desk.get(HERE, {"sorte": "event"}))
    assert "Loto" not in words(desk.get(HERE, {"etape": "draft"}))
    assert "Fête de la mer" in words(desk.get(HERE, {"q": "FETE"}))
    assert "Rien ne correspond" in words(desk.get(HERE, {"q": "vélo"}))


def test_a_proposer_writes_proposes_and_changes_only_their_own(town, agent, proposer):
    theirs, client = a_draft(town, agent, title="Du cabinet"), signed_in(proposer)

    response = write(client, Kind.NEWS, do="propose")
    mine = Entry.objects.of(town).exclude(pk=theirs.pk).get()
    assert "La communication le relira" in words(response)
    assert (mine.stage, mine.service.name) == (Stage.PROPOSED, "Sports")

    said = {"title": "Changé", "revision": mine.revision, "when": "now", "do": "publish"}
    client.post(f"{HERE}{mine.pk}/ecrire/", said)
    client.post(f"{HERE}{theirs.pk}/ecrire/", said)
    client.post(f"{HERE}{theirs.pk}/proposer/")
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.title, mine.stage) == ("Changé", Stage.PROPOSED)
    assert (theirs.title, theirs.stage) == ("Du cabinet", Stage.DRAFT)

    entries.publish(town, mine.pk, by=agent, at=NOON)
    client.post(f"{HERE}{mine.pk}/brouillon/")
    client.post(f"{HERE}{mine.pk}/ecrire/", said | {"title": "Trop tard", "revision": 2})
    mine.refresh_from_db()
    assert (mine.title, mine.stage) == ("Changé", Stage.PUBLISHED)
    for verb in ("publier", "retirer"):
        assert client.post(f"{HERE}{mine.pk}/{verb}/").status_code == 403


def test_a_withdrawal_is_undone_with_one_press(desk, town, agent):
    row = entries.publish(town, a_draft(town, agent).pk, by=agent, at=NOON)

    gone = desk.post(f"{HERE}{row.pk}/retirer/", follow=True)
    assert public.news(town, at=NOON) == []
    desk.post(undo_of(gone))

    assert [card.title for card in public.news(town, at=NOON)] == ["Le loto"]


def test_back_to_draft_and_published_again(desk, town, agent):
    row = entries.publish(town, a_draft(town, agent).pk, by=agent, at=NOON)

    desk.post(f"{HERE}{row.pk}/brouillon/")
    assert public.news(town, at=NOON) == []
    desk.post(f"{HERE}{row.pk}/publier/")

    assert len(public.news(town, at=NOON)) == 1


def test_it_is_proposed_to_the_next_telmail(desk, town, agent):
    row = a_draft(town, agent, summary="Dimanche.", html="<p>Quines</p>")

    response = desk.post(f"{HERE}{row.pk}/telmail/", follow=True)

    proposal = Proposal.objects.of(town).get()
    assert proposal.title == "Le loto"
    assert proposal.body.startswith("Dimanche.\n\nQuines")
    assert "Messages, onglet Propositions" in words(response)


def test_an_event_is_proposed_with_its_coming_dates_and_its_place(desk, town, agent):
    days = [NOON - timedelta(days=3), NOON + timedelta(days=4)]
    row = a_draft(
        town,
        agent,
        Kind.EVENT,
        summary="Douze parties.",
        venue="Salle des fêtes",
        place=Place(street="2 rue Pasteur", postal_code="33120", city="Arcachon"),
        occurrences=tuple(Occurrence(begins_at=one) for one in days),
    )

    desk.post(f"{HERE}{row.pk}/telmail/")

    body = Proposal.objects.of(town).get().body
    assert body.startswith("Douze parties.\n\n- ")
    assert body.count("\n- ") == 1
    assert "Salle des fêtes, 2 rue Pasteur, 33120 Arcachon" in body


def test_reading_over_publishes_and_withdraws_several_at_once(desk, town, agent, proposer):
    rows = [a_draft(town, proposer, title=f"Texte {n}") for n in range(3)]
    rows.append(a_draft(town, proposer, Kind.EVENT, title="Sans date"))
    for row in rows:
        entries.propose(town, row.pk, by=proposer, at=NOON)
    here = f"{HERE}a-relire/"
    assert "4 contenus attendent votre accord" in words(desk.get(here))

    told = desk.post(here, {"publish": "", "entry": [rows[0].pk, rows[3].pk]}, follow=True)
    assert "1 contenu publié" in words(told)
    assert "« Sans date » attend encore : Donnez au moins une date." in words(told)
    gone = desk.post(here, {"withdraw": "", "entry": [rows[1].pk, rows[2].pk]}, follow=True)
    assert desk_queries.waiting(town) == 1

    desk.post(undo_of(gone))
    assert desk_queries.waiting(town) == 3
    desk.post(here, {"publish": rows[1].pk})
    assert len(public.news(town, at=NOON)) == 2
    assert "Cochez d’abord" in words(desk.post(here, {"publish": ""}, follow=True))


def test_a_source_is_added_mapped_paused_removed_and_taken_back(desk, town, theme):
    said = {
        "name": "Site",
        "address": "www.mairie.example/feed",
        "format": "feed",
        "mode": "moderated",
    }
    desk.post(f"{HERE}sources/nouvelle/", said)
    twice = desk.post(
        f"{HERE}sources/nouvelle/", said | {"address": "https://www.mairie.example/feed"}
    )
    assert "suit déjà cette adresse" in words(twice)
    source = Source.objects.of(town).get()
    one = f"{HERE}sources/{source.pk}/"
    news = [
        Found(key=str(n), kind=Kind.NEWS, title=f"T{n}", labels=(label,))
        for n, label in enumerate(("Travaux", "Interne"))
    ]
    importing.take(town, source, Reading(format=Format.FEED, found=tuple(news)), by=None, at=NOON)

    first, second = desk_queries.labels(town, source.pk)
    mapping = {f"label-{first.pk}": "out", f"label-{second.pk}": theme.id}
    desk.post(f"{one}etiquettes/", mapping)
    desk.post(one, {"name": "Site", "mode": "automatic", "is_paused": "on"})

    labels = {
        row.name: (row.theme_id, row.is_left_out) for row in desk_queries.labels(town, source.pk)
    }
    assert labels == {"Interne": (None, True), "Travaux": (theme.id, False)}
    source.refresh_from_db()
    assert (source.mode, source.is_paused) == (Mode.AUTOMATIC, True)
    desk.post(f"{one}retirer/")
    assert desk.get(one).status_code == 404
    desk.post(f"{one}reprendre/")
    assert desk.get(one).status_code == 200


def test_a_run_tells_its_remarks_in_french_and_is_undone(desk, town, agent):
    source = sources.add(
        town,
        NewSource(name="Site", format=Format.FEED, mode=Mode.AUTOMATIC, address="https://a.example/"),
        by=agent,
        at=NOON,
    )  # fmt: skip
    reading = Reading(
        format=Format.FEED,
        found=(Found(key="1", kind=Kind.NEWS, title="Travaux"),),
        remarks=tuple(Remark(flaw=flaw, where="ligne 3") for flaw in Flaw),
    )
    run = importing.take(town, source, reading, by=None, at=NOON)
    here = f"{HERE}sources/releves/{run.pk}/"

    shown = words(desk.get(here))
    assert "Événement sans date : laissé de côté. (ligne 3)" in shown
    assert all(flaw.value not in shown for flaw in Flaw)
    desk.post(f"{here}annuler/")

    assert public.news(town, at=NOON) == []
    assert "déjà été annulé" in words(desk.post(f"{here}annuler/", follow=True))


def test_an_intercommunality_of_the_house_is_followed_and_told(desk, town, other_town):
    Town.objects.filter(pk=other_town.pk).update(
        kind=TownKind.INTERCOMMUNALITY, department_code=town.department_code
    )
    assert other_town.name in words(desk.get(f"{HERE}sources/"))

    done = desk.post(f"{HERE}sources/heriter/", {"body": other_town.slug}, follow=True)

    assert "arrive dans quelques secondes" in words(done)
    assert other_town.name in words(desk.get(f"{HERE}sources/"))
    again = desk.post(f"{HERE}sources/heriter/", {"body": other_town.slug}, follow=True)
    assert "suit déjà" in words(again)
    none = desk.post(f"{HERE}sources/heriter/", {"body": town.slug}, follow=True)
    assert "n’est plus ouverte" in words(none)


def test_a_site_without_an_answer_is_told_in_french(desk):
    nobody = desk.post(f"{HERE}sources/trouver/", {"address": "https://127.0.0.1:9/"})

    assert "réseau privé" in words(nobody)


def test_a_draft_is_read_as_residents_will_read_it_by_its_link_alone(desk, town, other_town, agent):
    when = Occurrence(begins_at=NOON + timedelta(days=2))
    kinds: dict[Kind, dict[str, Any]] = {
        Kind.NEWS: {},
        Kind.EVENT: {"occurrences": (when,)},
        Kind.FILM: {"occurrences": (when,)},
        Kind.PLACE: {"place": Place(phones=("3237",))},
        Kind.PAGE: {},
    }
    link = ""
    for kind, text in kinds.items():
        row = a_draft(town, agent, kind, title=f"Essai {kind}", **text)
        link = desk.get(f"{HERE}{row.pk}/apercu/")["Location"]

        shown = Client().get(link)
        assert f"Essai {kind}" in words(shown)
        assert "cette page n’est pas en ligne" in words(shown)
        assert f'href="{HERE}{row.pk}/"' in shown.content.decode()
        assert (shown["X-Robots-Tag"], shown["Referrer-Policy"]) == ("noindex", "no-referrer")
        assert "no-store" in shown["Cache-Control"]
        assert Client().get(link.replace("arcachon", other_town.slug)).status_code == 404
        assert Client().get(f"{link[:-2]}x/").status_code == 404
    with time_machine.travel(NOON + timedelta(days=2), tick=False):
        assert Client().get(link).status_code == 404


def test_the_list_begins_with_what_waits_for_a_decision_and_waits_longest(desk, town, agent):
    for hours, title in enumerate(("La rue", "Le port", "Le marché", "La plage")):
        at = NOON + timedelta(hours=hours)
        row = entries.create(town, Kind.NEWS, Text(title=title), by=agent, at=at)
        if title in ("La rue", "Le port"):
            entries.propose(town, row.pk, by=agent, at=at)

    titles = re.findall(r'<a class="open"[^>]*>([^<]+)', desk.get(HERE).content.decode())

    assert titles == ["La rue", "Le port", "La plage", "Le marché"]


def test_a_preview_tells_when_residents_will_read_the_page_and_then_leads_there(desk, town, agent):
    row = a_draft(town, agent)
    tomorrow = NOON + timedelta(hours=20)
    entries.publish(town, row.pk, by=agent, at=NOON, since=tomorrow)
    link = desk.get(f"{HERE}{row.pk}/apercu/")["Location"]

    assert "les habitants liront cette page mercredi 25 novembre 2026 à 8 h" in words(
        Client().get(link)
    )
    with time_machine.travel(tomorrow, tick=False):
        assert Client().get(link)["Location"] == "/arcachon/actualites/le-loto/"


def test_a_published_entry_leads_to_its_page_and_a_draft_does_not(desk, town, agent):
    row = a_draft(town, agent)
    here = f"{HERE}{row.pk}/"
    assert "Voir la page" not in words(desk.get(here))

    entries.publish(town, row.pk, by=agent, at=NOON)

    assert 'href="/arcachon/actualites/le-loto/"' in desk.get(here).content.decode()
    assert "Le loto" in words(Client().get("/arcachon/actualites/le-loto/"))


def test_an_association_gets_its_link_once_another_one_and_none(desk, town):
    def link_in(response):
        (found,) = set(re.findall(r"/arcachon/proposer/[\w-]{32}/", response.content.decode()))
        return found

    first = link_in(desk.post(f"{HERE}associations/", {"name": "Les Amis du lac"}))
    assert "proposer/" not in desk.get(f"{HERE}associations/").content.decode()
    Client().post(first, {"title": "Vide-grenier", "text": "Dimanche, au lac."})
    assert "Les Amis du lac" in words(desk.get(f"{HERE}a-relire/"))

    one = f"{HERE}associations/{desk_queries.contributors(town)[0].pk}/"
    second = link_in(desk.post(f"{one}lien/"))
    assert (Client().get(first).status_code, Client().get(second).status_code) == (404, 200)
    assert "Le lien est fermé" in words(desk.post(f"{one}fermer/", follow=True))
    assert Client().get(second).status_code == 404


def test_a_source_that_fails_says_how_when_it_is_read_and_stays_to_be_mended(desk, town):
    where = {"address": "https://127.0.0.1:9/flux", "format": "feed", "name": "Site"}

    waiting = desk.post(f"{HERE}sources/suivre/", where, follow=True)

    assert "Lecture en cours" in words(waiting)
    source = Source.objects.of(town).get()
    visiting.visit(town, source.pk, by=None, at=NOON)
    one = f"{HERE}sources/{source.pk}/"
    over = desk.get(f"{one}lecture/?apres=0&depuis=0", headers={"HX-Request": "true"})
    assert "mène dans un réseau privé" in words(over)
    told = desk.get(one)
    assert "mène dans un réseau privé" in words(told)
    assert "Lire maintenant" in words(told)
    assert "Site" in words(desk.get(f"{HERE}sources/"))
    gone = desk.post(f"{HERE}sources/999999/lire/")
    assert gone.status_code == 404
