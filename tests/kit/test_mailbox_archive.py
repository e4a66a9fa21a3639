"""Whatever a box holds comes out of its archive as it was."""

import csv
import io
import re
import zipfile

from hypothesis import given, strategies as st

from beffroi.kit import mailbox_archive


def a_box(folder, letters, *, inside=()):
    for name in ("", *(f".{one}" for one in inside)):
        for part in ("cur", "new", "tmp"):
            (folder / name / part).mkdir(parents=True, exist_ok=True)
    for number, raw in enumerate(letters):
        (folder / "cur" / f"1795740934.M{number}P1.host:2,S").write_bytes(raw)
    return folder


def packed(folder):
    out = io.BytesIO()
    mailbox_archive.pack(folder, out, {})
    return zipfile.ZipFile(out)


LINES = st.sampled_from(["From ", "From ici", ">From là", ">>From ", "From:", "", "été", " From x"])


@given(st.lists(st.lists(LINES, max_size=5), max_size=4))
def test_letters_come_back_from_the_mbox_as_they_were(tmp_path_factory, texts):
    letters = ["\n".join(["Subject: x", "", *text, ""]).encode() for text in texts]
    folder = a_box(tmp_path_factory.mktemp("box"), letters)

    mbox = packed(folder).read("001-INBOX.mbox")

    pieces = re.split(rb"^From MAILER-DAEMON .*\n", mbox, flags=re.MULTILINE)[1:]
    back = [re.sub(rb"^>(>*From )", rb"\1", one, flags=re.MULTILINE)[:-1] for one in pieces]
    assert back == letters


def test_letters_stand_in_the_order_in_which_they_came(tmp_path):
    folder = a_box(tmp_path, [f"Subject: {n}\n\n".encode() for n in range(12)])

    assert re.findall(rb"Subject: (\d+)", packed(folder).read("001-INBOX.mbox")) == [
        str(n).encode() for n in range(12)
    ]


def test_no_letter_makes_a_spreadsheet_run_a_formula(tmp_path):
    folder = a_box(tmp_path, [b"Message-ID: =cmd|'/c calc'!A1\r\n\r\nx"])

    table = packed(folder).read("messages.csv").decode("utf-8-sig")

    [_head, row] = csv.reader(io.StringIO(table), delimiter=";")
    assert row[-1] == "'=cmd|'/c calc'!A1"


def test_no_name_of_a_folder_leads_out_of_the_archive_or_hides_another(tmp_path):
    names = ("a/../b".replace("/", "."), "Été", "été", "..", "=x")
    folder = a_box(tmp_path, [], inside=names)

    files = [name for name in packed(folder).namelist() if name.endswith(".mbox")]

    assert len(files) == len(set(files)) == len(names) + 1
    assert all("/" not in name and re.match(r"\d{3}-", name) for name in files)
