"""DILA’s directory of public services: the daily file for the whole country, and the answers of its API."""

from collections.abc import Callable, Collection, Iterator
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from beffroi.content.facts import Found, Hours, Place, Reading
from beffroi.content.readers import gathering, moments, places, reference, texts, values
from beffroi.content.readers.gathering import Gathering
from beffroi.content.readers.values import Json, get, items, number, text
from beffroi.content.words import Category, Flaw, Format, Kind

_HOURS = (
    ("valeur_heure_debut_1", "valeur_heure_fin_1"),
    ("valeur_heure_debut_2", "valeur_heure_fin_2"),
)
DELEGATED = "mairie_com"
"""The town hall of a commune that is part of a new one."""


def read(
    source: reference.Source, *, zone: ZoneInfo, wanted_insee: Collection[str] = ()
) -> Reading:
    """Only what serves one of these communes; everything if none is named. `source` may be packed."""
    into = Gathering(Format.DILA)
    wanted = frozenset(wanted_insee)
    _walk(source, into, lambda record: _take(record, wanted, zone, into))
    return into.reading(title=_title())


def read_each(
    source: reference.Source, *, zone: ZoneInfo, wanted_insee: Collection[str]
) -> reference.Country:
    """As `read`, for each of these communes apart; what serves several is in each."""
    whole = Gathering(Format.DILA)
    each = {code: Gathering(Format.DILA) for code in wanted_insee}

    def take(record: Json) -> None:
        for code in each.keys() & set(_communes(record)):
            _take(record, frozenset({code}), zone, each[code])

    _walk(source, whole, take)
    return reference.country(whole, each, title=_title())


def _title() -> str:
    return gettext("Annuaire de l’administration")


def _walk(source: reference.Source, into: Gathering, take: Callable[[Json], None]) -> None:
    """Until the end, or until `into` is full; what is wrong with the file is remarked there."""
    with reference.remarking(into), reference.opened(source, suffixes=(".json",)) as file:
        path = reference.list_path(file.head(), ("service", "results"))
        if not path:
            into.remark(Flaw.UNREADABLE)
            return
        for record in reference.records(file, path):
            take(record)
            if into.is_full:
                break


def _take(record: Json, wanted: frozenset[str], zone: ZoneInfo, into: Gathering) -> None:
    communes = list(_communes(record))
    served = [code for code in communes if code in wanted]
    if (wanted and not served) or text(record, "statut_de_diffusion").lower() == "false":
        return
    title = texts.title(text(record, "nom"))
    code = next(iter(served or communes), "")
    into.add(
        Found(
            key=gathering.key(text(record, "id"), text(record, "ancien_code_pivot"))
            or gathering.made_key(title, code),
            kind=Kind.PLACE,
            title=title,
            summary=texts.summary(text(record, "mission")),
            labels=tuple(_labels(record)),
            category=Category.PUBLIC,
            place=_place(record, code, title, into),
            is_temporary=False,
            credit=_credit(record, zone),
        )
    )


def _nested(record: Json, name: str) -> Iterator[Json]:
    """A list in the file; in the API, text that holds a list."""
    value = get(record, name)
    if isinstance(value, str):
        value = values.load(value) if value.lstrip()[:1] in ("[", "{") else value.strip() or None
    yield from items(value)


def _communes(record: Json) -> Iterator[str]:
    """Those of the pivot first: the code beside it is wrong in some records."""
    codes = [code for one in _nested(record, "pivot") for code in items(one, "code_insee_commune")]
    codes.extend(_nested(record, "code_insee_commune"))
    yield from (places.commune(text(code)) for code in codes if text(code))


def _labels(record: Json) -> Iterator[str]:
    for pivot in _nested(record, "pivot"):
        if kind := texts.title(text(pivot, "type_service_local")):
            yield gettext("mairie déléguée") if kind == DELEGATED else kind.replace("_", " ")


def _credit(record: Json, zone: ZoneInfo) -> str:
    changed = moments.moment(text(record, "date_modification"), zone)
    return f"DILA, Licence Ouverte 2.0{f', {moments.spoken(changed)}' if changed else ''}"


def _place(record: Json, code: str, title: str, into: Gathering) -> Place:
    addresses = list(_nested(record, "adresse"))
    visited = [one for one in addresses if text(one, "type_adresse") in {"", "Adresse"}]
    address = next(iter(visited or addresses), None)
    latitude, longitude = places.point(
        number(address, "latitude"), number(address, "longitude"), into, title
    )
    sites = [text(site, "valeur") or text(site) for site in _nested(record, "site_internet")]
    mails = [text(mail) for mail in _nested(record, "adresse_courriel")]
    mails += [site for site in sites if "@" in site and "/" not in site]
    numbers = " / ".join(text(one, "valeur") or text(one) for one in _nested(record, "telephone"))
    hours = tuple(_hours(record))
    lines = ("complement1", "complement2", "numero_voie", "service_distribution")
    return Place(
        street="\n".join(filter(None, (texts.line(text(address, line)) for line in lines))),
        postal_code=text(address, "code_postal")[:10],
        city=texts.line(text(address, "nom_commune"))[:100],
        insee_code=places.insee(code, into, title),
        latitude=latitude,
        longitude=longitude,
        phones=places.phones(numbers, into, title),
        email=next(filter(None, map(places.email, mails)), ""),
        website=next(
            filter(None, (places.website(s, into, title) for s in sites if "@" not in s)), ""
        ),
        hours=hours,
        hours_note=texts.line(text(record, "commentaire_plage_ouverture"))[:500],
        access=_access(address),
    )


def _hours(record: Json) -> Iterator[Hours]:
    """« Lundi » to « Vendredi » is five days; a day cut by lunch has two."""
    for span in _nested(record, "plage_ouverture"):
        first = moments.weekday(text(span, "nom_jour_debut"))
        last = moments.weekday(text(span, "nom_jour_fin"))
        if first is None:
            continue
        last = first if last is None else last
        for day in range(first, (last if last >= first else last + 7) + 1):
            yield from _of_day(span, day % 7)


def _of_day(span: Json, day: int) -> Iterator[Hours]:
    note = texts.shorten(texts.line(text(span, "commentaire")), 200)
    for begins, ends in _HOURS:
        opens = moments.minutes(text(span, begins))
        closes = moments.minutes(text(span, ends))
        if opens is None or closes is None or opens == closes:
            continue
        later = closes if closes > opens else closes + 24 * 60
        yield Hours(weekday=day, opens_min=opens, closes_min=later, note=note)


def _access(address: Json) -> str:
    known = {
        "ACC": gettext("Accessible aux personnes handicapées"),
        "DEM": gettext("Accessible sur demande"),
        "NAC": gettext("Non accessible aux personnes handicapées"),
    }
    said = known.get(text(address, "accessibilite"), "")
    note = texts.shorten(texts.line(text(address, "note_accessibilite")), 200)
    return "\N{NO-BREAK SPACE}: ".join(filter(None, (said, note)))
