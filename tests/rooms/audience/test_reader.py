"""Reading files: whatever stands in them, no line is lost and nothing breaks."""

import csv
import io

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from beffroi.audience.importer import faults, kinds, lines, plan as plans, sheets
from beffroi.audience.importer.columns import NamedTheme, Role, role_of, theme_named
from beffroi.audience.importer.rows import Reader
from tests.rooms.audience import files

THEMES = [
    NamedTheme(id=1, name="Culture et événements"),
    NamedTheme(id=2, name="Informations pratiques"),
    NamedTheme(id=3, name="Alerte météo"),
]
QUIET = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LETTERS = st.text(
    st.characters(codec="cp1252", exclude_categories=["Cc", "Cf"], exclude_characters='"@'),
    max_size=12,
)
CELL = st.one_of(
    LETTERS, st.sampled_from(["", "x", "oui", "a;b", "a,b", 'il a dit "oui"', "l1\nl2"])
)


def read(body, given=frozenset({1})):
    file = io.BytesIO(body)
    plan = plans.guess(file, THEMES)
    reader = Reader(plan=plan, themes=THEMES, given=given)
    return plan, [
        reader.read(row) for row in sheets.rows(file, plan.reading) if row[0] > plan.header_line
    ]


@QUIET
@pytest.mark.slow
@given(
    rows=st.lists(st.tuples(LETTERS, CELL, CELL), min_size=1, max_size=30),
    delimiter=st.sampled_from(lines.DELIMITERS),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    newline=st.sampled_from(["\n", "\r\n"]),
)
@example(
    rows=[("", "", ""), *[("", "l1\nl2", "")] * 2, (";", "l1\nl2", "")],
    delimiter=";",
    encoding="utf-8",
    newline="\n",
)  # most people have a cell of two lines
def test_every_address_of_a_well_formed_file_is_found(rows, delimiter, encoding, newline):
    people = [f"habitant.{n}@exemple.fr" for n in range(len(rows))]
    table = [[name, address, *rest] for address, (name, *rest) in zip(people, rows, strict=True)]
    header = ["Nom", "Courriel", "Remarque", "Autre"]
    body = files.as_csv(
        table, delimiter=delimiter, encoding=encoding, newline=newline, header=header
    )

    _, got = read(body)

    assert [person.address for row in got for person in row.people] == people


@QUIET
@given(body=st.binary(max_size=3000))
def test_any_bytes_are_read_or_refused_by_a_named_fact(body):
    try:
        read(body)
    except faults.BadFile:
        return


@QUIET
@given(text=st.text(st.sampled_from('ab@.;,"\n\r\t |x'), max_size=400))
def test_no_line_with_an_address_disappears(text):
    """Each physical line that holds an « @ » ends up in some row."""
    body = ("Courriel;Nom\n" + text).encode()
    file = io.BytesIO(body)
    reading = sheets.Reading(kind=kinds.Kind.TEXT, encoding="utf-8", delimiter=";", width=2)

    joined = " ".join(cell for _, cells in sheets.rows(file, reading) for cell in cells)

    assert joined.count("@") == text.count("@")


@QUIET
@given(
    line=st.lists(st.text(st.sampled_from('ab ";@'), max_size=6), min_size=1, max_size=5),
)
def test_quotes_are_read_as_python_reads_them(line):
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerow(line)
    text = out.getvalue().rstrip("\r\n")

    cells, is_open = lines.split_quoted(text, ";")

    assert not is_open
    assert cells == next(csv.reader([text], delimiter=";"))


def test_a_quote_gone_astray_swallows_nobody():
    body = 'Nom;Mail;Culture\n"Le grand" Paul;a@exemple.fr;x\nJean "dit;b@exemple.fr;x\n"Marie;c@exemple.fr;x\nZoé;d@exemple.fr;x\n'

    _, got = read(body.encode())

    assert [p.address for row in got for p in row.people] == [
        f"{letter}@exemple.fr" for letter in "abcd"
    ]


def test_a_cell_of_two_lines_is_one_row():
    body = 'Nom;Mail\nDupont;"a@exemple.fr\nb@exemple.fr"\nRoux;c@exemple.fr\n'

    _, got = read(body.encode())

    assert [len(row.people) for row in got] == [2, 1]


def test_one_file_may_mix_two_encodings():
    body = "Nom;Mail\nÉvrard;a@exemple.fr\n".encode() + "Lefèvre;b@exemple.fr\n".encode("cp1252")

    _, got = read(body)

    assert [p.name.family_name for row in got for p in row.people] == ["Évrard", "Lefèvre"]


@pytest.mark.parametrize(
    "body",
    [
        files.as_xlsx([["DUPONT", "Jeanne", "j@exemple.fr", "x", "", ""]]),
        files.as_ods([files.HEADER, ["DUPONT", "Jeanne", "j@exemple.fr", "x", "", ""]]),
        files.as_csv([["DUPONT", "Jeanne", "j@exemple.fr", "x", "", ""]], newline="\r"),
    ],
    ids=["xlsx", "ods", "old Mac"],
)
def test_workbooks_are_read_like_text(body):
    plan, got = read(body, given=frozenset())

    (person,) = got[-1].people
    assert (person.name.first_name, person.address, person.theme_ids) == (
        "Jeanne",
        "j@exemple.fr",
        (1,),
    )
    assert plan.header_line == 1


def test_an_ods_that_repeats_a_row_a_million_times_is_refused():
    cell = '<table:table-cell office:value-type="string"><text:p>a@exemple.fr</text:p></table:table-cell>'
    body = files.ods_of(
        f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
    )

    with pytest.raises(faults.Bomb):
        read(body)


def test_empty_rows_repeated_to_the_end_of_a_sheet_cost_nothing():
    cell = '<table:table-cell office:value-type="string"><text:p>a@exemple.fr</text:p></table:table-cell>'
    empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'

    _, got = read(files.ods_of(f"<table:table-row>{cell}</table:table-row>{empty}"))

    assert sum(len(row.people) for row in got) == 1


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("E-MAIL", Role.EMAIL),
        ("Adresse mail", Role.EMAIL),
        ("courriel ", Role.EMAIL),
        ("Mél.", Role.EMAIL),
        ("Adresse électronique", Role.EMAIL),
        ("Adresse", Role.IGNORED),
        ("Date d’envoi du mail", Role.IGNORED),
        ("NOM", Role.FAMILY_NAME),
        ("Prénom", Role.FIRST_NAME),
        ("Nom et prénom", Role.FULL_NAME),
        ("Thèmes", Role.THEMES),
        ("RGPD", Role.CONSENT),
        ("J’accepte de recevoir des mails", Role.CONSENT),
        ("Culture", Role.THEME),
    ],
)
def test_headers_are_understood_in_any_case_and_accents(header, role):
    assert role_of(header, THEMES).role == role


@pytest.mark.parametrize(
    ("words", "theme"),
    [
        ("CULTURE", 1),
        ("infos pratiques", 2),
        ("Météo", 3),
        ("alerte meteo", 3),
        ("Événements culturels", 1),
        ("infos", None),
        ("sport", None),
        ("", None),
    ],
)
def test_themes_are_recognised_by_their_telling_words(words, theme):
    assert theme_named(words, THEMES) == theme


@pytest.mark.parametrize(
    "row", ['"Dupont{n};Jean;h{n}@exemple.fr', 'Dupont{n};"Jean;h{n}@exemple.fr']
)
def test_a_quote_that_never_closes_binds_no_two_people(row):
    lines_ = "".join(row.format(n=n) + "\n" for n in range(6))

    _, got = read(f"Nom;Prénom;Courriel\n{lines_}".encode())

    assert [[one.address for one in found.people] for found in got] == [
        [f"h{n}@exemple.fr"] for n in range(6)
    ]
