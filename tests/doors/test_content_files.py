"""A file brought to the desk: each step, each correction and each refusal, in French and without JavaScript."""

import html
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from beffroi.audience.queries import themes as theme_queries
from beffroi.audience.services import themes
from beffroi.content.facts import NewSource
from beffroi.content.models import Entry, Source, Upload
from beffroi.content.queries import desk as desk_queries
from beffroi.content.services import sources, uploads, visiting
from beffroi.content.words import Format, Mode
from beffroi.towns.permissions import Role
from tests.cast import NOON, an_agent
from tests.doors.contents import HERE, signed_in, words
from tests.gateways.websites import giving, serving
from tests.rooms.audience.files import bomb

NEW = f"{HERE}sources/fichier/"
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Mairie</title><item><title>Travaux</title>'
    "<guid>1</guid><pubDate>Mon, 23 Nov 2026 10:00:00 +0100</pubDate></item></channel></rss>"
)
WEEK = "Film;Date;Heure;Version\nLe Cercle rouge;25/11/2026;20:30;VF\n"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def desk(agent):
    return signed_in(agent)


def bring(desk, text, *, name="cinema.csv", to=NEW, **said):
    body = text if isinstance(text, bytes) else text.encode()
    return desk.post(to, said | {"file": SimpleUploadedFile(name, body)}, follow=True)


def posted(response):
    """What the page would post if nothing were changed, and where to."""
    page = response.content.decode()
    form = re.search(r'<form method="post" action="([^"]+reprendre/)".*?</form>', page, re.DOTALL)
    assert form, words(response)
    said = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))
    for name, options in re.findall(
        r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form[0], re.S
    ):
        chosen = re.search(r'value="([^"]*)" selected', options)
        said[name] = chosen[1] if chosen else re.findall(r'value="([^"]*)"', options)[0]
    said |= dict(re.findall(r'name="(source|mode)" [^>]*value="([^"]*)" checked', form[0]))
    said["name"] = re.findall(r'id="name"[^>]*value="([^"]*)"', form[0])[0]
    said.pop("csrfmiddlewaretoken", None)
    return form[1], said


def take_in(desk, town, to, said):
    """As the page shows it when the worker has done its part."""
    page = desk.post(to, said | {"go": "1"}, follow=True)
    assert "Reprise en cours" in words(page)
    for row in Upload.objects.of(town).exclude(busy_at=None):
        uploads.carry_out(town, row.pk, clock=lambda: NOON, allow_loopback=True)
    return desk.get(to.removesuffix("reprendre/"), follow=True)


def test_a_file_is_looked_at_taken_and_the_next_one_updates_it(desk, town):
    page = bring(desk, WEEK, name="Programme.csv")
    shown = words(page)
    assert "Le Cercle rouge" in shown and "mercredi 25 novembre, 20 h 30 · VF" in shown
    assert "Reprendre 1 contenu" in shown
    to, said = posted(page)

    done = take_in(desk, town, to, said | {"name": "Cinéma"})

    assert "Le fichier est repris" in words(done)
    source = Source.objects.of(town).get()
    assert (source.name, Entry.objects.of(town).get().stage) == ("Cinéma", "proposed")
    again = desk.get(to.removesuffix("reprendre/"), follow=True)
    assert "Le fichier est repris" in words(again)

    dropped = bring(desk, WEEK.replace("25/11", "02/12"))
    assert "Mettre à jour « Cinéma »" in words(dropped)
    to, said = posted(dropped)
    assert said["source"] == str(source.pk)
    take_in(desk, town, to, said)
    assert (Source.objects.of(town).count(), Entry.objects.of(town).count()) == (1, 1)

    one = f"{HERE}sources/{source.pk}/"
    assert f"{one}fichier/" in desk.get(one).content.decode()
    same = bring(desk, WEEK.replace("25/11", "02/12"), to=f"{one}fichier/")
    assert "Rien à reprendre" in words(same)
    read = desk.post(f"{one}lire/", follow=True)
    assert "Choisissez un fichier plus récent" in words(read)


def test_a_needed_column_is_asked_for_chosen_and_seen_again_before_it_is_taken(desk, town):
    page = bring(desk, "Quoi;Le;Chez\nBal;28/11/2026;Salle A\n", kind="event")
    assert "Dites quelle colonne contient : Titre ou nom, Date" not in words(page)
    assert "Dites quelle colonne contient : Date" in words(page)
    assert "Reprendre" not in re.sub("Ne pas reprendre", "", words(page))
    to, said = posted(page)

    unseen = desk.post(to, said | {"column-1": "date", "go": "1"}, follow=True)
    assert "L’aperçu a changé avec vos choix" in words(unseen)
    assert Entry.objects.of(town).count() == 0
    to, said = posted(unseen)
    again = desk.post(to, said | {"column-2": "title", "again": "1"}, follow=True)
    assert "« Titre ou nom » est choisi pour plusieurs colonnes : Quoi, Chez" in words(again)
    to, said = posted(again)
    right = desk.post(to, said | {"column-2": "venue", "again": "1"}, follow=True)
    to, said = posted(right)
    take_in(desk, town, to, said)

    assert Entry.objects.of(town).get().venue == "Salle A"
    assert Source.objects.of(town).get().columns == {
        "Quoi": "title",
        "Le": "date",
        "Chez": "venue",
    }


def test_what_a_line_is_is_changed_on_the_page_and_its_columns_are_read_anew(desk, town):
    page = bring(desk, "Nom;Date;Horaires\nMarché;28/11/2026;8h-12h\n")
    to, said = posted(page)
    assert (said["kind"], said["column-2"]) == ("event", "time")

    other = desk.post(to, said | {"kind": "place", "again": "1"}, follow=True)

    assert posted(other)[1]["column-2"] == "hours"
    assert "Rubrique de l’annuaire" in words(other)


def test_many_remarks_are_downloaded_with_their_lines(desk):
    lines = "".join(f"Film {n};bientôt\n" for n in range(30))
    page = bring(desk, f"Film;Date\n{lines}Playtime;26/11/2026\n")

    assert "30 remarques" in words(page)
    assert "Ligne 2 : Film 0 : Date illisible" in words(page)
    (where,) = re.findall(r'href="([^"]+remarques.csv)"', page.content.decode())
    told = b"".join(desk.get(where).streaming_content).decode("utf-8-sig").splitlines()
    assert (len(told), told[0]) == (31, "Où;Ce qui n’allait pas")
    assert told[30].startswith("ligne 31 : Film 29;Date illisible")


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b"", "Ce fichier est vide"),
        (b"%PDF-1.7", "ni un tableau ni du texte"),
        (b"PK\x03\x04garbage", "ce classeur est abîmé"),
        (bomb(), "démesuré une fois ouvert"),
        (b"Film;Date\n", "n’a que ses titres de colonnes"),
        (b"x" * (50 * 2**20), "dépasse 25 Mo"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", "se lit, mais il est vide"),
        (
            b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\nEND:VCALENDAR",
            "rien de ce fichier ne peut être repris. sans titre",
        ),
    ],
    ids=["empty", "pdf", "torn", "bomb", "header", "50 MB", "no event", "no title"],
)
def test_a_refused_file_says_why_and_what_to_do(desk, town, document, said):
    assert said.lower() in words(bring(desk, document)).lower()
    assert Upload.objects.of(town).count() == 0


def test_a_file_waits_for_its_own_agent_and_is_given_up(desk, town):
    here = bring(desk, WEEK).redirect_chain[-1][0]
    other = signed_in(an_agent(town, "autre", Role.WRITER))
    assert "cinema.csv » , apporté" in words(desk.get(f"{HERE}sources/")).replace("»,", "» ,")
    assert "cinema.csv" not in words(other.get(f"{HERE}sources/"))
    for path in ("", "remarques.csv"):
        assert other.get(f"{here}{path}").status_code == 404
    for path in ("reprendre/", "abandonner/"):
        assert other.post(f"{here}{path}", {"go": "1"}).status_code == 404

    gone = desk.post(f"{here}abandonner/", follow=True)

    assert "Le fichier est détruit" in words(gone)
    assert desk.get(here).status_code == 404


def test_what_a_site_offers_is_shown_with_its_labels_related_before_anything_is_taken(
    desk, town, settings
):
    themes.make_common(town, at=NOON)
    theme = theme_queries.open_themes(town)[0]
    settings.BEFFROI_OUTSIDE_URL = "http://127.0.0.1:1"
    items = "".join(
        f"<item><title>Nouvelle {n}</title><guid>{n}</guid><category>{label}</category>"
        "<pubDate>Mon, 23 Nov 2026 10:00:00 +0100</pubDate></item>"
        for n, label in ((1, "Voirie"), (2, "Emploi"))
    )
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Mairie</title>{items}</channel></rss>'
    with serving(feed=giving(feed)) as here:
        page = desk.post(f"{HERE}sources/trouver/", {"address": f"{here}/feed"})
        shown = words(page)
        assert "2 contenus s’y trouvent" in shown
        assert "Nouvelle 1 lundi 23 novembre Voirie" in shown
        assert Entry.objects.of(town).count() == 0
        said = {"address": f"{here}/feed", "format": "feed", "name": "Mairie", "mode": "moderated"}
        named = dict(re.findall(r'name="(label-name-\d+)" value="([^"]*)"', page.content.decode()))
        uses = {"Voirie": str(theme.id), "Emploi": "out"}
        said |= named | {name.replace("-name", ""): uses[label] for name, label in named.items()}

        desk.post(f"{HERE}sources/suivre/", said, follow=True)
        source = Source.objects.of(town).get()
        visiting.visit(town, source.pk, by=None, at=NOON, allow_loopback=True)

    (entry,) = Entry.objects.of(town)
    assert entry.title == "Nouvelle 1"
    assert desk_queries.opened(town, entry.pk).text.theme_ids == (theme.id,)


def test_what_happens_to_the_source_between_two_steps_is_said_and_loses_nothing(desk, town, agent):
    to, said = posted(bring(desk, WEEK))
    take_in(desk, town, to, said)
    source = Source.objects.of(town).get()
    to, said = posted(bring(desk, WEEK.replace("25/11", "02/12")))
    sources.remove(town, source.pk, by=agent, at=NOON)

    told = desk.post(to, said | {"go": "1"}, follow=True)

    assert "Cette source n’est plus suivie" in words(told)
    to, said = posted(told)
    seen = desk.post(to, said | {"go": "1"}, follow=True)
    assert "L’aperçu a changé avec vos choix" in words(seen)
    to, said = posted(seen)
    take_in(desk, town, to, said)
    assert Source.objects.of(town).filter(removed_at=None).count() == 1


def test_another_tab_that_reads_the_file_otherwise_takes_nothing_unseen(desk, town):
    to, first_tab = posted(
        bring(desk, "Liste;des;films\nFilm;Date;Heure\nPlaytime;25/11/2026;20h\n")
    )
    desk.post(to, first_tab | {"header": "1", "again": "1"})

    told = desk.post(to, first_tab | {"go": "1"}, follow=True)

    assert "L’aperçu a changé" in words(told)
    assert Entry.objects.of(town).count() == 0


def test_an_agenda_is_looked_at_and_taken_on_the_same_page(desk, town):
    ics = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Salle des fêtes\r\nBEGIN:VEVENT\r\nUID:1@salle\r\n"
        "SUMMARY:Bal\r\nCATEGORIES:Danse\r\nDTSTART;VALUE=DATE:20261205\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    page = bring(desk, ics, name="export.ics")
    assert "samedi 5 décembre" in words(page)
    assert "Ce que contient chaque colonne" not in words(page)
    to, said = posted(page)

    nul = {"label-name-9": "x\x00" * 200, "label-9": "out", "name": "Salle\x00 des fêtes"}
    done = take_in(desk, town, to, said | nul)

    assert "Le fichier est repris" in words(done)
    assert (Source.objects.of(town).get().name, Entry.objects.of(town).get().title) == (
        "Salle des fêtes",
        "Bal",
    )


def test_while_a_file_is_taken_in_its_page_says_how_far_it_is_and_then_shows_what_came_of_it(
    desk, town
):
    to, said = posted(bring(desk, WEEK))
    here = to.removesuffix("reprendre/")
    desk.post(to, said | {"go": "1"})
    asking = {"HTTP_HX_REQUEST": "true"}
    assert "en cours de reprise" in words(desk.get(f"{HERE}sources/"))

    for path in ("reprendre/", "abandonner/"):
        again = desk.post(f"{here}{path}", said | {"go": "1"}, follow=True)
        assert "Reprise en cours" in words(again)
    Upload.objects.of(town).update(photos_done=3, photos_total=12)
    assert "Photographies 3 / 12" in words(desk.get(here, **asking))
    row = Upload.objects.of(town).get()
    uploads.carry_out(town, row.pk, clock=lambda: NOON)

    over = desk.get(here, **asking)
    row.refresh_from_db()
    assert over.headers["HX-Redirect"] == f"{HERE}sources/releves/{row.run_id}/"
    assert "Le fichier est repris" in words(desk.get(over.headers["HX-Redirect"]))


def test_a_file_that_could_not_be_taken_in_says_so_and_waits_for_its_agent(desk, town):
    to, said = posted(bring(desk, WEEK))
    here = to.removesuffix("reprendre/")
    desk.post(to, said | {"go": "1"})
    Upload.objects.of(town).update(tries=uploads.TRIES)
    uploads.carry_out(town, Upload.objects.of(town).get().pk, clock=lambda: NOON)

    asked = desk.get(here, headers={"HX-Request": "true"})
    assert asked.headers["HX-Refresh"] == "true"
    page = desk.get(here)
    assert "s’est arrêtée trois fois" in words(page)
    assert Entry.objects.of(town).count() == 0
    done = take_in(desk, town, *posted(page))
    assert "Le fichier est repris" in words(done)


def test_while_a_source_is_read_its_page_waits_and_then_says_what_came_of_it(desk, town, agent):
    def answer():
        return desk.get(asked, headers={"HX-Request": "true"})

    with serving(feed=giving(FEED, ETag='"1"')) as here:
        new = NewSource(
            name="Site", format=Format.FEED, address=f"{here}/feed", mode=Mode.MODERATED
        )
        source = sources.add(town, new, by=agent, at=NOON)
        one = f"{HERE}sources/{source.pk}/"
        page = desk.post(f"{one}lire/", follow=True).content.decode()
        asked = html.unescape(re.findall(r'hx-get="([^"]+)"', page)[0])
        assert "Lecture en cours" in words(answer())
        run = visiting.visit(town, source.pk, by=None, at=NOON, allow_loopback=True)
        assert run.by == agent
        assert f"{HERE}sources/releves/{run.pk}/" in answer().content.decode()

        page = desk.post(f"{one}lire/", follow=True).content.decode()
        asked = html.unescape(re.findall(r'hx-get="([^"]+)"', page)[0])
        assert visiting.visit(town, source.pk, by=None, at=NOON, allow_loopback=True) is None
        assert "Rien de nouveau" in words(answer())
        assert desk.get(asked).url == one

        later = NOON + timedelta(hours=1)
        with time_machine.travel(later, tick=False):
            sources.ask(town, source.pk, by=agent, at=later)
            asked = f"{one}lecture/?apres={run.pk}&depuis={later.timestamp():.0f}"
            Source.objects.of(town).update(wanted_at=None)  # a visit that a fault ended
            assert "La lecture n’a pas abouti" in words(answer())
            sources.ask(town, source.pk, by=agent, at=later)
            sources.remove(town, source.pk, by=agent, at=later)
            assert answer().headers["HX-Redirect"] == f"{HERE}sources/"
