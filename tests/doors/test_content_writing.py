"""Writing an entry, page by page, without JavaScript."""

import io
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from beffroi.audience.queries import themes as theme_queries
from beffroi.audience.services import themes
from beffroi.content.facts import Found, Hours, NewSource, Occurrence, Place, Reading, Text
from beffroi.content.models import Entry, Picture
from beffroi.content.queries import desk as desk_queries, public
from beffroi.content.services import entries, importing, pictures, sources
from beffroi.content.words import Category, Format, Kind, Stage
from tests.cast import NOON
from tests.doors.contents import HERE, a_draft, only, signed_in, words, write
from tests.kit.test_images import a_picture

HOUR = timedelta(hours=1)


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


def test_a_news_item_is_written_and_published_at_once(desk, town, theme):
    response = write(desk, Kind.NEWS, summary="Lundi.", html="À 9 h\n\n- bassin", themes=theme.id)

    (card,) = public.news(town, at=NOON)
    assert (card.title, card.summary) == ("La piscine rouvre", "Lundi.")
    assert card.themes[0].slug == theme.slug
    assert only(town).text.html == "<p>À 9 h</p><ul><li>bassin</li></ul>"
    assert "Publié. Les habitants peuvent le lire." in words(response)


def test_a_publication_may_wait_for_its_day_and_end_on_another(desk, town):
    when = {"when": "at", "day": "2026-12-01", "hour": "18:00", "until": "2026-12-03"}

    response = write(desk, Kind.NEWS, **when)

    row = only(town).row
    assert "Programmé : il paraîtra mardi 1ᵉʳ décembre à 18 h" in words(response)
    assert (row.publish_at.isoformat(), row.expires_at.isoformat()) == (
        "2026-12-01T17:00:00+00:00",
        "2026-12-03T23:00:00+00:00",
    )
    assert public.news(town, at=NOON) == []


def test_an_event_has_its_dates_and_lines_come_and_go_without_javascript(desk, town):
    lines = {
        "date-0-day": "2026-12-05", "date-0-hour": "21:00", "date-0-end": "01:00", "date-0-price": "6 €",
        "date-1-day": "2026-12-24", "date-1-last": "2026-12-26",
    }  # fmt: skip
    more = write(desk, Kind.EVENT, do="add-date", **lines)
    fewer = write(desk, Kind.EVENT, do="remove-date-0", **lines)
    assert Entry.objects.of(town).count() == 0
    assert b'name="date-2-day"' in more.content
    assert b'value="2026-12-05"' not in fewer.content
    assert b'value="2026-12-24"' in fewer.content

    write(
        desk,
        Kind.EVENT,
        **lines,
        venue="Salle Pléiade",
        street="1 rue A\r\nBât. B",
        city="Arcachon",
    )

    text = only(town).text
    dance, fair = text.occurrences
    assert (dance.ends_at - dance.begins_at, dance.price) == (4 * HOUR, "6 €")
    assert (fair.is_all_day, fair.ends_at - fair.begins_at) == (True, timedelta(days=3))
    assert (text.venue, text.place.street) == ("Salle Pléiade", "1 rue A\nBât. B")


def test_a_weekly_event_is_typed_once_and_repeated(desk):
    def days(**said):
        market = {"date-0-day": "2026-12-05", "date-0-hour": "09:00", "date-0-price": "2 €"}
        page = write(desk, Kind.EVENT, do="repeat-date", **market, **said)
        found = re.findall(r'name="date-\d+-day" value="([^"]*)"', page.content.decode())
        return found, words(page)

    weekly, _ = days(**{"repeat-until": "2026-12-27"})
    second, _ = days(**{"repeat-until": "2027-01-02", "repeat-days": "14"})
    endless, told = days(**{"repeat-until": "2030-01-01"})
    nothing, asked = days()

    assert weekly == ["2026-12-05", "2026-12-12", "2026-12-19", "2026-12-26"]
    assert second == ["2026-12-05", "2026-12-19", "2027-01-02"]
    assert (len(endless), "60 dates au plus" in told) == (60, True)
    assert (nothing, "un jour qui vient après" in asked) == (["2026-12-05"], True)


def test_a_place_has_its_numbers_and_its_week(desk, town):
    week = {"h-0-0-from": "09:00", "h-0-0-to": "12:30", "h-5-0-from": "18:00", "h-5-0-to": "02:00"}

    write(
        desk,
        Kind.PLACE,
        category="sante",
        phones="05 56 22 00 00\r\n3237",
        website="www.dr.fr",
        **week,
    )

    place = only(town).text.place
    assert place.phones == ("05 56 22 00 00", "3237")
    assert place.website == "https://www.dr.fr"
    assert place.hours == (
        Hours(weekday=0, opens_min=540, closes_min=750),
        Hours(weekday=5, opens_min=1080, closes_min=1560),
    )
    assert "Lundi 09:00 – 12:30" in words(desk.get(f"{HERE}{only(town).row.pk}/"))


def test_screenings_have_a_version_a_price_and_a_link(desk, town):
    screening = {"date-0-day": "2026-11-25", "date-0-hour": "20:30", "date-0-version": "VOSTFR"}

    write(desk, Kind.FILM, **screening, **{"date-0-price": "5 €", "date-0-link": "cinema.fr/1"})

    (one,) = only(town).text.occurrences
    assert (one.version, one.price, one.link) == ("VOSTFR", "5 €", "https://cinema.fr/1")


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        (Kind.NEWS, {"title": " "}, "Titre"),
        (Kind.PLACE, {}, "Annuaire"),
        (Kind.PLACE, {"category": "sante", "phones": "demain"}, "n’est pas un numéro"),
        (Kind.PLACE, {"category": "sante", "h-0-0-from": "09:00"}, "Un horaire est à corriger"),
        (Kind.EVENT, {"date-0-day": "2026-13-01"}, "Ce jour n’existe pas"),
        (Kind.EVENT, {"date-0-day": "2026-12-02", "date-0-last": "2026-12-01"}, "avant le premier"),
        (Kind.FILM, {"date-0-day": "2026-12-02"}, "Donnez l’heure de début"),
        (Kind.NEWS, {"when": "at"}, "Choisissez le jour"),
        (Kind.NEWS, {"link": "javascript:alert(1)"}, "Lien"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(desk, town, kind, fields, said):
    response = write(desk, kind, **{"summary": "Un résumé tapé"} | fields)

    shown = words(response)
    assert "À corriger" in shown
    assert said in shown
    assert "Un résumé tapé" in shown
    assert Entry.objects.of(town).count() == 0


def test_an_event_without_a_date_is_kept_as_a_draft_and_says_what_is_missing(desk, town):
    response = write(desk, Kind.EVENT)

    assert (
        "Votre texte est enregistré, mais il n’est pas publié. Donnez au moins une date."
        in words(response)
    )
    assert only(town).row.stage == Stage.DRAFT


def test_a_photo_needs_its_description_and_survives_the_correction(desk, town):
    exif = Image.Exif()
    exif[0x010E] = "rue Pasteur"
    file = SimpleUploadedFile("p.jpg", a_picture("JPEG", size=(1600, 900), exif=exif))

    first = write(desk, Kind.NEWS, picture=file)
    picture = Picture.objects.of(town).get()
    assert "Dites ce que montre la photo" in words(first)
    assert f'name="picture_id" value="{picture.pk}"' in first.content.decode()
    write(desk, Kind.NEWS, picture_id=picture.pk, picture_alt="Le bassin vide")

    (card,) = public.news(town, at=NOON)
    assert (card.photo.alt, card.photo.width) == ("Le bassin vide", 1200)
    assert not Image.open(
        io.BytesIO(public.picture(town, card.photo.sha, is_small=False, at=NOON) or b"")
    ).getexif()
    assert desk.get(f"{HERE}photos/{picture.pk}/")["Content-Type"] == "image/webp"


@pytest.mark.parametrize("is_withdrawn", [True, False], ids=["withdrawn", "expired"])
def test_a_photo_is_gone_with_the_last_page_that_shows_it(desk, town, agent, is_withdrawn):
    file = SimpleUploadedFile("p.jpg", a_picture("JPEG", size=(1600, 900)))
    write(desk, Kind.NEWS, picture=file, picture_alt="Le bassin vide")
    (row,) = Entry.objects.of(town)
    addresses = [f"/arcachon/photos/{row.picture.sha}{size}.webp" for size in ("", "-s")]
    assert {Client().get(one).status_code for one in addresses} == {200}

    if is_withdrawn:
        entries.withdraw(town, row.pk, by=agent, at=NOON)
    else:
        Entry.objects.of(town).update(expires_at=NOON)

    assert {Client().get(one).status_code for one in addresses} == {404}
    assert desk.get(f"{HERE}photos/{row.picture_id}/").status_code == 200


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "HEIC des iPhone"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "dessin SVG"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"MZ\x90 a program", "n’est pas une photo"),
        (b"\xff\xd8\xff" + b"0" * (50 * 1024 * 1024), "trop lourde"),
    ],
)
def test_a_refused_file_says_why_and_loses_no_word(desk, town, raw, said):
    dropped = desk.post(f"{HERE}photos/", {"file": SimpleUploadedFile("p.jpg", raw)})
    sent = write(desk, Kind.NEWS, picture=SimpleUploadedFile("p.jpg", raw), summary="Tapé")

    assert dropped.status_code == 422
    assert said in dropped.json()["words"]
    assert said in words(sent)
    assert "Tapé" in words(sent)
    assert Picture.objects.of(town).count() == 0


def test_a_picture_of_another_town_is_not_taken(desk, town, other_town):
    foreign = pictures.add(other_town, a_picture("PNG"), at=NOON)

    write(desk, Kind.NEWS, picture_id=foreign.pk, picture_alt="Volée")

    assert only(town).text.picture_id is None
    assert desk.get(f"{HERE}photos/{foreign.pk}/").status_code == 404


def test_two_who_write_at_once_lose_nothing(desk, town, agent, colleague):
    row = a_draft(town, agent)
    entries.edit(town, row.pk, Text(title="Le sien"), revision=1, by=colleague, at=NOON)

    said = {"title": "Le mien", "revision": 1, "when": "now", "do": "save"}
    response = desk.post(f"{HERE}{row.pk}/ecrire/", said, follow=True)

    assert "Colleague a enregistré ce contenu pendant que vous écriviez" in words(response)
    version, text = desk_queries.versions(town, row.pk)[0]
    assert (text.title, only(town).text.title) == ("Le mien", "Le sien")
    kept = f"{HERE}{row.pk}/versions/{version.pk}/"
    assert "Le mien" in words(desk.get(kept))
    assert "Cette version est en place" in words(desk.post(f"{kept}reprendre/", follow=True))
    assert only(town).text.title == "Le mien"


def test_what_residents_read_cannot_lose_what_it_needs(desk, town, agent):
    when = Occurrence(begins_at=NOON + HOUR)
    row = a_draft(town, agent, Kind.EVENT, occurrences=(when,))
    entries.publish(town, row.pk, by=agent, at=NOON)

    said = {"title": "Sans date", "revision": 1, "when": "now", "date-0-day": "", "do": "save"}
    response = desk.post(f"{HERE}{row.pk}/ecrire/", said)

    assert "Donnez au moins une date" in words(response)
    assert only(town).text.title == "Le loto"


def test_opening_and_saving_changes_nothing(desk, town, agent):
    place = Place(street="1 rue A\n2e étage", phones=("3237",), latitude=44.6, longitude=-1.1)
    days = tuple(
        Hours(weekday=0, opens_min=h * 60, closes_min=h * 60 + 30, note="n") for h in (8, 10, 14)
    )
    when = Occurrence(begins_at=NOON, ends_at=NOON + 30 * HOUR, price="5 €", is_cancelled=True)
    source = sources.add(
        town,
        NewSource(name="Agenda", format=Format.ICAL, address="https://a.example/"),
        by=agent,
        at=NOON,
    )
    found = Found(
        key="1", kind=Kind.EVENT, title="Foire", html="<p>a</p>", occurrences=(when,), place=place, venue="Salle"
    )  # fmt: skip
    importing.take(town, source, Reading(format=Format.ICAL, found=(found,)), by=None, at=NOON)
    a_draft(town, agent, Kind.PLACE, category=Category.HEALTH, place=Place(hours=days))

    for row in Entry.objects.of(town):
        before = desk_queries.opened(town, row.pk).text
        page = desk.get(f"{HERE}{row.pk}/ecrire/")
        answer = desk.post(f"{HERE}{row.pk}/ecrire/", fields_of(page) | {"do": "save"})
        assert answer.status_code == 302
        assert desk_queries.opened(town, row.pk).text == before
        row.refresh_from_db()
        assert (row.corrected, row.revision) == ([], 1)


def fields_of(response):
    """What a browser would send of the form as it stands."""
    sheet = response.context["sheet"]
    said = {name: sheet.form[name].value() for name in sheet.form.fields}
    said = {name: value for name, value in said.items() if value not in (None, False, "")}
    typed = re.findall(
        r'name="((?:date|h)-[^"]+|revision)" value="([^"]*)"', response.content.decode()
    )
    said |= dict(typed)
    said |= {f"date-{n}-off": "on" for n, line in enumerate(sheet.lines) if line.is_cancelled}
    return said
