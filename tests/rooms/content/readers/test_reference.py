"""Directories of the whole country: DILA’s and FINESS, as files and as streams."""

import bz2
import gzip
import io
import json
import tarfile
import tracemalloc
import zipfile

import pytest

from beffroi.content.facts import Hours
from beffroi.content.readers import dila, finess, reference
from beffroi.content.readers.capitals import lowered
from beffroi.content.words import Category, Flaw
from tests.rooms.content.readers.shelf import FILES, PARIS, bytes_of, flaws


def test_a_town_hall_is_read_with_its_hours_telephones_and_way_in():
    reading = dila.read(bytes_of("dila-service.json"), zone=PARIS, wanted_insee={"33009"})

    hall, delegated = reading.found
    place = hall.place
    assert (hall.title, hall.category, hall.labels) == (
        "Mairie - Exemple",
        Category.PUBLIC,
        ("mairie",),
    )
    assert (place.street, place.postal_code, place.city) == (
        "Hôtel de ville\n1 place Haute",
        "33120",
        "Exemple",
    )
    assert place.insee_code == "33009"
    assert place.phones == ("05 56 22 00 00", "3939")
    assert (place.email, place.website) == ("mairie@exemple.example", "https://www.exemple.example")
    assert place.hours == tuple(
        Hours(weekday=day, opens_min=opens, closes_min=closes, note="sur rendez-vous")
        for day in (0, 1)
        for opens, closes in ((540, 720), (840, 1020))
    )
    assert place.hours_note == "Fermée en août."
    assert place.access == "Accessible aux personnes handicapées\N{NO-BREAK SPACE}: rampe"
    assert hall.credit == "DILA, Licence Ouverte 2.0, 8 mars 2026"
    assert not hall.is_temporary
    assert delegated.labels == ("mairie déléguée",)


@pytest.mark.parametrize(
    ("insee", "count"), [("33010", 1), ("33999", 1), ("75056", 1), ("13001", 0)]
)
def test_a_town_hall_of_several_communes_serves_each_of_them(insee, count):
    found = dila.read(bytes_of("dila-service.json"), zone=PARIS, wanted_insee={insee}).found

    assert len(found) == count


def test_the_api_s_json_inside_json_says_the_same_as_the_file():
    answer = json.loads(bytes_of("dila-api.json"))
    nested = ("plage_ouverture", "site_internet", "pivot", "telephone", "adresse")
    plain = {
        name: json.loads(said) if name in nested else said
        for name, said in answer["results"][0].items()
    }
    as_file = json.dumps({"service": [plain]}).encode()

    assert (
        dila.read(bytes_of("dila-api.json"), zone=PARIS).found
        == dila.read(as_file, zone=PARIS).found
    )
    assert len(dila.read(as_file, zone=PARIS).found[0].place.hours) == 11


@pytest.mark.parametrize(
    ("insee", "title", "city"),
    [
        ("01451", "Centre Hospitalier de Bourg-en-Bresse Fleyriat", "Viriat"),
        ("97123", "PMI Saint Barthelemy", "St Barthelemy"),
        ("98613", "Hopital de Sia", "Uvea"),
    ],
)
def test_the_old_register_of_health_is_read_overseas_too(insee, title, city):
    (found,) = finess.read(bytes_of("finess-ancien.csv"), zone=PARIS, wanted_insee={insee}).found

    assert (found.title, found.place.city, found.place.insee_code) == (title, city, insee)
    assert found.credit == "FINESS, Licence Ouverte 2.0, 12 mai 2026"


def test_what_residents_have_no_use_for_is_left_out_and_letters_of_another_age_are_read():
    document = bytes_of("finess-ancien.csv")
    latin = document.decode().replace("LA REUNION", "LA RÉUNION").encode("latin-1")

    found = finess.read(latin, zone=PARIS).found

    assert len(found) == 5
    assert all("AUTODIALYSE" not in one.title.upper() for one in found)
    assert found == finess.read(document, zone=PARIS).found


def test_the_new_register_gives_what_is_open_and_names_what_closed():
    closed = bytes_of("finess-nouveau.json").replace(b'"321"', b'"355"')

    reading = finess.read(closed, zone=PARIS)

    (clinic,) = reading.found
    assert (clinic.title, clinic.labels) == ("Clinique Docteur Convert", ("Clinique",))
    assert clinic.place.street == "62 avenue de Jasseron\nBP 132"
    assert (clinic.place.insee_code, clinic.place.phones) == ("01053", ("04 28 63 12 34",))
    assert clinic.place.latitude == pytest.approx(46.211257)
    assert [(remark.flaw, remark.where) for remark in reading.remarks] == [
        (Flaw.CLOSED, "SMUR Polyclinique Amberieu en Bugey")
    ]


def test_names_in_capitals_are_lowered_and_others_stay():
    assert lowered("EHPAD LES JARDINS D'ISIS") == "EHPAD les Jardins d’Isis"
    assert lowered("Pharmacie d'Or") == "Pharmacie d'Or"


def _zip(document):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("lisez-moi.txt", "rien")
        archive.writestr("2026/annuaire.json", document)
    return file.getvalue()


def _tar(document, mode):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:
        member = tarfile.TarInfo("annuaire.json")
        member.size = len(document)
        archive.addfile(member, io.BytesIO(document))
    return file.getvalue()


@pytest.mark.parametrize(
    "packed",
    [
        _zip,
        gzip.compress,
        bz2.compress,
        lambda document: _tar(document, "w"),
        lambda document: _tar(document, "w:bz2"),
        lambda document: _tar(document, "w:gz"),
    ],
    ids=["zip", "gz", "bz2", "tar", "tar.bz2", "tar.gz"],
)
def test_the_directory_is_read_packed_as_it_comes(packed, tmp_path):
    path = tmp_path / "annuaire"
    path.write_bytes(packed(bytes_of("dila-service.json")))

    assert (
        dila.read(path, zone=PARIS).found
        == dila.read(FILES / "dila-service.json", zone=PARIS).found
    )


@pytest.mark.slow
def test_a_large_directory_is_read_in_the_memory_of_a_small_machine(tmp_path):
    record = json.dumps(json.loads(bytes_of("dila-service.json"))["service"][3])
    path = tmp_path / "annuaire.json"
    with path.open("w") as file:
        file.write('{"service": [')
        for number in range(20_000):
            file.write(record.replace("000000000004", f"{number:012}") + ",")
        file.write(json.dumps(json.loads(bytes_of("dila-service.json"))["service"][0]) + "]}")
    assert path.stat().st_size > 3_500_000
    tracemalloc.start()

    reading = dila.read(path, zone=PARIS, wanted_insee={"33009"})

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(reading.found) == 1
    assert peak < 1_500_000


def test_a_bomb_is_left_before_it_bursts(monkeypatch):
    endless = b'{"service": [{"nom": "' + b"a" * 30_000_000
    deep = b'{"service": [' + b"[" * 6_000_000
    packed = gzip.compress(endless)
    assert len(packed) < 100_000

    for document in (endless, deep, packed):
        assert flaws(dila.read(document, zone=PARIS)) == [Flaw.TOO_LARGE]
    monkeypatch.setattr(reference, "MAX_BYTES", 1_000)
    assert flaws(finess.read(bytes_of("finess-ancien.csv"), zone=PARIS)) == [Flaw.TOO_LARGE]
    assert flaws(finess.read(b"structureet;" + b"x" * 200_000, zone=PARIS)) == [Flaw.TOO_LARGE]


@pytest.mark.parametrize(
    "document",
    [b"", b"{}", b"\x1f\x8b bad", b"PK\x03\x04 bad", b'{"service": [{"nom": ', b"BZh91AY"],
)
def test_what_is_no_directory_is_said(document):
    for reader in (dila, finess):
        reading = reader.read(document, zone=PARIS)
        assert reading.found == ()
        assert reading.remarks[0].flaw in {Flaw.UNREADABLE, Flaw.NOTHING_INSIDE}


@pytest.mark.parametrize(
    ("here", "there", "city"),
    [("33009", "13208", "13055"), ("33009", "75120", "75056"), ("33009", "69381", "69123")],
)
def test_what_serves_an_arrondissement_is_in_the_directory_of_its_city(here, there, city):
    document = bytes_of("dila-service.json").replace(here.encode(), there.encode())

    country = dila.read_each(document, zone=PARIS, wanted_insee=[city])

    places = [one.place for one in country.by_insee[city].found]
    assert places and {place.insee_code for place in places} == {city}


def test_a_hospital_of_an_arrondissement_is_in_the_directory_of_its_city():
    document = bytes_of("finess-ancien.csv").replace(b";451;01;", b";383;69;")

    found = finess.read(document, zone=PARIS, wanted_insee={"69123"}).found

    assert [one.place.insee_code for one in found] == ["69123"]
