"""Tables as town halls type them."""

import io
from datetime import datetime, time

import openpyxl
import pytest

from beffroi.content.readers import sheet
from beffroi.content.readers.columns import Field, field_of
from beffroi.content.words import Category, Flaw, Kind
from tests.rooms.audience.files import ods_of
from tests.rooms.content.readers.shelf import PARIS, at, beginnings, bytes_of, flaws


def test_the_week_of_a_cinema_is_read_with_several_times_in_one_cell():
    reading = sheet.read(bytes_of("cinema.csv"), zone=PARIS, kind=Kind.FILM)

    (film,) = reading.found
    assert film.title == "L’Été des mouettes"
    assert beginnings(film) == ["2026-03-05 14:30", "2026-03-05 20:45", "2026-03-06 21:00"]
    assert [date.version for date in film.occurrences] == ["VF", "VF", "VOSTFR"]
    assert [date.price for date in film.occurrences[1:]] == ["6,50\N{NO-BREAK SPACE}€", "gratuit"]
    assert film.occurrences[0].link == "https://billets.example/1"
    assert reading.headers == ("Film", "Date", "Heures", "Version", "Tarif", "Réservation")
    assert [(remark.flaw, remark.where) for remark in reading.remarks] == [
        (Flaw.BAD_DATE, "ligne 6 : Autre film"),
        (Flaw.NO_TITLE, "ligne 7"),
    ]


def test_a_directory_is_read_with_telephones_that_the_spreadsheet_bit():
    reading = sheet.read(bytes_of("associations.csv"), zone=PARIS, kind=Kind.PLACE)

    club, friends = reading.found
    assert club.title == "Club, des Pins"
    assert (club.place.street, club.place.postal_code, club.place.city) == (
        "3 rue Haute",
        "33120",
        "Arcachon",
    )
    assert club.place.phones == ("05 56 22 00 00", "06 39 98 12 34")
    assert (club.place.website, club.place.email) == (
        "https://www.club.example",
        "club@exemple.example",
    )
    assert (club.place.hours_note, club.category) == ("lundi 9 h-12 h", Category.ASSOCIATION)
    assert not club.is_temporary
    assert friends.place is None
    assert flaws(reading) == [Flaw.BAD_LINK, Flaw.BAD_PHONE, Flaw.BAD_EMAIL]


def test_a_column_guessed_wrong_is_corrected_by_its_header():
    document = b"Nom;Quoi donc;Le\nBal;Salle A;14/07/2026 21h\n"

    guessed = sheet.read(document, zone=PARIS, kind=Kind.EVENT)
    corrected = sheet.read(
        document, zone=PARIS, kind=Kind.EVENT, mapping={"Le": Field.DATE, "Quoi donc": Field.VENUE}
    )

    assert (flaws(guessed), guessed.remarks[0].where) == ([Flaw.MISSING_COLUMN], "Date")
    assert guessed.headers == ("Nom", "Quoi donc", "Le")
    (ball,) = corrected.found
    assert (ball.venue, beginnings(ball)) == ("Salle A", ["2026-07-14 21:00"])


def test_the_week_of_a_cinema_has_its_times_under_seances_beside_a_day():
    sheet_ = b"Film;S\xc3\xa9ances;Jour\nPlaytime;18h, 20h30;05/03/2026\n"

    (film,) = sheet.read(sheet_, zone=PARIS, kind=None).found

    assert beginnings(film) == ["2026-03-05 18:00", "2026-03-05 20:30"]
    alone = b"Film;S\xc3\xa9ances\nPlaytime;05/03/2026 18h\n"
    assert beginnings(sheet.read(alone, zone=PARIS, kind=None).found[0]) == ["2026-03-05 18:00"]


def test_a_title_merged_over_several_lines_is_the_title_of_each():
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for cells in (["Le Rex"], ["Film", "Jour", "Heure"], ["Playtime", "5/03/2026", "18h"], [None, "6/03/2026", "20h"],
                  [None, "7/03/2026", "21h"], [None, "8/03/2026", "21h"]):  # fmt: skip
        page.append(cells)
    for merged in ("A1:C1", "A3:A5"):
        page.merge_cells(merged)
    out = io.BytesIO()
    book.save(out)

    reading = sheet.read(out.getvalue(), zone=PARIS, kind=Kind.FILM)

    (film,) = reading.found
    assert beginnings(film) == ["2026-03-05 18:00", "2026-03-06 20:00", "2026-03-07 21:00"]
    assert [(one.flaw, one.where) for one in reading.remarks] == [(Flaw.NO_TITLE, "ligne 6")]


def test_a_title_merged_in_libreoffice_is_the_title_of_each_line_too():
    def row(first, *cells):
        return f"<table:table-row>{first}{''.join(map(cell, cells))}</table:table-row>"

    def cell(text, attributes=""):
        return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"

    covered = "<table:covered-table-cell/>"
    body = (
        row(cell("Film"), "Jour", "Heure")
        + row(cell("Playtime", 'table:number-rows-spanned="2"'), "5/03/2026", "18h")
        + row(covered, "6/03/2026", "20h")
        + row(covered, "7/03/2026", "21h")
    )

    reading = sheet.read(ods_of(body), zone=PARIS, kind=Kind.FILM)

    (film,) = reading.found
    assert beginnings(film) == ["2026-03-05 18:00", "2026-03-06 20:00"]
    assert [(one.flaw, one.where) for one in reading.remarks] == [(Flaw.NO_TITLE, "ligne 4")]


def test_ends_are_read_from_a_range_a_column_or_the_next_day():
    document = (
        "Titre,Du,Au,Horaires,Annulé\nExpo,12 mars 2026,14/03/2026,,\nBal,2026-07-13,,21h-2h,\n"
        "Loto,2026-07-20,,de 14h à 18h,oui\n"
    )

    expo, ball, loto = sheet.read(document.encode(), zone=PARIS, kind=Kind.EVENT).found

    assert expo.occurrences[0].is_all_day
    assert expo.occurrences[0].ends_at == at("2026-03-15")
    assert ball.occurrences[0].ends_at == at("2026-07-14 02:00")
    assert loto.occurrences[0].ends_at == at("2026-07-20 18:00")
    assert loto.is_cancelled


def test_a_workbook_keeps_its_dates_and_times():
    book = openpyxl.Workbook()
    for row in (
        ["Film", "Date", "Heure"],
        ["A", datetime(2026, 3, 5), time(20, 30)],
        ["B", datetime(2026, 3, 5, 18, 15), None],
    ):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)

    one, other = sheet.read(file.getvalue(), zone=PARIS, kind=Kind.FILM).found

    assert (beginnings(one), beginnings(other)) == (["2026-03-05 20:30"], ["2026-03-05 18:15"])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_any_encoding_and_separator_will_do(encoding, separator):
    lines = [["Intitulé", "Début"], ["Fête de l’été", "05/07/2026"], ["Noël", "24/12/2026"]]
    document = "\r\n".join(separator.join(line) for line in lines).encode(encoding)

    reading = sheet.read(document, zone=PARIS, kind=Kind.EVENT)

    assert [found.title for found in reading.found] == ["Fête de l’été", "Noël"]


@pytest.mark.parametrize(
    ("header", "kind", "field"),
    [
        ("Nom de l'association", Kind.PLACE, Field.TITLE),
        ("N° de téléphone", Kind.PLACE, Field.PHONE),
        ("Tél. fixe", Kind.PLACE, Field.PHONE),
        ("Horaires", Kind.PLACE, Field.HOURS),
        ("Horaires", Kind.EVENT, Field.TIME),
        ("Date de fin", Kind.EVENT, Field.END_DATE),
        ("Prix", Kind.FILM, Field.PRICE),
        ("VO/VF", Kind.FILM, Field.VERSION),
        ("Lien de réservation", Kind.FILM, Field.BOOKING),
    ],
)
def test_headers_are_understood_as_french_people_write_them(header, kind, field):
    assert field_of(header, kind) == field


@pytest.mark.parametrize(
    ("document", "flaw"),
    [
        (b"", Flaw.NOTHING_INSIDE),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, Flaw.UNREADABLE),
        (b"PK\x03\x04 not a zip", Flaw.UNREADABLE),
        (b"a;" * 14_000_000, Flaw.TOO_LARGE),
        (b"Titre;Date\n", Flaw.NOTHING_INSIDE),
    ],
)
def test_what_is_no_table_is_named(document, flaw):
    assert flaws(sheet.read(document, zone=PARIS, kind=Kind.EVENT)) == [flaw]
