"""Articles of others: RSS of every age, Atom, JSON Feed, WordPress’s API."""

import json

import pytest

from beffroi.content.facts import PictureLink
from beffroi.content.readers import feed, json_feed, wordpress
from beffroi.content.words import Flaw
from tests.rooms.content.readers.shelf import PARIS, SITE, at, bytes_of, flaws


@pytest.mark.parametrize("name", ["wordpress-rss2.xml", "wordpress-atom.xml", "wordpress-rss1.xml"])
def test_the_three_feeds_of_wordpress_say_the_same(name):
    reading = feed.read(bytes_of(name), zone=PARIS, address=SITE)

    assert reading.title == "Commune d'Exemple-sur-Beffroi"
    assert len(reading.found) == 5
    first, _, party = reading.found[:3]
    assert first.title == "Vigilance orange « vent violent »"
    assert first.published_at == at("2026-11-12 06:10")
    assert first.labels == ("Alertes météo", "sécurité", "vent")
    assert "déplacements & rangez" in first.summary
    assert first.key == first.link
    assert party.html.count("<li>") == 3
    assert party.picture and party.picture.alt == "Affiche : défilé aux lampions"
    assert "<img" not in party.html


def test_the_api_of_wordpress_tells_categories_first_and_the_featured_picture_with_its_words():
    reading = wordpress.read(
        bytes_of("wordpress-posts.json"),
        zone=PARIS,
        address=f"{SITE}wp-json/wp/v2/posts?_embed=1&per_page=5",
    )

    party = reading.found[2]
    assert party.labels == ("Culture", "famille", "fête")
    assert party.picture.url.endswith("/affiche-fete.png")
    assert party.picture.alt == "Affiche : défilé aux lampions"
    assert party.published_at == at("2026-11-07 09:00")
    assert reading.found[0].picture is None
    assert reading.next_page == f"{SITE}wp-json/wp/v2/posts?_embed=1&per_page=5&page=2"
    assert flaws(reading) == []


def test_the_last_page_of_wordpress_is_not_full():
    assert wordpress.next_page(f"{SITE}wp-json/wp/v2/posts?page=3", 4) == ""
    assert wordpress.next_page(f"{SITE}wp-json/wp/v2/posts?page=3", 10).endswith("?page=4")


def test_spip_s_letters_of_another_age_are_read_and_its_script_is_not():
    reading = feed.read(bytes_of("spip.xml"), zone=PARIS, address=SITE)

    meeting, market = reading.found
    assert meeting.title == "Réunion publique « cœur de bourg »"
    assert meeting.published_at == at("2026-03-02 19:00")
    assert 'href="https://www.sainte-exemple.example/spip.php?rubrique3"' in meeting.html
    assert "alert" not in meeting.html
    assert meeting.picture == PictureLink(
        url="https://www.sainte-exemple.example/IMG/jpg/bourg.jpg"
    )
    assert market.title == "Le marché reprend le samedi, place de l'église."
    assert (market.link, market.key, market.published_at) == ("", "article13", None)
    assert flaws(reading) == [Flaw.HTML_CUT, Flaw.NO_ALT, Flaw.BAD_LINK, Flaw.BAD_DATE]


def test_drupal_s_pictures_come_with_their_words_and_its_links_are_whole():
    budget, library = feed.read(bytes_of("drupal.xml"), zone=PARIS, address=SITE).found

    assert budget.title == "Budget participatif : c'est parti"
    assert budget.key == "482 at https://www.ville-exemple.example"
    assert budget.picture == PictureLink(
        url="https://www.ville-exemple.example/sites/default/files/vote.jpg", alt="Une urne"
    )
    assert 'href="https://www.ville-exemple.example/participer"' in budget.html
    assert library.link == "https://www.ville-exemple.example/mediatheque"
    assert library.picture.alt == "Façade de la médiathèque"


def test_a_feed_of_1999_is_read_document_type_and_all():
    (sale,) = feed.read(bytes_of("rss091.xml"), zone=PARIS).found

    assert (sale.title, sale.summary) == ("Vide-grenier", "Dimanche, place du Foirail.")


def test_a_json_feed_is_read_and_what_comes_twice_counts_once():
    reading = json_feed.read(bytes_of("feed.json"), zone=PARIS, address=SITE)

    pool, news = reading.found
    assert (pool.title, pool.summary) == ("Piscine et patinoire", "Corrigé.")
    assert (news.key, news.title) == ("2", "Un brin d’info. un deux")
    assert "<li>un</li>" in news.html
    assert reading.next_page == f"{SITE}feed.json?page=2"
    assert flaws(reading) == [Flaw.HTML_CUT, Flaw.NO_ALT, Flaw.BAD_DATE, Flaw.DUPLICATE_KEY]


def test_a_summary_is_cut_at_a_word_and_a_title_is_unescaped_once():
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": "1", "title": "R&amp;D, &amp;lt;b&amp;gt;", "summary": "mots " * 100}],
    }
    (found,) = json_feed.read(json.dumps(document).encode(), zone=PARIS).found

    assert found.title == "R&D, &lt;b&gt;"
    assert len(found.summary) <= 300
    assert found.summary.endswith(" mots…")


@pytest.mark.parametrize("reader", [feed, json_feed, wordpress])
def test_what_is_empty_is_told_from_what_cannot_be_read(reader):
    empty = {
        feed: b"<rss version='2.0'><channel><title>x</title></channel></rss>",
        json_feed: b'{"version": "https://jsonfeed.org/version/1.1", "items": []}',
        wordpress: b"[]",
    }[reader]

    assert flaws(reader.read(empty, zone=PARIS)) == [Flaw.NOTHING_INSIDE]
    assert flaws(reader.read(b"<html><p>404", zone=PARIS)) == [Flaw.UNREADABLE]
    assert flaws(reader.read(b" " * 9_000_000, zone=PARIS)) == [Flaw.TOO_LARGE]
