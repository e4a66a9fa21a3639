import pytest

from beffroi.towns import communes, queries, services, slugs
from beffroi.towns.models import JournalEntry
from tests.cast import NOON, a_town


def test_a_town_takes_its_name_and_figures_from_the_official_list(db):
    town = a_town("33009")

    assert (town.name, town.slug, town.department_code) == ("Arcachon", "arcachon", "33")
    assert town.postal_codes == ["33120"]
    assert 10_000 < town.population < 14_000
    assert JournalEntry.objects.of(town).get().kind == "town.created"


def test_an_unknown_insee_code_creates_nothing(db):
    with pytest.raises(services.UnknownCommune):
        a_town("99999")

    assert not queries.open_towns().exists()


def test_towns_of_the_same_name_get_different_addresses(db):
    saints = [c for c in communes.everyone().values() if c.name == "Saint-Martin"]
    slugs = [a_town(c.insee_code).slug for c in saints]

    assert len(saints) > 2
    assert len(set(slugs)) == len(slugs)


def test_a_town_never_takes_a_reserved_address(db, monkeypatch):
    monkeypatch.setattr(slugs, "RESERVED", frozenset({"arcachon"}))

    assert a_town("33009").slug == "arcachon-33"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("arcachon", "Arcachon"),
        ("33120", "Arcachon"),
        ("L'HAY LES ROSES", "L’Haÿ-les-Roses"),
        ("saint etienne", "Saint-Étienne"),
        ("Oeuilly", "Œuilly"),
        ("St Malo", "Saint-Malo"),
        ("ste foy les lyon", "Sainte-Foy-lès-Lyon"),
        ("arcahon", "Arcachon"),
        ("la teste de buhc", "La Teste-de-Buch"),
    ],
)
def test_a_commune_is_found_as_people_type_it(typed, first):
    assert communes.search(typed)[0].name == first


def test_an_empty_search_finds_nothing():
    assert communes.search("  ") == []
    assert communes.search("xyzzy plugh") == []


def test_the_list_holds_every_commune_in_force():
    assert len(communes.everyone()) > 34_000


def test_the_colours_of_a_town_must_carry_white_text(town, administrator):
    settings = services.TownSettings(
        **{name: getattr(town, name) for name in services.TownSettings.__dataclass_fields__}
        | {"primary_colour": "#ffff00"}
    )

    with pytest.raises(services.ColourTooPale):
        services.change_settings(town, settings, by=administrator, at=NOON)
