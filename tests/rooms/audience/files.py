"""Files of subscribers as town halls have them: made up, messy, and the same at each run."""

import csv
import io
import random
import zipfile
from collections.abc import Iterator

import openpyxl

FIRST = [
    "Jeanne",
    "Émile",
    "Zoé",
    "Loïc",
    "Anaïs",
    "François",
    "Noëlle",
    "Gaëtan",
    "Maëlys",
    "Benoît",
]
FAMILY = [
    "Dupont",
    "Lefèvre",
    "Gœffic",
    "D’Aubigné",
    "Müller",
    "Le Gall",
    "Nuñez",
    "Çelik",
    "Évrard",
    "Roux",
]
HOSTS = ["orange.fr", "wanadoo.fr", "gmail.com", "laposte.net", "free.fr", "exemple.fr"]
HEADER = ["Nom", "Prénom", "Adresse mail", "Culture", "Infos pratiques", "Météo"]


def messy_rows(count: int, *, seed: int = 1) -> Iterator[list[str]]:
    """`count` rows: most good, some empty, doubled, shared or wrong."""
    dice = random.Random(seed)
    for n in range(count):
        first, family = dice.choice(FIRST), dice.choice(FAMILY)
        address = f"habitant.{n}@{dice.choice(HOSTS)}"
        marks = ["x" if dice.random() < 0.6 else "" for _ in range(3)]
        throw = dice.random()
        if throw < 0.01:
            yield [""] * 6
            continue
        if throw < 0.03:
            address = f"habitant.{n} @gmial.com"
        elif throw < 0.05:
            address = f"habitant.{n}"
        elif throw < 0.07:
            address = f"habitant.{max(n - 40, 0)}@exemple.fr ; conjoint.{n}@exemple.fr"
        elif throw < 0.08:
            address = f"{first} <Habitant.{n}@Exemple.FR>"
        yield [family.upper(), first, address, *marks]


def as_csv(
    rows: Iterator[list[str]] | list[list[str]],
    *,
    delimiter: str = ";",
    encoding: str = "cp1252",
    preamble: str = "",
    header: list[str] | None = HEADER,
    newline: str = "\r\n",
) -> bytes:
    text = io.StringIO()
    text.write(preamble)
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline)
    if header:
        writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode(encoding, errors="replace")


def as_xlsx(
    rows: Iterator[list[str]] | list[list[str]], *, header: list[str] | None = HEADER
) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Abonnés")
    if header:
        sheet.append(header)
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    book.close()
    return file.getvalue()


def as_ods(rows: list[list[str]]) -> bytes:
    body = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    return ods_of(body)


def ods_of(body: str) -> bytes:
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="Feuille1">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return _zip(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": "<manifest/>",
        }
    )


def bomb() -> bytes:
    """A small workbook that unpacks to 400 MB."""
    return _zip(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": "<workbook/>",
            "xl/worksheets/sheet1.xml": "0" * (400 * 1024 * 1024),
        }
    )


def protected() -> bytes:
    """What a password-protected workbook looks like from outside."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    return head + "EncryptedPackage".encode("utf-16-le") + bytes(4096)


def _zip(members: dict[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return file.getvalue()
