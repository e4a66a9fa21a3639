"""FINESS, the register of health establishments: the old CSV and the new JSON. What is of no use to residents is left out."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from beffroi.audience.importer.lines import split_quoted
from beffroi.content.facts import Found, Place, Reading
from beffroi.content.readers import capitals, gathering, moments, places, reference, texts
from beffroi.content.readers.gathering import Gathering
from beffroi.content.readers.values import get, items, number, text
from beffroi.content.words import Category, Flaw, Format, Kind

USEFUL = {
    "101": "Hôpital",
    "106": "Hôpital",
    "355": "Hôpital",
    "292": "Hôpital psychiatrique",
    "128": "Clinique",
    "129": "Clinique",
    "365": "Clinique",
    "124": "Centre de santé",
    "603": "Maison de santé",
    "620": "Pharmacie",
    "611": "Laboratoire d’analyses",
    "500": "Maison de retraite médicalisée",
    "202": "Résidence pour personnes âgées",
    "207": "Accueil de jour",
    "223": "Protection maternelle et infantile",
    "156": "Centre médico-psychologique",
    "189": "Centre médico-psycho-pédagogique",
    "197": "Soins en addictologie",
    "354": "Soins infirmiers à domicile",
    "460": "Aide à domicile",
}
"""Category of the register → what residents call it."""
FIELDS = 32
TITLE = "FINESS"
_OVERSEAS = {f"9{letter}": "97" for letter in "ABCDEF"} | {
    f"9{letter}": "98" for letter in "GHIJKLM"
}
_GENERATED = re.compile(rb'"generatedAt"\s*:\s*"([^"]{1,40})"')
_CEDEX = re.compile(r"\s+CEDEX\b.*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Establishment:
    number: str
    category: str
    name: str
    street: str
    insee: str
    postal: str
    """Postal code and post town: « 01440 VIRIAT »."""
    phone: str
    latitude: float | None = None
    longitude: float | None = None
    is_closed: bool = False


def read(
    source: reference.Source, *, zone: ZoneInfo, wanted_insee: Collection[str] = ()
) -> Reading:
    """Only what stands in one of these communes; everything if none is named. `source` may be packed."""
    into = Gathering(Format.FINESS)
    wanted = frozenset(wanted_insee)
    _walk(source, zone, into, lambda one, credit: _take(one, wanted, credit, into))
    return into.reading(title=TITLE)


def read_each(
    source: reference.Source, *, zone: ZoneInfo, wanted_insee: Collection[str]
) -> reference.Country:
    """As `read`, for each of these communes apart."""
    whole = Gathering(Format.FINESS)
    each = {code: Gathering(Format.FINESS) for code in wanted_insee}

    def take(one: _Establishment, credit: str) -> None:
        if one.insee in each:
            _take(one, frozenset(), credit, each[one.insee])

    _walk(source, zone, whole, take)
    return reference.country(whole, each, title=TITLE)


def _walk(
    source: reference.Source,
    zone: ZoneInfo,
    into: Gathering,
    take: Callable[[_Establishment, str], None],
) -> None:
    """Until the end, or until `into` is full; what is wrong with the file is remarked there."""
    with reference.remarking(into), reference.opened(source, suffixes=(".csv", ".json")) as file:
        head = file.head()
        is_json = head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{")
        credit = _credit(head, zone)
        for one in _from_json(file) if is_json else _from_csv(file, into):
            take(one, credit)
            if into.is_full:
                break


def _credit(head: bytes, zone: ZoneInfo) -> str:
    said = _GENERATED.search(head)
    stamp = said[1] if said else head.partition(b"\n")[0].strip().rpartition(b";")[2]
    day = moments.moment(stamp.decode("ascii", "replace"), zone)
    return f"FINESS, Licence Ouverte 2.0{f', {moments.spoken(day)}' if day else ''}"


def _take(one: _Establishment, wanted: frozenset[str], credit: str, into: Gathering) -> None:
    label = USEFUL.get(one.category)
    if label is None or (wanted and one.insee not in wanted):
        return
    title = texts.title(capitals.lowered(one.name))
    if one.is_closed:
        into.remark(Flaw.CLOSED, title)
        return
    code, _, city = one.postal.partition(" ")
    latitude, longitude = places.point(one.latitude, one.longitude, into, title)
    into.add(
        Found(
            key=gathering.key(one.number) or gathering.made_key(title, one.insee),
            kind=Kind.PLACE,
            title=title,
            labels=(label,),
            category=Category.HEALTH,
            place=Place(
                street=one.street,
                postal_code=code[:10],
                city=capitals.lowered(_CEDEX.sub("", city))[:100],
                insee_code=places.insee(one.insee, into, title),
                latitude=latitude,
                longitude=longitude,
                phones=places.phones(one.phone, into, title),
            ),
            is_temporary=False,
            credit=credit,
        )
    )


def _from_csv(file: reference.Metered, into: Gathering) -> Iterator[_Establishment]:
    """No header: rows say what they are in their first field."""
    seen = False
    for raw in file.lines():
        line = _decoded(raw).rstrip("\r\n")
        seen = seen or line.startswith(("finess;", "structureet;"))
        if not line.startswith("structureet;"):
            continue
        cells = [cell.strip() for cell in split_quoted(line, ";")[0]]
        if len(cells) < FIELDS:
            into.remark(Flaw.UNREADABLE, cells[1])
            continue
        yield _from_cells(cells)
    if not seen:
        into.remark(Flaw.UNREADABLE)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _from_cells(cells: list[str]) -> _Establishment:
    (number_, short, long) = (cells[1], cells[3], cells[4])
    way = capitals.way(cells[7], cells[8], cells[9])
    lines = (
        capitals.lowered(cells[6]),
        " ".join(filter(None, (way, cells[10]))),
        capitals.lowered(cells[11]),
    )
    department = cells[13].upper()
    return _Establishment(
        number=number_,
        category=cells[18],
        name=long or short,
        street="\n".join(filter(None, lines)),
        insee=places.commune(_OVERSEAS.get(department, department) + cells[12]),
        postal=cells[15],
        phone=cells[16],
    )


def _from_json(file: reference.Metered) -> Iterator[_Establishment]:
    for record in reference.records(file, "pmej.item.ege.item"):
        known = get(record, "informationsGeneralesEGE")
        address = next(items(record, "adresse"), None)
        point = get(address, "coordonneesGeographique")
        way = capitals.way(
            text(address, "numeroVoie"), text(address, "typeVoie"), text(address, "libelleVoie")
        )
        lines = (
            way or capitals.lowered(text(address, "ligneQuatre")),
            capitals.lowered(text(address, "lieuDit")),
        )
        phones = (text(contact, "telecom", "telephone") for contact in items(record, "contact"))
        yield _Establishment(
            number=text(known, "numFinessEge"),
            category=text(record, "categorieentiteGeographiqueExercice"),
            name=text(known, "nomEgeLong") or text(known, "nomEgeCourt"),
            street="\n".join(filter(None, lines)),
            insee=places.commune(text(address, "cogCommune")),
            postal=f"{text(address, 'codePostal')} {text(address, 'ligneAcheminement')}",
            phone=" / ".join(filter(None, phones)),
            latitude=number(point, "directionLatitude"),
            longitude=number(point, "directionLongitude"),
            is_closed=text(record, "etatObjet") != "A" or bool(text(known, "dateFermeture")),
        )
