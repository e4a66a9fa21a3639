"""What each column of a town’s sheet holds: guessed from its header, correctable by whoever knows better."""

import re
from collections.abc import Collection, Mapping, Sequence

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from beffroi.content.words import Kind
from beffroi.kit.names import fold_words

HEADER_WITHIN = 30
"""Titles and empty lines may stand above the header."""


class Field(TextChoices):
    """What a cell says."""

    IGNORED = "ignored", _("Rien")
    KEY = "key", _("Référence")
    TITLE = "title", _("Titre ou nom")
    SUMMARY = "summary", _("Résumé")
    TEXT = "text", _("Texte")
    DATE = "date", _("Date")
    TIME = "time", _("Heure")
    END_DATE = "end_date", _("Date de fin")
    END_TIME = "end_time", _("Heure de fin")
    VENUE = "venue", _("Lieu")
    STREET = "street", _("Adresse")
    POSTAL_CODE = "postal_code", _("Code postal")
    CITY = "city", _("Commune")
    INSEE_CODE = "insee_code", _("Code INSEE")
    LATITUDE = "latitude", _("Latitude")
    LONGITUDE = "longitude", _("Longitude")
    PHONE = "phone", _("Téléphone")
    EMAIL = "email", _("Adresse e-mail")
    LINK = "link", _("Lien")
    BOOKING = "booking", _("Lien de réservation")
    HOURS = "hours", _("Horaires d’ouverture")
    ACCESS = "access", _("Accessibilité")
    LABELS = "labels", _("Catégorie")
    PRICE = "price", _("Tarif")
    VERSION = "version", _("Version (VF, VOST)")
    PICTURE = "picture", _("Adresse de l’image")
    PICTURE_ALT = "picture_alt", _("Description de l’image")
    CANCELLED = "cancelled", _("Annulé")


NEEDED: Mapping[Kind, tuple[Field, ...]] = {
    Kind.NEWS: (Field.TITLE,),
    Kind.PAGE: (Field.TITLE,),
    Kind.PLACE: (Field.TITLE,),
    Kind.EVENT: (Field.TITLE, Field.DATE),
    Kind.FILM: (Field.TITLE, Field.DATE),
}
SEVERAL = frozenset({Field.IGNORED, Field.PHONE, Field.LABELS, Field.TEXT, Field.STREET})
"""May stand in several columns."""
_OF_DATES = (Field.DATE, Field.TIME, Field.END_DATE, Field.END_TIME)
_OF_PICTURES = (Field.PICTURE, Field.PICTURE_ALT)
_OF_PLACES = (
    Field.STREET, Field.POSTAL_CODE, Field.CITY, Field.INSEE_CODE, Field.PHONE, Field.EMAIL,
)  # fmt: skip
OFFERED: Mapping[Kind, tuple[Field, ...]] = {
    Kind.EVENT: (
        Field.TITLE, *_OF_DATES, Field.VENUE, *_OF_PLACES, Field.SUMMARY, Field.TEXT, Field.LABELS, Field.PRICE,
        Field.BOOKING, Field.LINK, Field.ACCESS, *_OF_PICTURES, Field.CANCELLED, Field.KEY,
    ),
    Kind.PLACE: (
        Field.TITLE, Field.LABELS, *_OF_PLACES, Field.LINK, Field.HOURS, Field.SUMMARY, Field.TEXT, Field.ACCESS,
        *_OF_PICTURES, Field.LATITUDE, Field.LONGITUDE, Field.KEY,
    ),
    Kind.FILM: (
        Field.TITLE, *_OF_DATES, Field.VERSION, Field.PRICE, Field.BOOKING, Field.VENUE, Field.SUMMARY, Field.TEXT,
        Field.LABELS, Field.LINK, *_OF_PICTURES, Field.CANCELLED, Field.KEY,
    ),
}  # fmt: skip
"""What a column may be said to hold, the likeliest first."""
_FILMS = re.compile(r"films?|cinema|version|vf|vost|vf vo|seances?|titre du film|realisateur")
_AT_WORK = re.compile(r"\d{4}|@|\d[/:h.]\d|\d\d \d\d")
"""Stands in what a table tells, and in no header."""

_HEADERS: tuple[tuple[Field, str], ...] = (
    (Field.PICTURE_ALT, r"(description|texte) (de l |de la )?(image|photo|affiche)|alt|(texte )?alternatif|legende"),
    (Field.PICTURE, r"(url |lien |adresse )?(de l |de la )?(images?|photos?|affiche|visuel|illustration)"),
    (Field.KEY, r"id|identifiant|ref|reference|code|numero|uid"),
    (Field.END_DATE, r"(date de )?fin|date fin|jusqu au|au|date de cloture|end date"),
    (Field.END_TIME, r"(heure|horaire) (de )?fin|heure fin|termine a"),
    (Field.DATE, r"dates?( et heure)?|jours?|date (de )?(debut|seance|evenement|publication)|debut|quand|du|start date|seances?"),
    (Field.TIME, r"heures?|horaires?( seances?)?|seances?|heure (de )?(debut|seance)|heure debut|a quelle heure"),
    (Field.VERSION, r"versions?|vf vo|langue|format|vo vf|version langue"),
    (Field.PRICE, r"prix|tarifs?|cout|entree|participation|conditions"),
    (Field.BOOKING, r"(lien |url |adresse )?(de |pour )?(reservations?|reserver|billetterie|inscription)"),
    (Field.EMAIL, r"e ?mails?|mails?|mel|courriels?|adresse (e ?mail|electronique|mail)"),
    (Field.PHONE, r"(n |no |numero )?(de )?(telephones?|tel|tels|portables?|mobiles?|fixe)( \d| fixe| portable| mobile)?"),
    (Field.LINK, r"liens?|url|site|sites?( internet| web)?|web|page|adresse (internet|web|du site)|en savoir plus"),
    (Field.LATITUDE, r"lat|latitude|y"),
    (Field.LONGITUDE, r"lon|lng|long|longitude|x"),
    (Field.POSTAL_CODE, r"code postal|cp|codepostal"),
    (Field.INSEE_CODE, r"(code )?insee|code commune"),
    (Field.CITY, r"villes?|communes?|localite"),
    (Field.STREET, r"adresses?( postale| complete| \d)?|rue|voie|numero et (rue|voie)|siege( social)?"),
    (Field.VENUE, r"lieux?|salle|endroit|ou|lieu (de l )?evenement|etablissement d accueil|cinema"),
    (Field.HOURS, r"(horaires|heures|jours)( et (jours|heures))?( d)? ?(ouverture|permanence|accueil)s?|ouverture|permanences?"),
    (Field.ACCESS, r"accessibilite|acces (pmr|handicap\w*)|pmr|handicap"),
    (Field.LABELS, r"categories?|themes?|thematiques?|rubriques?|types?|activites?|mots cles?|public|genres?|domaines?|specialites?|professions?"),
    (Field.CANCELLED, r"annule\w*|annulation"),
    (Field.SUMMARY, r"resume|chapo|accroche|synopsis court|sous titre"),
    (Field.TEXT, r"description( longue| complete)?|textes?|details?|contenu|presentation|synopsis|commentaires?|infos?|informations?|remarques?|observations?|ce qu (elle|il) fait"),
    (Field.TITLE, r"titres?|noms?|intitules?|libelles?|evenements?|manifestations?|films?|associations?|denomination|raison sociale|enseignes?|commerces?|nom .{1,40}|titre .{1,40}|structures?|quoi|objet"),
)  # fmt: skip
_READ = tuple((field, re.compile(pattern)) for field, pattern in _HEADERS)


def field_of(header: str, kind: Kind) -> Field:
    """IGNORED when it says nothing known."""
    return next(iter(_fields_of(header, kind)), Field.IGNORED)


def _fields_of(header: str, kind: Kind) -> tuple[Field, ...]:
    """The likeliest first: « Séances » are dates, or times beside a column « Jour »."""
    words = fold_words(header)[:80]
    found = [field for field, said in _READ if said.fullmatch(words)]
    if kind == Kind.PLACE:  # « Horaires » of a shop
        found = [Field.HOURS if field == Field.TIME else field for field in found]
    return tuple(found)


def guess(
    headers: Sequence[str], kind: Kind, *, mapping: Mapping[str, Field] | None = None
) -> tuple[Field, ...]:
    """One for each column. `mapping`: what a person said of a header, which counts before any guess."""
    said = mapping or {}
    likely = [(said[one],) if one in said else _fields_of(one, kind) for one in headers]
    order = sorted(range(len(headers)), key=lambda n: (headers[n] not in said, len(likely[n])))
    found = [Field.IGNORED] * len(headers)
    for n in order:
        free = (field for field in likely[n] if field in SEVERAL or field not in found)
        found[n] = next(free, Field.IGNORED)
    return tuple(found)


def names(cells: Sequence[str], width: int = 0) -> tuple[str, ...]:
    """A name for each column: its header; « #3 » for the third one if it has none, « Tél. #2 » if another has the same."""
    found: dict[str, None] = {}
    for n in range(max(len(cells), width)):
        header = " ".join(cells[n].split()) if n < len(cells) else ""
        name, times = header or f"#{n + 1}", 1
        while name in found:
            times += 1
            name = f"{header} #{times}"
        found[name] = None
    return tuple(found)


def is_told(name: str) -> bool:
    """The column has a header of its own."""
    return re.fullmatch(r"#\d+", name) is None


def are_numbers(headers: Collection[str]) -> bool:
    """The table had no header: each column goes by its number."""
    return bool(headers) and not any(map(is_told, headers))


def kind_of(headers: Sequence[str]) -> Kind:
    """What the lines of a table are, by its headers."""
    if any(_FILMS.fullmatch(fold_words(header)) for header in headers):
        return Kind.FILM
    return Kind.EVENT if Field.DATE in guess(headers, Kind.EVENT) else Kind.PLACE


def header_line(
    rows: Sequence[tuple[int, list[str]]],
    kind: Kind,
    *,
    mapping: Mapping[str, Field] | None = None,
) -> tuple[int, tuple[str, ...]]:
    """(number of the line, headers); (0, ()) when no line looks like one."""
    best, best_score = (0, tuple[str, ...]()), 0
    for line, cells in rows[:HEADER_WITHIN]:
        headers = names(cells)
        known = {field for field in guess(headers, kind, mapping=mapping) if field != Field.IGNORED}
        score = len(known) + sum(field in known for field in NEEDED[kind])
        is_lone = sum(1 for cell in cells if cell.strip()) < 2 and len(NEEDED[kind]) > 1
        if score > best_score and not is_lone:
            best, best_score = (line, headers), score
    return best


def unknown_header_line(rows: Sequence[tuple[int, list[str]]]) -> int:
    """The first line with several cells, unless it tells something already: a header of words nobody knows, or none (0)."""
    for line, cells in rows[:HEADER_WITHIN]:
        if sum(1 for cell in cells if cell.strip()) > 1:
            return 0 if any(_AT_WORK.search(cell) for cell in cells) else line
    return next((line for line, cells in rows if any(cells)), 0) if len(rows) > 1 else 0
