"""A file that an agent brings: kept sealed, looked at, put right, taken in once; the next one changes in place what it names."""

import io
from datetime import timedelta

import pytest
from openpyxl import Workbook

from beffroi.audience.importer import faults
from beffroi.content.facts import (
    LabelUse,
    Layout,
    NoSuchUpload,
    NothingFound,
    NotSettled,
    OtherFormat,
    TakenAlready,
)
from beffroi.content.models import Entry, Source, Upload, UploadPart
from beffroi.content.queries import desk, uploads as queries
from beffroi.content.readers.columns import Field
from beffroi.content.services import importing, uploads
from beffroi.content.words import Category, Flaw, Kind, Mode, Verdict
from beffroi.delivery import keys
from beffroi.delivery.services import rotation
from tests.cast import NOON
from tests.rooms.audience.files import bomb, protected
from tests.rooms.content.bringing import (
    CLUBS,
    NEXT_WEEK,
    WEEK,
    brought,
    counts,
    seen,
    settled,
    taken,
)
from tests.rooms.content.readers.shelf import bytes_of


def test_the_second_file_of_the_cinema_updates_in_place(town, agent):
    first = brought(town, agent, WEEK)
    assert (Kind(first.kind), seen(town, agent, first).header_line) == (Kind.FILM, 2)
    taken(town, agent, first)
    kept = Entry.objects.of(town).get()

    second = brought(town, agent, NEXT_WEEK, at=NOON + timedelta(days=7))
    shown = seen(town, agent, second)
    run = taken(town, agent, second, at=NOON + timedelta(days=7))

    assert counts(shown) == {"new": 1, "changed": 1}
    assert (run.made, run.changed, Source.objects.of(town).count()) == (1, 1, 1)
    rouge = desk.opened(town, kept.pk).text
    assert [f"{one.begins_at:%d/%m}" for one in rouge.occurrences] == ["02/12"]
    importing.undo(town, run.pk, by=agent, at=NOON)
    assert [f"{o.begins_at:%d/%m}" for o in desk.opened(town, kept.pk).text.occurrences] == [
        "25/11"
    ]


def test_another_cinema_with_other_columns_is_another_source(town, agent):
    taken(town, agent, brought(town, agent, WEEK))

    other = brought(town, agent, WEEK.replace("Version", "Langue"), name="eden.csv")

    assert other.source is None
    assert counts(seen(town, agent, other)) == {"new": 1}


def test_a_newer_file_of_one_source_is_read_as_the_one_before(town, agent):
    first = brought(town, agent, "Quoi;Le;Chez\nBal;28/11/2026;Salle A\n", kind=Kind.EVENT)
    assert seen(town, agent, first).missing == (Field.DATE,)
    with pytest.raises(NotSettled):
        taken(town, agent, first)
    columns = {"Quoi": Field.TITLE, "Le": Field.DATE, "Chez": Field.VENUE}
    assert settled(town, agent, first, kind=Kind.EVENT, columns=columns) is False
    source = taken(town, agent, first).source

    second = brought(
        town, agent, "Chez;Quoi;Le;Prix\nSalle A;Bal;28/11/2026;5 €\n", source_id=source.pk
    )

    assert brought(town, agent, "Quoi;Le;Chez\nBal;28/11/2026;Salle A\n").source == source
    with pytest.raises(NothingFound):
        brought(town, agent, "Quoi;Le;Chez\n", source_id=source.pk)
    shown = seen(town, agent, second)
    assert (shown.missing, counts(shown)) == ((), {"changed": 1})
    assert {one.header: one.field for one in shown.columns}["Prix"] == Field.PRICE
    assert second.mode == source.mode
    with pytest.raises(OtherFormat):
        brought(town, agent, bytes_of("agenda.ics"), source_id=source.pk)


def test_what_is_seen_again_is_told_from_what_was_seen(town, agent):
    row = brought(town, agent, CLUBS, name="associations.csv")

    assert settled(town, agent, row) is True
    assert settled(town, agent, row, category=Category.ASSOCIATION) is False
    assert {one.found.category for one in seen(town, agent, row).things} == {Category.ASSOCIATION}


def test_labels_are_mapped_before_anything_is_taken(town, agent, theme):
    row = brought(town, agent, CLUBS, name="associations.csv", category=Category.ASSOCIATION)
    labels = {"Sport": LabelUse(theme_id=theme.id), "Musique": LabelUse(is_left_out=True)}

    settled(town, agent, row, mode=Mode.AUTOMATIC, category=Category.ASSOCIATION, labels=labels)

    assert counts(seen(town, agent, row)) == {"new": 1, "left_out": 1}
    run = taken(town, agent, row)
    assert (run.made, run.left_out) == (1, 1)
    entry = Entry.objects.of(town).get()
    assert desk.opened(town, entry.pk).text.theme_ids == (theme.id,)
    assert (entry.stage, run.source.name) == ("published", "associations")


def test_each_thing_is_shown_as_it_will_be_understood_with_every_flaw(town, agent):
    preview = seen(town, agent, brought(town, agent, bytes_of("cinema.csv")), at=NOON)

    assert [column.header for column in preview.columns][:3] == ["Film", "Date", "Heures"]
    assert preview.columns[0].samples == ("L’Été des mouettes", "L'ETE DES MOUETTES", "Autre film")
    (thing,) = preview.things
    assert (thing.found.title, thing.verdict) == ("L’Été des mouettes", Verdict.LEFT_OUT)
    assert [(one.flaw, one.where) for one in preview.remarks] == [
        (Flaw.BAD_DATE, "ligne 6 : Autre film"),
        (Flaw.NO_TITLE, "ligne 7"),
    ]


def test_a_list_of_associations_finds_its_directory_and_says_what_finds_none(town, agent):
    clubs = brought(town, agent, "Association;Tél\nClub;05 56 22 00 00\n", name="a.csv")
    others = brought(town, agent, "Nom;Tél\nClub;05 56 22 00 00\n", name="b.csv")

    assert (clubs.category, seen(town, agent, clubs).homeless) == ("associations", 0)
    assert (others.category, seen(town, agent, others).homeless) == ("", 1)


def test_a_column_chosen_twice_stops_it_and_is_named(town, agent):
    row = brought(town, agent, "Nom;Autre;Tél\nClub;Le club;05 56 22 00 00\n", name="a.csv")
    settled(town, agent, row, columns={"Nom": Field.TITLE, "Autre": Field.TITLE})

    assert seen(town, agent, row).twice == {Field.TITLE: ["Nom", "Autre"]}
    with pytest.raises(NotSettled):
        taken(town, agent, row)


def test_a_table_without_a_header_and_one_whose_header_is_not_the_guess(town, agent):
    bare = brought(town, agent, "Club;05 56 22 00 00\nChorale;05 56 22 00 01\n", name="a.csv")
    assert (seen(town, agent, bare).header_line, bare.columns) == (
        0,
        {"#1": "ignored", "#2": "ignored"},
    )
    settled(town, agent, bare, columns={"#1": Field.TITLE, "#2": Field.PHONE})
    assert counts(seen(town, agent, bare)) == {"new": 2}
    taken(town, agent, bare)
    later = brought(
        town, agent, "Club;05 56 22 00 09\n", source_id=Source.objects.of(town).get().pk
    )
    assert counts(seen(town, agent, later)) == {"changed": 1}

    odd = brought(town, agent, "Nom;Date\nListe;des bals\nQuoi;Le\nBal;28/11/2026\n", name="b.csv")
    settled(town, agent, odd, layout=Layout(header_line=3))
    assert set(seen(town, agent, odd).row.columns) == {"Quoi", "Le"}


def a_workbook(*sheets):
    book, out = Workbook(), io.BytesIO()
    del book["Sheet"]
    for name, lines in sheets:
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    book.save(out)
    return out.getvalue()


def test_the_worksheet_that_was_chosen_is_read_of_the_next_file_too(town, agent):
    notes, clubs = ("Notes", [["Nom", "Reste"], ["Papier", 3]]), ["Nom", "Tél"]
    first = brought(
        town,
        agent,
        a_workbook(notes, ("Clubs", [clubs, ["Voile", "05 56 22 00 00"]])),
        name="a.xlsx",
    )
    settled(town, agent, first, layout=Layout(sheet="Clubs"))
    source = taken(town, agent, first).source

    lines = [clubs, ["Voile", "05 56 22 00 00"], ["Chorale", "05 56 22 00 01"]]
    second = brought(
        town,
        agent,
        a_workbook(("Notes", [["Nom", "Reste"]]), ("Clubs", lines)),
        name="b.xlsx",
        source_id=source.pk,
    )

    assert counts(seen(town, agent, second)) == {"new": 1, "same": 1}
    renamed = a_workbook(("Associations", lines))
    third = brought(town, agent, renamed, name="c.xlsx", source_id=source.pk)
    assert counts(seen(town, agent, third)) == {"new": 1, "same": 1}


@pytest.mark.parametrize(
    ("document", "refused"),
    [
        (b"", faults.EmptyFile),
        (b"%PDF-1.7 \x00\x01", faults.UnknownKind),
        (b"\x00" * 200, faults.EmptyFile),
        (b"<svg></svg>", faults.UnknownKind),
        (b'{"a": 1}', faults.UnknownKind),
        (b"PK\x03\x04garbage", faults.Damaged),
        (bomb(), faults.Bomb),
        (protected(), faults.Protected),
        (b"Nom;Date\n", NothingFound),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", NothingFound),
        (b"Nom;Date\n" * 3_000_000, faults.TooBig),
    ],
    ids=["empty", "pdf", "zeros", "svg", "json", "torn", "bomb", "locked", "header", "ics", "big"],
)
def test_a_file_that_cannot_be_read_leaves_no_trace(town, agent, document, refused):
    with pytest.raises(refused):
        brought(town, agent, document)

    assert (Upload.objects.of(town).count(), Source.objects.of(town).count()) == (0, 0)


def test_it_is_sealed_its_own_agent_alone_opens_it_and_once_taken_it_is_gone(
    town, agent, colleague, other_town, stranger
):
    row = brought(town, agent, CLUBS, name="a.csv", category=Category.ASSOCIATION)
    (part,) = UploadPart.objects.of(town).filter(of=row)
    assert b"Chorale" not in bytes(part.sealed)
    for where, who in ((town, colleague), (other_town, stranger)):
        with pytest.raises(NoSuchUpload):
            queries.preview(where, row.pk, by=who, at=NOON)
        with pytest.raises(NoSuchUpload):
            uploads.take(where, row.pk, by=who, clock=lambda: NOON)
        with pytest.raises(NoSuchUpload):
            uploads.discard(where, row.pk, by=who, at=NOON)

    run = taken(town, agent, row)

    with pytest.raises(TakenAlready) as again:
        taken(town, agent, row)
    assert again.value.args == (run.pk,)
    assert (UploadPart.objects.of(town).count(), queries.waiting(town, agent)) == (0, [])


def test_a_file_is_given_up_or_forgotten_after_a_week(town, agent):
    one, other = (brought(town, agent, CLUBS, name=f"{n}.csv") for n in "ab")
    uploads.discard(town, one.pk, by=agent, at=NOON)
    assert queries.waiting(town, agent) == [other]

    assert uploads.forget(town, at=NOON + timedelta(days=6)) == 0
    assert uploads.forget(town, at=NOON + timedelta(days=8)) == 1
    assert UploadPart.objects.of(town).count() == 0


def test_an_agenda_has_the_same_preview_without_columns_and_knows_its_source_by_its_events(
    town, agent
):
    ics = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Salle des fêtes\r\nBEGIN:VEVENT\r\nUID:1@salle\r\n"
        "SUMMARY:Bal\r\nDTSTART;VALUE=DATE:20261205\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()
    first = brought(town, agent, ics, name="export.ics")
    shown = seen(town, agent, first)
    assert (first.name, shown.columns, counts(shown)) == ("Salle des fêtes", (), {"new": 1})

    run = taken(town, agent, first)
    moved = brought(town, agent, ics.replace(b"1205", b"1206"), name="export (1).ics")

    assert (moved.source, counts(seen(town, agent, moved))) == (run.source, {"changed": 1})


def test_reference_data_are_looked_at_as_well_and_those_of_elsewhere_are_refused(town, agent):
    here = brought(town, agent, bytes_of("dila-service.json"), name="dila.json")
    shown = seen(town, agent, here)
    assert (here.format, shown.columns, counts(shown)["new"] > 0) == ("dila", (), True)
    taken(town, agent, here)
    again = seen(town, agent, brought(town, agent, bytes_of("dila-service.json"), name="2.json"))
    assert (again.to_take, again.row.source) == (0, Source.objects.of(town).get())

    with pytest.raises(NothingFound) as none:
        brought(town, agent, bytes_of("finess-nouveau.json"), name="finess.json")
    assert none.value.args == (Flaw.NOT_HERE,)


def test_a_file_that_waits_survives_a_rotation_of_the_keys(
    town, agent, tmp_path, settings, monkeypatch
):
    settings.CONTACT_KEYS_FILE = tmp_path / "contact_keys.json"
    monkeypatch.setattr(keys, "_held", None)
    row = brought(town, agent, CLUBS, name="a.csv")
    before = keys.ring().current

    rotation.rotate(tell=lambda _: None, wait=lambda _: None)

    assert list(keys.ring().generations) == [before + 1]
    assert UploadPart.objects.of(town).get().key_id == before + 1
    assert counts(seen(town, agent, row)) == {"new": 2}


def test_an_association_that_has_moved_is_the_same_one(town, agent):
    sheet = "Nom;Adresse;Tél\nClub;1 quai Nord;05 56 22 00 00\nCafé;1 rue A;\nCafé;2 rue B;\n"
    taken(town, agent, brought(town, agent, sheet, category=Category.ASSOCIATION))

    moved = sheet.replace("1 quai Nord", "9 quai Sud").replace("rue", "allée")
    second = brought(town, agent, moved)

    assert counts(seen(town, agent, second)) == {"changed": 1, "new": 2}
    taken(town, agent, second)
    (club,) = Entry.objects.of(town).filter(title="Club")
    assert club.place and club.place["street"] == "9 quai Sud"


@pytest.mark.parametrize("mode", Mode)
def test_what_was_taken_back_comes_again_with_the_file_put_right(town, agent, mode):
    row = brought(town, agent, CLUBS, name="a.csv")
    settled(town, agent, row, mode=mode, category=Category.SHOP)
    importing.undo(town, taken(town, agent, row).pk, by=agent, at=NOON)
    assert {entry.stage for entry in Entry.objects.of(town)} == {"withdrawn"}

    right = brought(town, agent, CLUBS, name="a.csv")
    settled(town, agent, right, category=Category.ASSOCIATION)
    assert counts(seen(town, agent, right)) == {"new": 2}
    run = taken(town, agent, right)

    stage = {Mode.MODERATED: "proposed", Mode.AUTOMATIC: "published"}[mode]
    assert {(row.stage, row.category) for row in Entry.objects.of(town)} == {
        (stage, "associations")
    }
    importing.undo(town, run.pk, by=agent, at=NOON)
    assert {entry.stage for entry in Entry.objects.of(town)} == {"withdrawn"}
