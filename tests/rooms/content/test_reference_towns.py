"""manage read_reference: one file of the whole country, and each open town has what concerns it."""

from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from beffroi.content.models import Entry, Run, Source
from beffroi.content.queries import desk, directories
from beffroi.content.services import entries, sources
from beffroi.content.words import DIRECTORIES, Format, Kind, Mode
from tests import cast
from tests.cast import NOON
from tests.rooms.content.readers.shelf import FILES, bytes_of

DILA = "dila-service.json"


@pytest.fixture
def neighbour(db):
    """Served by the town hall of Arcachon, in the file."""
    return cast.a_town("33010", sender_address="mairie@voisine.example")


def read(format_, path, *options):
    call_command("read_reference", format_, str(path), *options)


def newer(folder, **changes):
    """The same file a month later."""
    text = bytes_of(DILA).decode()
    for before, after in changes.values():
        assert before in text
        text = text.replace(before, after)
    path = folder / "annuaire.json"
    path.write_text(text, encoding="utf-8")
    return path


def titles(town):
    at = NOON.replace(year=2100)
    ids = [one.id for shelf in DIRECTORIES for one in directories.lines(town, shelf, at=at)]
    return {card.title for card in directories.listed(town, ids, at=at)}


def only(town, title):
    return desk.opened(town, Entry.objects.of(town).get(title=title).pk)


def test_each_town_gets_what_serves_it_and_what_serves_several_is_in_each(
    town, neighbour, other_town, capsys
):
    read("dila", FILES / DILA)

    assert titles(town) == {"Mairie - Exemple", "Mairie déléguée - Petit-Exemple"}
    assert titles(neighbour) == {"Mairie - Exemple"}
    assert not Source.objects.of(other_town).exists()
    (source,) = Source.objects.of(town)
    assert (source.format, source.address, source.mode) == (Format.DILA, "", Mode.AUTOMATIC)
    assert only(town, "Mairie - Exemple").row.credit == "DILA, Licence Ouverte 2.0, 8 mars 2026"
    said = capsys.readouterr().out.replace("\xa0", " ")
    assert "Arcachon (33009) : nouvelles 2, modifiées 0, inchangées 0." in said
    assert "Marseille (13055) : rien ne la concerne." in said


def test_what_the_town_corrected_outlives_a_newer_file_which_brings_the_rest(town, agent, tmp_path):
    read("dila", FILES / DILA)
    opened = only(town, "Mairie - Exemple")
    better = replace(opened.text, title="Hôtel de ville")
    entries.edit(town, opened.row.pk, better, revision=opened.row.revision, by=agent, at=NOON)

    read("dila", FILES / DILA)
    read(
        "dila",
        newer(
            tmp_path,
            phone=("05 56 22 00 00", "05 56 22 99 99"),
            day=("08/03/2026", "09/04/2026"),
            name=("Mairie - Exemple", "MAIRIE D'EXEMPLE"),
        ),
    )

    kept = only(town, "Hôtel de ville")
    assert kept.text.place.phones[0] == "05 56 22 99 99"
    assert kept.row.credit == "DILA, Licence Ouverte 2.0, 9 avril 2026"
    assert Entry.objects.of(town).filter(kind=Kind.PLACE).count() == 2
    assert Source.objects.of(town).count() == 1
    assert [run.changed for run in Run.objects.of(town).order_by("id")] == [0, 0, 1]


def test_a_town_that_removed_the_source_is_left_alone(town, agent, capsys):
    read("dila", FILES / DILA)
    sources.remove(town, Source.objects.of(town).get().pk, by=agent, at=NOON)

    read("dila", FILES / DILA)

    assert Run.objects.of(town).count() == 1
    assert "retiré ou suspendu" in capsys.readouterr().out


def test_both_registers_of_health_are_read_for_the_towns_that_are_named(db, town):
    viriat = cast.a_town("01451", sender_address="mairie@viriat.example")
    bourg = cast.a_town("01053", sender_address="mairie@bourg.example")

    read("finess", FILES / "finess-ancien.csv", "--insee", "01451")
    read("finess", FILES / "finess-nouveau.json", "--insee", "01451", "01053")

    assert titles(viriat) == {"Centre Hospitalier de Bourg-en-Bresse Fleyriat"}
    assert titles(bourg) == {"Clinique Docteur Convert"}
    assert not Source.objects.of(town).exists()


def test_a_file_that_breaks_off_changes_nothing(town, tmp_path):
    cut = tmp_path / "coupé.json"
    cut.write_bytes(bytes_of(DILA)[:1500])

    with pytest.raises(CommandError, match="Rien n’a été modifié"):
        read("dila", cut)
    with pytest.raises(CommandError, match="75056"):
        read("dila", FILES / DILA, "--insee", "75056")

    assert not Entry.objects.of(town).exists()
