import pytest

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
