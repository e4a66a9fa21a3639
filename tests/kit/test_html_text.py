"""The letter as text."""

from beffroi.kit.html_text import Link, links, pictures, to_text, words


def test_links_stand_beside_their_words_and_stand_alone_when_they_are_the_words():
    html = (
        '<p><a href="https://port.example/fete">Le programme</a> ; <a href="https://port.example">port.example</a> ;'
        ' <a href="mailto:a@b.fr">a@b.fr</a> ; <a href="/arcachon/">ici</a></p>'
    )

    assert to_text(html, base_url="https://beffroi.example") == (
        "Le programme (https://port.example/fete) ; https://port.example ; a@b.fr\n"
        "; ici (https://beffroi.example/arcachon/)"
    )


def test_headings_lists_tables_and_images_read_well():
    html = (
        "<h2>Programme</h2><ul><li>Un<ul><li>détail</li></ul></li><li>Deux</li></ul>"
        "<ol><li>a</li><li>b</li></ol><table><tbody><tr><td>Jour</td><td>Heure</td></tr></tbody></table>"
        '<p><img src="/x/images/a.png" alt="Le port"></p><blockquote><p>Cité</p></blockquote>'
    )

    assert to_text(html) == (
        "Programme\n=========\n\n- Un\n  - détail\n- Deux\n\n1. a\n2. b\n\nJour | Heure\n\n[Le port]\n\n> Cité"
    )


def test_long_lines_are_folded_and_addresses_are_not():
    address = "https://port.example/" + "a" * 100
    text = to_text(f'<p>{"mot " * 40}<a href="{address}">lien</a></p>')

    assert all(len(line) <= 78 for line in text.split("\n") if address not in line)
    assert address in text


def test_what_the_check_list_reads():
    html = '<p><a href="/x"><img src="s" alt="Blason"></a></p><p>Deux</p>'

    assert links(html) == [Link(href="/x", label="Blason")]
    assert [picture.alt for picture in pictures(html)] == ["Blason"]
    assert words(html).endswith("Deux")
