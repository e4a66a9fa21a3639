"""Names for every commune of France."""

import re
from collections import Counter

import pytest

from beffroi.kit import domain_names
from beffroi.kit.domain_names import Fault, Form, NotADomain
from beffroi.towns import communes


@pytest.fixture(scope="module")
def bearers():
    counts = domain_names.count_bearers(c.name for c in communes.everyone().values())
    return lambda form: counts.get(form, 0)


@pytest.fixture
def names(bearers):
    def ask(name, department):
        found = domain_names.proposals(name, department=department, bearers=bearers)
        return [proposal.name for proposal in found]

    return ask


@pytest.mark.parametrize(
    ("commune", "department", "expected"),
    [
        ("L’Haÿ-les-Roses", "94", ["lhay-les-roses.fr", "lhaylesroses.fr"]),
        ("Le Tampon", "974", ["le-tampon.fr", "letampon.fr", "mairie-le-tampon.fr"]),
        ("Les Sables-d’Olonne", "85", ["les-sables-dolonne.fr", "mairie-les-sables-dolonne.fr"]),
        ("Châlons-en-Champagne", "51", ["chalons-en-champagne.fr"]),
        ("Œuilly", "51", ["oeuilly-51.fr"]),
        ("Y", "80", ["mairie-y.fr", "y.fr"]),  # ville-y would be Villey’s
        ("Bors (Canton de Charente-Sud)", "16", ["bors-charente-sud-16.fr"]),
        ("Sainte-Colombe", "2A", ["sainte-colombe-2a.fr", "mairie-sainte-colombe-2a.fr"]),
    ],
)
def test_articles_accents_apostrophes_and_hyphens_come_out_right(
    names, commune, department, expected
):
    assert names(commune, department)[: len(expected)] == expected


def test_saint_is_written_in_full_and_shortened_only_where_the_name_is_long(names):
    assert names("Saint-Maur-des-Fossés", "94") == [
        "saint-maur-des-fosses.fr",
        "mairie-saint-maur-des-fosses.fr",
        "ville-saint-maur-des-fosses.fr",
        "st-maur-des-fosses.fr",
    ]
    assert "ste-foy-la-grande.fr" not in names("Sainte-Foy-la-Grande", "33")
    assert "st-remy-en-bouzemont-st-genest-et-isson.fr" in names(
        "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson", "51"
    )


def test_communes_of_one_name_are_told_apart_by_their_department_first(bearers):
    found = domain_names.proposals("Saint-Aubin", department="62", bearers=bearers)

    assert found[0].name == "saint-aubin-62.fr"
    assert not found[0].shared
    assert {p.name for p in found if p.shared} >= {"saint-aubin.fr", "mairie-saint-aubin.fr"}


def test_what_the_registry_keeps_and_what_is_another_commune_s_is_not_proposed(names):
    assert "port.fr" not in names("Port", "01")
    assert "ville-neuve.fr" not in names("Neuve", "00")  # the canonical name of Villeneuve


@pytest.mark.slow
def test_every_commune_gets_valid_names_and_no_two_are_led_to_the_same_one(bearers):
    first: Counter[str] = Counter()
    for commune in communes.everyone().values():
        found = domain_names.proposals(
            commune.name, department=commune.department_code, bearers=bearers
        )
        names = [proposal.name for proposal in found]

        assert len(names) >= 2, commune
        assert len(set(names)) == len(names), commune
        assert all(domain_names.clean(name) == name for name in names), commune
        assert all(re.fullmatch(r"[a-z0-9-]{1,63}\.fr", name) for name in names), commune
        first[next(p.name for p in found if not p.shared)] += 1

    assert [name for name, count in first.items() if count > 1] == []
    assert len(first) == len(communes.everyone())


def test_two_forms_of_one_name_are_told_apart(bearers):
    forms = {p.form for p in domain_names.proposals("Brest", department="29", bearers=bearers)}

    assert forms == {Form.BARE, Form.TOWN_HALL, Form.CITY}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (" Exempleville.FR ", "exempleville.fr"),
        ("https://www.exempleville.fr/accueil", "exempleville.fr"),
        ("mairie.exempleville.bzh.", "mairie.exempleville.bzh"),
    ],
)
def test_what_a_person_pastes_is_understood(typed, meant):
    assert domain_names.clean(typed) == meant


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", Fault.EMPTY),
        ("mairie@orange.fr", Fault.ADDRESS),
        ("orée.fr", Fault.ACCENTS),
        ("exempleville", Fault.ONE_PART),
        ("exempleville.4", Fault.ONE_PART),
        ("exemple ville.fr", Fault.CHARACTERS),
        ("exemple..fr", Fault.CHARACTERS),
        ("-exemple.fr", Fault.HYPHENS),
        ("ex--emple.fr", Fault.HYPHENS),
        ("a" * 64 + ".fr", Fault.TOO_LONG),
    ],
)
def test_what_cannot_be_a_domain_is_named(typed, fault):
    with pytest.raises(NotADomain) as refused:
        domain_names.clean(typed)

    assert refused.value.fault is fault
