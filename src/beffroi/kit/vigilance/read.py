"""From the bytes of DPVigilance v1 to a bulletin. Whatever is hostile or malformed is refused with its reason."""

from collections.abc import Iterator

from beffroi.kit.vigilance.bulletin import Domain, Map, Period, Spell, Wording
from beffroi.kit.vigilance.nodes import Node, parse
from beffroi.kit.vigilance.words import Colour, Phenomenon

ECHEANCES = ("J", "J1")
DEPARTMENTAL = "BULLETIN_DEPARTEMENTAL"
MAX_SPELLS = 100  # of one phenomenon in one period: four an hour would be 96
_NOTHING = "néant"


def read_map(raw: bytes) -> Map:
    """The product `cartevigilance`. Raises: BadBulletin."""
    product = parse(raw).get("product")
    kind = product.text("warning_type")
    if kind != "vigilance":
        raise product.bad("no vigilance")
    periods: dict[str, Period] = {}
    ignored: list[str] = []
    for node in product.items("periods"):
        echeance = node.name("echeance")
        if echeance not in ECHEANCES:
            ignored.append(f"échéance {echeance}")
        elif echeance in periods:
            raise node.bad("the same period twice")
        else:
            periods[echeance] = _period(node, echeance, ignored)
    if "J" not in periods:
        raise product.bad("no period J")
    return Map(
        updated_at=product.moment("update_time"),
        periods=tuple(periods[name] for name in ECHEANCES if name in periods),
        ignored=tuple(dict.fromkeys(ignored)),
    )


def read_wordings(raw: bytes) -> tuple[Wording, ...]:
    """The product `textesvigilance`: what the departments' bulletins say. Raises: BadBulletin."""
    product = parse(raw).get("product")
    return tuple(
        wording
        for bloc in product.items("text_bloc_items")
        if bloc.text("bloc_id") == DEPARTMENTAL
        for wording in _wordings(bloc)
    )


def _period(node: Node, echeance: str, ignored: list[str]) -> Period:
    begin, end = node.moment("begin_validity_time"), node.moment("end_validity_time")
    if begin >= end:
        raise node.bad("it ends before it begins")
    domains: dict[tuple[str, Phenomenon], Domain] = {}
    for place in node.get("timelaps").items("domain_ids"):
        domain_id = place.name("domain_id")
        for item in place.items("phenomenon_items"):
            phenomenon = _phenomenon(item.name("phenomenon_id"))
            if phenomenon is None:
                ignored.append(f"phénomène {item.name('phenomenon_id')}")
            elif (domain_id, phenomenon) in domains:
                raise item.bad("the same phenomenon twice")
            else:
                domains[domain_id, phenomenon] = _domain(item, domain_id, phenomenon)
    return Period(echeance=echeance, begin=begin, end=end, domains=tuple(domains.values()))


def _domain(item: Node, domain_id: str, phenomenon: Phenomenon) -> Domain:
    spells = sorted(map(_spell, item.items("timelaps_items")), key=lambda spell: spell.begin)
    if len(spells) > MAX_SPELLS:
        raise item.bad("too many spells")
    return Domain(
        domain_id=domain_id,
        phenomenon=phenomenon,
        highest=_colour(item, "phenomenon_max_color_id"),
        spells=tuple(spells),
    )


def _spell(node: Node) -> Spell:
    begin, end = node.moment("begin_time"), node.moment("end_time")
    if begin >= end:
        raise node.bad("it ends before it begins")
    return Spell(begin=begin, end=end, colour=_colour(node, "color_id"))


def _colour(node: Node, key: str) -> Colour:
    """Météo-France writes some colours as strings, others as numbers. An unknown one is no colour to guess."""
    name = node.name(key)
    if name not in {"1", "2", "3", "4"}:
        raise node.bad(f"{key}: no colour")
    return Colour(int(name))


def _phenomenon(name: str) -> Phenomenon | None:
    known = {str(int(phenomenon)): phenomenon for phenomenon in Phenomenon}
    return known.get(name)


def _wordings(bloc: Node) -> Iterator[Wording]:
    domain_id = bloc.name("domain_id")
    for item in bloc.items("bloc_items"):
        for text in item.items("text_items"):
            lines = [line for term in text.items("term_items") for line in _lines(term)]
            if lines:
                yield Wording(
                    domain_id=domain_id,
                    heading=item.text("type_name"),
                    phenomenon=_hazard(text),
                    text="\n".join(lines),
                )


def _hazard(text: Node) -> Phenomenon | None:
    return None if text.find("hazard_code") is None else _phenomenon(text.name("hazard_code"))


def _lines(term: Node) -> Iterator[str]:
    """Underlined and bold words head their lines; « Néant » says nothing."""
    for part in term.items("subdivision_text"):
        body = [line.as_text() for line in part.items("text")]
        body = [line for line in body if line and line.strip(" .").lower() != _NOTHING]
        head = " ".join(filter(None, (part.text("underline_text"), part.text("bold_text"))))
        if body:
            yield from filter(None, (head, *body))
