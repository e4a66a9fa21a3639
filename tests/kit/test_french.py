import pytest
from django.template import Context, Template
from django.utils.translation import ngettext

from beffroi.kit.french import of


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Arcachon", "d’Arcachon"),
        ("Brest", "de Brest"),
        ("Le Havre", "du Havre"),
        ("Les Ulis", "des Ulis"),
        ("La Teste-de-Buch", "de La Teste-de-Buch"),
        ("L’Isle-Adam", "de L’Isle-Adam"),
        ("Évry-Courcouronnes", "d’Évry-Courcouronnes"),
        ("Œuilly", "d’Œuilly"),
        ("Hyères", "d’Hyères"),
        ("Hendaye", "d’Hendaye"),
        ("Houilles", "de Houilles"),
        ("Hagetmau", "de Hagetmau"),
        ("Yutz", "de Yutz"),
        ("Yvetot", "d’Yvetot"),
        ("Ypreville", "d’Ypreville"),
        ("Lesparre-Médoc", "de Lesparre-Médoc"),
        ("", "de "),
    ],
)
def test_de_before_the_name_of_a_place(name, said):
    assert of(name) == said


@pytest.mark.parametrize(("n", "said"), [(0, "0 message"), (1, "1 message"), (2, "2 messages")])
def test_nought_is_singular_in_code_and_on_pages(n, said):
    assert ngettext("%(n)d message", "%(n)d messages", n) % {"n": n} == said
    page = "{% load i18n %}{% blocktranslate count n=n %}{{ n }} message{% plural %}{{ n }} messages{% endblocktranslate %}"
    assert Template(page).render(Context({"n": n})) == said
