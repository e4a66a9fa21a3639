"""A file of subscribers, from the upload to the undoing."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection

from beffroi.audience.importer import faults, sheets
from beffroi.audience.models import ConsentProof, Import, ImportPart, ImportRow, Subscriber
from beffroi.audience.queries import imports as queries, recipients, subscribers
from beffroi.audience.services import importing, imports, preferences, undoing
from beffroi.audience.words import ImportState, RowReason, Status
from beffroi.towns.models import JournalEntry
from tests.cast import NOON
from tests.rooms.audience import files, scene

HEADER = "Nom;Prénom;Courriel;Culture;Infos pratiques\n"


def a_file(*lines, header=HEADER):
    return (header + "\n".join(lines) + "\n").encode("cp1252")


def someone(town, address):
    return subscribers.by_address(town, address, at=NOON)


def test_a_plain_row_becomes_a_subscriber_with_name_themes_and_proof(open_town, clerk, themes):
    report = scene.import_file(open_town, clerk, a_file("DUPONT;Jeanne;jeanne@exemple.fr;x;"))

    jeanne = someone(open_town, "jeanne@exemple.fr")
    assert (report.state, report.added, report.rejected) == (ImportState.DONE, 1, 0)
    assert (jeanne.name, jeanne.status) == ("Jeanne DUPONT", Status.ACTIVE)
    assert jeanne.theme_names == ("Culture et événements",)
    proof = subscribers.proofs(open_town, jeanne.id)[0]
    assert (proof.import_id, proof.line, proof.text_version) == (report.id, 2, 1)


def test_themes_given_to_all_are_added_to_those_of_the_row(open_town, clerk, themes):
    scene.import_file(open_town, clerk, a_file("D;J;j@exemple.fr;oui;"), given=[themes[2]])

    assert someone(open_town, "j@exemple.fr").theme_ids == {themes[0].id, themes[2].id}


def test_every_row_that_is_not_taken_is_listed_with_its_reason(open_town, clerk, themes):
    report = scene.import_file(
        open_town,
        clerk,
        a_file(
            "A;A;bon@exemple.fr;x;",
            "B;B;;x;",
            "C;C;pas une adresse;x;",
            "D;D;dede@gmial.com;x;",
            "E;E;sans-theme@exemple.fr;;",
            "F;F;BON@exemple.fr;x;",
            "",
            "G;G;g1@exemple.fr ; g2@exemple.fr;x;",
            'H;"Guillemet égaré;h@exemple.fr;x;',
            "I;I;i@exemple.fr;x;",
        ),
    )

    listed = {line.line: line for line in queries.report(open_town, report.id)}
    assert {n: line.reason for n, line in listed.items()} == {
        3: RowReason.NO_ADDRESS,
        4: RowReason.INVALID,
        5: RowReason.MISTYPED,
        6: RowReason.NO_THEME,
        7: RowReason.DUPLICATE,
    }
    assert listed[5].suggestion == "dede@gmail.com"
    assert listed[7].other_line == 2
    assert (report.rows, report.blank_lines, report.added) == (9, 1, 5)
    assert (report.rejected, report.duplicates) == (4, 1)


def test_a_duplicate_adds_the_themes_that_it_names(open_town, clerk, themes):
    scene.import_file(open_town, clerk, a_file("A;A;a@exemple.fr;x;", "A;A;a@exemple.fr;;x"))

    assert someone(open_town, "a@exemple.fr").theme_ids == {themes[0].id, themes[1].id}


def test_duplicates_are_found_across_batches(open_town, clerk, themes, monkeypatch):
    monkeypatch.setattr(importing, "BATCH_ROWS", 1)

    report = scene.import_file(
        open_town,
        clerk,
        a_file("A;A;a@exemple.fr;x;", "B;B;b@exemple.fr;x;", "A;A;a@exemple.fr;;x"),
    )

    (line,) = queries.report(open_town, report.id)
    assert (line.reason, line.line, line.other_line) == (RowReason.DUPLICATE, 4, 2)
    assert someone(open_town, "a@exemple.fr").theme_ids == {themes[0].id, themes[1].id}


def test_people_who_left_are_not_subscribed_again(open_town, clerk, themes):
    left = scene.join(open_town, "parti@exemple.fr", themes[:1])
    preferences.unsubscribe(open_town, left, at=NOON)
    partly = scene.join(open_town, "moitie@exemple.fr", themes[:2])
    preferences.unsubscribe(open_town, partly, theme_ids=[themes[0].id], at=NOON)

    report = scene.import_file(
        open_town, clerk, a_file("P;P;parti@exemple.fr;x;x", "M;M;moitie@exemple.fr;x;")
    )

    assert report.stopped == 2
    assert {line.reason for line in queries.report(open_town, report.id)} == {RowReason.STOPPED}
    assert someone(open_town, "parti@exemple.fr").status == Status.LEFT
    assert someone(open_town, "moitie@exemple.fr").theme_ids == {themes[1].id}


def test_a_column_that_says_no_is_obeyed(open_town, clerk, themes):
    header = "Nom;Mail;Consentement\n"
    report = scene.import_file(
        open_town,
        clerk,
        a_file("A;a@exemple.fr;oui", "B;b@exemple.fr;Non", header=header),
        given=themes[:1],
    )

    assert (report.added, report.rejected) == (1, 1)
    assert queries.report(open_town, report.id)[0].reason == RowReason.NO_CONSENT


def test_a_known_person_gets_the_missing_themes_and_keeps_the_rest(open_town, clerk, themes):
    known = scene.join(open_town, "a@exemple.fr", themes[:1])

    report = scene.import_file(
        open_town, clerk, a_file("A;A;a@exemple.fr;x;x", "B;B;b@exemple.fr;x;")
    )
    again = scene.import_file(open_town, clerk, a_file("A;A;a@exemple.fr;x;x"))

    assert (report.added, report.extended, again.known) == (1, 1, 1)
    assert subscribers.subscriber(open_town, known, at=NOON).theme_ids == {
        themes[0].id,
        themes[1].id,
    }


def test_the_imported_are_recipients_at_once(open_town, clerk, themes):
    scene.import_file(open_town, clerk, a_file("A;A;a@exemple.fr;x;", "B;B;b@exemple.fr;;x"))

    assert recipients(open_town, [themes[0].id], at=NOON).count() == 1
    assert recipients(open_town, [t.id for t in themes], at=NOON).count() == 2


def test_undo_removes_what_the_import_added_and_nothing_else(open_town, clerk, themes):
    before = scene.join(open_town, "avant@exemple.fr", themes[:1])
    scene.ask(open_town, "attend@exemple.fr", themes[:1])
    body = a_file(
        "A;A;avant@exemple.fr;x;x", "N;N;nouveau@exemple.fr;x;", "W;W;attend@exemple.fr;x;",
        "C;C;change@exemple.fr;x;", "P;P;part@exemple.fr;x;",
    )  # fmt: skip
    report = scene.import_file(open_town, clerk, body, at=NOON + timedelta(minutes=1))
    later = NOON + timedelta(days=2)
    changed = someone(open_town, "change@exemple.fr")
    preferences.change_themes(open_town, changed.id, theme_ids=[themes[2].id], at=later)
    preferences.unsubscribe(open_town, someone(open_town, "part@exemple.fr").id, at=later)

    gone = imports.undo(open_town, report.id, by=clerk, at=later, defer=False)
    undoing.sweep_all(open_town, at=later)

    assert gone == 1
    assert someone(open_town, "nouveau@exemple.fr") is None
    assert subscribers.subscriber(open_town, before, at=NOON).theme_ids == {themes[0].id}
    assert someone(open_town, "attend@exemple.fr").status == Status.PENDING
    assert someone(open_town, "change@exemple.fr").theme_ids == {themes[2].id}
    assert someone(open_town, "part@exemple.fr").status == Status.LEFT
    assert queries.one(open_town, report.id).state == ImportState.UNDONE
    assert not ImportPart.objects.of(open_town).exists()


def test_after_an_undo_the_same_file_can_be_imported_again(open_town, clerk, themes):
    body = a_file("A;A;a@exemple.fr;x;")
    first = scene.import_file(open_town, clerk, body)
    imports.undo(open_town, first.id, by=clerk, at=NOON, defer=False)

    again = scene.import_file(open_town, clerk, body)
    undoing.sweep_all(open_town, at=NOON)

    assert again.added == 1
    assert someone(open_town, "a@exemple.fr").status == Status.ACTIVE


def test_undo_is_refused_after_thirty_days(open_town, clerk, themes):
    report = scene.import_file(open_town, clerk, a_file("A;A;a@exemple.fr;x;"))

    with pytest.raises(imports.TooLate):
        imports.undo(open_town, report.id, by=clerk, at=NOON + timedelta(days=31))


def test_a_run_that_died_goes_on_where_it_stood(open_town, clerk, themes, monkeypatch):
    monkeypatch.setattr(importing, "BATCH_ROWS", 10)
    rows = list(files.messy_rows(95, seed=3))
    import_id = scene.upload(open_town, clerk, files.as_csv(rows))
    plan = queries.plan(open_town, import_id)
    imports.start(
        open_town, import_id, plan, scene.ATTESTATION, theme_ids=[themes[0].id], by=clerk, at=NOON, defer=False
    )  # fmt: skip
    settled = importing._settle
    count = 0

    def dies_at_the_fourth_batch(*args, **kwargs):
        nonlocal count
        count += 1
        if count == 4:
            raise KeyboardInterrupt
        settled(*args, **kwargs)

    monkeypatch.setattr(importing, "_settle", dies_at_the_fourth_batch)
    with pytest.raises(KeyboardInterrupt):
        importing.run(open_town, import_id, clock=lambda: NOON)
    monkeypatch.setattr(importing, "_settle", settled)
    assert (
        queries.one(open_town, import_id).rows + queries.one(open_town, import_id).blank_lines == 30
    )

    assert not importing.run(open_town, import_id, clock=lambda: NOON), "its lease still holds"
    importing.resume_all(clock=lambda: NOON + timedelta(minutes=5))

    interrupted = queries.one(open_town, import_id)
    other = scene.import_file(open_town, clerk, files.as_csv(rows), given=themes[:1])
    assert interrupted.state == ImportState.DONE
    assert interrupted.rows + interrupted.blank_lines == 95
    assert other.added == 0
    assert other.known + other.duplicates == interrupted.addresses


@pytest.mark.slow
def test_a_file_damaged_in_the_middle_leaves_nothing_behind(open_town, clerk, themes, monkeypatch):
    monkeypatch.setattr(importing, "BATCH_ROWS", 10)
    body = bytearray(files.as_xlsx(list(files.messy_rows(4000))))
    import_id = scene.upload(open_town, clerk, bytes(body), name="abonnes.xlsx")
    plan = queries.plan(open_town, import_id)
    imports.start(
        open_town, import_id, plan, scene.ATTESTATION, theme_ids=[themes[0].id], by=clerk, at=NOON, defer=False
    )  # fmt: skip

    def breaks(*args, **kwargs):
        for n, row in enumerate(original(*args, **kwargs)):
            if n == 35:
                raise faults.Damaged
            yield row

    original = sheets.rows
    monkeypatch.setattr(sheets, "rows", breaks)
    importing.run(open_town, import_id, clock=lambda: NOON)

    view = queries.one(open_town, import_id)
    assert (view.state, view.failure) == (ImportState.FAILED, "Damaged")
    assert recipients(open_town, [themes[0].id], at=NOON).count() == 0


@pytest.mark.parametrize(
    ("body", "fact"),
    [
        (b"", faults.EmptyFile),
        (b"\xef\xbb\xbf\r\n \r\n", faults.EmptyFile),
        (b"%PDF-1.7 rapport", faults.UnknownKind),
        (bytes(range(256)) * 40, faults.UnknownKind),
        (b"PK\x03\x04" + b"abc" * 100, faults.Damaged),
        (files.protected(), faults.Protected),
    ],
    ids=["empty", "blank", "pdf", "binary", "broken zip", "protected"],
)
def test_a_file_that_is_no_list_is_refused_and_nothing_is_kept(open_town, clerk, body, fact):
    with pytest.raises(fact):
        scene.upload(open_town, clerk, body)

    assert not Import.objects.of(open_town).exists()


@pytest.mark.slow
def test_a_zip_bomb_is_refused_before_it_is_unpacked(open_town, clerk):
    with pytest.raises(faults.Bomb):
        scene.upload(open_town, clerk, files.bomb(), name="abonnes.xlsx")


def test_fifty_megabytes_are_refused_without_reading_them_all(open_town, clerk):
    read = 0

    def chunks():
        nonlocal read
        for _ in range(50):
            read += 1
            yield b"a@exemple.fr;x\n" * 70_000

    with pytest.raises(faults.TooBig):
        imports.upload(open_town, "gros.csv", chunks(), by=clerk, at=NOON)

    assert read < 30


def test_an_import_needs_addresses_themes_and_an_attestation(open_town, clerk, themes):
    import_id = scene.upload(open_town, clerk, a_file("A;a@exemple.fr", header="Nom;Mail\n"))
    plan = queries.plan(open_town, import_id)

    def start(plan=plan, attestation=scene.ATTESTATION, given=(themes[0].id,)):
        imports.start(
            open_town, import_id, plan, attestation, theme_ids=given, by=clerk, at=NOON, defer=False
        )

    with pytest.raises(imports.NoThemeAnywhere):
        start(given=())
    with pytest.raises(imports.NotAttested):
        start(
            attestation=imports.Attestation(
                collected_by=" ", collected_on=NOON.date(), collected_how="x"
            )
        )
    from dataclasses import replace

    with pytest.raises(imports.NoContactColumn):
        start(plan=replace(plan, columns=plan.columns[:1]))


def test_the_report_opens_in_a_spreadsheet_and_runs_nothing_there(open_town, clerk, themes):
    report = scene.import_file(open_town, clerk, a_file("=cmd|calc;A;nulle part;x;"))

    text = "".join(queries.report_csv(open_town, report.id)).removeprefix("\ufeff")

    lines = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert lines[0][:3] == ["Nom", "Prénom", "Courriel"]
    assert lines[1][0] == "'=cmd|calc"
    assert lines[1][5] == "2"


def test_nothing_of_the_file_can_be_read_in_the_database(open_town, clerk, themes):
    scene.import_file(
        open_town,
        clerk,
        a_file("Xylophage;Jeanne;jeanne.xylophage@exemple.fr;x;", "Xylophage;Z;xylophage chez;x;"),
    )

    with connection.cursor() as cursor:
        for model in (Import, ImportPart, ImportRow, Subscriber, ConsentProof, JournalEntry):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {model._meta.db_table} t")
            text = cursor.fetchone()[0] or ""
            assert "ylophage" not in text
            assert b"ylophage".hex() not in text


def test_the_same_file_is_recognised(open_town, clerk, themes):
    body = a_file("A;A;a@exemple.fr;x;")
    scene.import_file(open_town, clerk, body)

    again = scene.upload(open_town, clerk, body)

    assert queries.preview(open_town, again).imported_before == NOON


def test_the_preview_shows_what_would_happen(open_town, clerk, themes):
    import_id = scene.upload(
        open_town,
        clerk,
        a_file("D;J;j@exemple.fr;x;", "E;K;k@gmial.com;x;", header="Liste;;;;\n\n" + HEADER),
    )

    preview = queries.preview(open_town, import_id)

    assert preview.plan.header_line == 3
    assert [row.found for row in preview.rows] == [("j@exemple.fr",), ()]
    assert "k@gmail.com" in preview.rows[1].problems[0]
    assert preview.rows[0].theme_names == ("Culture et événements",)
