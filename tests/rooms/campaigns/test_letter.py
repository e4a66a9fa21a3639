"""The letter that goes out: accessible, light, readable at night, and a true letter in plain text."""

import re
from dataclasses import replace

import pytest

from beffroi.campaigns import letter
from beffroi.campaigns.letter.colours import NIGHT, PAPER, readable
from beffroi.delivery.words import Slot
from beffroi.kit import html_tree
from beffroi.kit.colours import contrast

IMAGE = f"{'a' * 64}.jpg"
SHEET = letter.Sheet(
    town_name="Arcachon",
    primary_colour="#17456b",
    accent_colour="#b3391f",
    base_url="https://beffroi.example/arcachon",
    site_url="https://beffroi.example",
    arms_url="https://beffroi.example/arcachon/blason.png",
    subject="La fête du port",
    preheader="Samedi sur le port",
    body='<p>Bonjour <strong>à tous</strong>, <a href="https://port.example/x">le programme</a>.</p>'
    f'<p><img src="/arcachon/images/{IMAGE}" alt="Le port"></p>',
    articles=(letter.Article(title="Travaux", html="<ul><li>Rue du Port</li></ul>"),),
    theme_names=("Culture", "Infos pratiques"),
    date="mardi 24 novembre 2026",
    postal_address="1 place de la Mairie",
    telephone="05 57 00 00 00",
    website="https://arcachon.example",
    page_url="https://beffroi.example/arcachon/messages/fete/",
    counts_links=False,
    sizes={IMAGE: letter.Size(width=1200, height=600)},
)


@pytest.fixture(scope="module")
def composed():
    return letter.compose(SHEET, counted={})


@pytest.fixture(scope="module")
def nodes(composed):
    return list(html_tree.walk(html_tree.parse(composed.html)))


def one(nodes, tag):
    (found,) = [node for node in nodes if node.tag == tag]
    return found


def test_it_says_its_language_its_title_and_has_one_h1(nodes):
    assert one(nodes, "html").attrs["lang"] == "fr"
    assert html_tree.text(one(nodes, "title").children) == "La fête du port"
    assert html_tree.text(one(nodes, "h1").children) == "La fête du port"


def test_every_image_has_words_a_size_and_a_whole_address(nodes):
    images = [node for node in nodes if node.tag == "img"]

    assert [image.attrs["alt"] for image in images] == ["Blason de la commune", "Le port"]
    assert all(image.attrs["src"].startswith("https://") for image in images)
    assert (images[1].attrs["width"], images[1].attrs["height"]) == ("536", "268")


def test_tables_that_lay_out_say_so(nodes):
    assert all(node.attrs.get("role") == "presentation" for node in nodes if node.tag == "table")


def test_it_loads_and_runs_nothing(composed, nodes):
    assert not {"script", "link", "iframe", "form", "object"} & {node.tag for node in nodes}
    assert "@import" not in composed.html
    assert "url(" not in composed.html


def test_styles_are_inlined_and_the_night_and_narrow_screens_are_kept(composed, nodes):
    paragraphs = [node for node in nodes if node.tag == "p"]
    assert all("margin" in node.attrs.get("style", "") for node in paragraphs)
    assert "prefers-color-scheme: dark" in composed.html
    assert "max-width: 480px" in composed.html
    metas = {
        node.attrs.get("name"): node.attrs.get("content") for node in nodes if node.tag == "meta"
    }
    assert metas["color-scheme"] == "light dark"
    assert "width=device-width" in metas["viewport"]


def test_every_colour_of_a_text_can_be_read_on_its_ground(composed):
    light, dark = composed.html.split("prefers-color-scheme: dark")[0], composed.html
    inline = re.findall(r'style="([^"]*)"', dark)
    for style in inline:
        colour = re.search(r"(?<![-\w])color: (#[0-9a-f]{6})", style)
        ground = re.search(r"background-color: (#[0-9a-f]{6})", style)
        if colour:
            assert contrast(colour[1], ground[1] if ground else PAPER) >= 4.5
    night = dark.split("prefers-color-scheme: dark")[1].split("</style>")[0]
    assert light
    for colour in re.findall(r"[ {;]color: (#[0-9a-f]{6})", night):
        assert contrast(colour, NIGHT) >= 4.5


@pytest.mark.parametrize("colour", ["#ffff00", "#f8f8f8", "#17456b", "#000000", "#777777"])
@pytest.mark.parametrize("ground", [PAPER, NIGHT])
def test_any_town_colour_becomes_readable(colour, ground):
    assert contrast(readable(colour, on=ground), ground) >= 4.5


def test_it_weighs_little(composed):
    assert len(composed.html.encode()) < 20_000


def test_the_footer_tells_why_and_how_to_leave(composed):
    for text in (composed.html, composed.text):
        flat = " ".join(text.replace("&nbsp;", " ").split())
        assert "vous êtes abonné à : Culture, Infos pratiques." in flat
        assert Slot.UNSUBSCRIBE_URL.marker in text
        assert Slot.PREFERENCES_URL.marker in text
        assert "https://beffroi.example/arcachon/messages/fete/" in text
        assert "1 place de la Mairie" in text


def test_the_plain_text_is_a_letter(composed):
    head = composed.text.split("Lire ce message")[0]

    assert head == (
        "Arcachon\nmardi 24 novembre 2026\n\nLA FÊTE DU PORT\n" + "-" * 72 + "\n\n"
        "Bonjour à tous, le programme (https://port.example/x).\n\n[Le port]\n\n\n"
        "Travaux\n=======\n\n- Rue du Port\n\n" + "-" * 72 + "\n\n"
    )


def test_the_public_page_holds_nothing_personal(composed):
    page = letter.page(SHEET)

    assert "slot.invalid" not in page
    assert "<h1" not in page
    assert "<h2>Travaux</h2>" in page
    assert f'src="https://beffroi.example/arcachon/images/{IMAGE}"' in page


def test_text_from_people_is_text():
    sheet = replace(SHEET, subject="<script>&", preheader='"><b>', theme_names=("<i>",))
    html = letter.compose(sheet, counted={}).html

    assert "<script>" not in html
    assert "&lt;script&gt;&amp;" in html


def test_a_dark_preview_is_dark():
    html = letter.preview(SHEET, is_dark=True)

    assert "prefers-color-scheme" not in html
    assert NIGHT in html
    assert "slot.invalid" not in html


def test_counted_links_replace_the_outside_ones():
    counted = {"https://port.example/x": "https://beffroi.example/arcachon/l/7"}
    html = letter.compose(replace(SHEET, counts_links=True), counted=counted).html

    assert 'href="https://beffroi.example/arcachon/l/7"' in html
    assert "port.example" not in html


def test_a_preview_is_light_or_dark_by_choice_whatever_the_agent_s_desk():
    light, dark = (letter.preview(SHEET, is_dark=is_dark) for is_dark in (False, True))

    assert "prefers-color-scheme" not in light + dark
    assert "background-color: #111214 !important" in dark
    assert "background-color: #111214 !important" not in light
