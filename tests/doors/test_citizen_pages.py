"""The pages for everybody: archive, feeds, images, counted links, standing pages, what is not there."""

import re
import xml.etree.ElementTree as ET
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import resolve

from beffroi.audience.models import Theme
from beffroi.campaigns.models import Campaign, CampaignTheme, CountedLink, Image
from beffroi.citizen.templatetags.citizen import fine
from beffroi.kit import paths
from beffroi.towns import services as towns
from beffroi.towns.models import Town
from tests.cast import NOON
from tests.doors import residents, world

ATOM = "{http://www.w3.org/2005/Atom}"
SHA = "a" * 64


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def themes(town):
    return residents.opened(town)


def published(town, agent, theme, *, subject="Le marché de Noël & ses <chalets>", days=0, **more):
    at = NOON - timedelta(days=days)
    campaign = Campaign.objects.create_in(
        town,
        stage="sent",
        subject=subject,
        preheader="Cinquante chalets.",
        created_by=agent,
        created_at=at,
        last_editor=agent,
        edited_at=at,
        archive_slug=f"{at.date()}-message-{days}",
        published_at=at,
        sent_hash="0" * 64,
        page_html="<p>Venez <em>nombreux</em>.</p>",
        **more,
    )
    CampaignTheme.objects.create_in(town, campaign=campaign, theme=theme)
    return campaign


@pytest.fixture
def message(town, themes, agent):
    return published(town, agent, themes[0])


def test_a_message_is_read_by_everybody(town, message, client):
    page = client.get(f"/{town.slug}/messages/{message.archive_slug}/")

    assert "Venez <em>nombreux</em>." in page.content.decode()
    assert "Noël &amp; ses &lt;chalets&gt;" in page.content.decode()
    assert "public" in page["Cache-Control"]


def test_a_message_is_found_by_its_words_and_no_longer_once_it_is_deleted(town, message, client):
    def page(asked):
        return client.get(f"/{town.slug}/recherche/", {"q": asked}).content.decode()

    address = f"/{town.slug}/messages/{message.archive_slug}/"
    assert address in page("chalets") and address in page("venez nombreux")
    assert address not in page("chalets de montagne")
    Campaign.objects.of(town).filter(pk=message.pk).update(deleted_at=NOON)
    assert address not in page("chalets")


def test_what_is_not_published_deleted_or_another_town_s_is_not_there(
    town, other_town, themes, agent, message, client
):
    draft = published(town, agent, themes[0], days=1)
    Campaign.objects.of(town).filter(pk=draft.pk).update(published_at=None)

    assert client.get(f"/{town.slug}/messages/{draft.archive_slug}/").status_code == 404
    assert client.get(f"/{other_town.slug}/messages/{message.archive_slug}/").status_code == 404
    assert draft.archive_slug not in client.get(f"/{town.slug}/messages/").content.decode()


def test_the_name_of_a_hidden_theme_and_its_messages_are_not_shown_around(
    town, themes, agent, client
):
    hidden = Theme.objects.create_in(
        town, kind="own", slug="aide", name="Aide sociale", is_public=False, created_at=NOON
    )
    secret = published(town, agent, hidden, subject="Pour quelques-uns", days=1)
    both = published(town, agent, themes[0], subject="Pour tous", days=2)
    CampaignTheme.objects.create_in(town, campaign=both, theme=hidden)

    lists = ("/", "/messages/", "/messages/rss.xml", "/recherche/?q=nombreux")
    for url in (*lists, f"/messages/{both.archive_slug}/"):
        page = client.get(f"/{town.slug}{url}").content.decode()
        assert "Pour tous" in page
        assert "Pour quelques-uns" not in page
        assert "Aide sociale" not in page
    assert client.get(f"/{town.slug}/messages/{secret.archive_slug}/").status_code == 200
    assert client.get(f"/{town.slug}/messages/theme/aide/").status_code == 404


def test_the_archive_is_paged_and_narrowed_to_a_theme(town, themes, agent, client):
    for days in range(23):
        published(town, agent, themes[days % 2], subject=f"Message {days}.", days=days)

    first = client.get(f"/{town.slug}/messages/").content.decode()
    second = client.get(f"/{town.slug}/messages/page/2/").content.decode()
    culture = client.get(f"/{town.slug}/messages/theme/{themes[0].slug}/").content.decode()

    assert "Message 0." in first and "Message 20." not in first
    assert "Message 20." in second and "Message 0." not in second
    assert "Message 0." in culture and "Message 1." not in culture
    assert f'href="/{town.slug}/messages/page/2/"' in first
    assert f'href="/{town.slug}/messages/"' in second
    for number in ("3", "0", "-1", "x", "99999999"):
        assert client.get(f"/{town.slug}/messages/page/{number}/").status_code == 404


def test_an_unchanged_page_is_not_sent_again(town, message, client):
    for url in ("/", "/messages/", "/messages/rss.xml", "/messages/atom.xml"):
        first = client.get(f"/{town.slug}{url}")
        again = client.get(f"/{town.slug}{url}", headers={"If-None-Match": first["ETag"]})

        assert again.status_code == 304
        assert not again.content


def test_the_rss_feed_says_what_rss_2_asks(town, themes, message, client):
    feed = client.get(f"/{town.slug}/messages/rss.xml")
    channel: Any = ET.fromstring(feed.content).find("channel")

    assert feed["Content-Type"].startswith("application/rss+xml")
    assert {"title", "link", "description", "language"} <= {child.tag for child in channel}
    item = channel.find("item")
    assert item.findtext("title") == message.subject
    assert item.findtext("link").endswith(f"/{town.slug}/messages/{message.archive_slug}/")
    assert item.findtext("guid") and item.findtext("pubDate")
    assert "nombreux" in item.findtext("description")


def test_a_feed_survives_what_xml_cannot_hold(town, themes, agent, client):
    published(town, agent, themes[0], subject="Un saut\x0bde ligne")

    for kind in ("rss", "atom"):
        feed = client.get(f"/{town.slug}/messages/{kind}.xml")
        assert "Un sautde ligne" in "".join(ET.fromstring(feed.content).itertext())


def test_the_number_of_questions_to_the_database_does_not_grow(
    town, themes, agent, client, django_assert_max_num_queries
):
    for days in range(20):
        published(town, agent, themes[days % 3], days=days)

    for url in ("/", "/messages/", "/messages/rss.xml"):
        with django_assert_max_num_queries(12):
            client.get(f"/{town.slug}{url}")


def test_the_atom_feed_says_what_rfc_4287_asks(town, themes, message, client):
    feed: Any = ET.fromstring(client.get(f"/{town.slug}/messages/atom.xml").content)

    for required in ("id", "title", "updated", "author"):
        assert feed.find(ATOM + required) is not None
    entry = feed.find(f"{ATOM}entry")
    assert {ATOM + "id", ATOM + "title", ATOM + "updated"} <= {child.tag for child in entry}
    assert entry.findtext(f"{ATOM}title") == message.subject


def test_a_theme_has_its_feed_and_an_unknown_one_none(town, themes, message, client):
    mine = client.get(f"/{town.slug}/messages/theme/{themes[0].slug}/rss.xml").content.decode()
    other = client.get(f"/{town.slug}/messages/theme/{themes[1].slug}/rss.xml").content.decode()

    assert message.archive_slug in mine
    assert message.archive_slug not in other
    assert client.get(f"/{town.slug}/messages/theme/rien/rss.xml").status_code == 404
    assert client.get(f"/{town.slug}/messages/theme/rien/").status_code == 404


def test_an_image_is_kept_for_ever_and_stays_in_its_town(town, other_town, agent, client):
    Image.objects.create_in(
        town, sha=SHA, extension="png", data=b"\x89PNG", width=1, height=1, alt="Le port",
        added_by=agent, added_at=NOON,
    )  # fmt: skip

    image = client.get(f"/{town.slug}/images/{SHA}.png")

    assert (image.content, image["Content-Type"]) == (b"\x89PNG", "image/png")
    assert "immutable" in image["Cache-Control"]
    assert client.get(f"/{town.slug}/images/{SHA}.jpg").status_code == 404
    assert client.get(f"/{other_town.slug}/images/{SHA}.png").status_code == 404


def test_a_counted_link_counts_and_leads_on(town, other_town, message, client):
    link = CountedLink.objects.create_in(town, campaign=message, url="https://ot.example/x?a=1&b=2")

    followed = client.get(f"/{town.slug}/l/{link.pk}")

    assert (followed.status_code, followed["Location"]) == (302, "https://ot.example/x?a=1&b=2")
    assert "no-store" in followed["Cache-Control"]
    assert client.get(f"/{other_town.slug}/l/{link.pk}").status_code == 404
    link.refresh_from_db()
    assert link.clicks == 1


def test_reading_sets_no_cookie_and_loads_nothing_foreign(town, message, client):
    for url in ("/", "/messages/", f"/messages/{message.archive_slug}/", "/mes-abonnements/"):
        page = client.get(f"/{town.slug}{url}")
        html = page.content.decode()

        assert not page.cookies
        assert "Cookie" not in page.get("Vary", "")
        assert set(re.findall(r"<script([^>]*)>", html)) == {f' src="/{town.slug}/app.js" defer'}
        assert not re.search(r'(src|href)="(https?:)?//', re.sub(r"<a [^>]*>", "", html))
        assert "default-src 'none'" in page["Content-Security-Policy"]
        assert "unsafe-inline" not in page["Content-Security-Policy"]
        assert page["X-Content-Type-Options"] == "nosniff"


def test_the_first_page_is_small(town, themes, client):
    page = client.get(f"/{town.slug}/", headers={"Accept-Encoding": "gzip"})

    assert page["Content-Encoding"] == "gzip"
    assert len(page.content) < 8 * 1024


def test_the_standing_pages_say_what_the_law_asks(town, themes, client):
    Town.objects.filter(pk=town.pk).update(
        privacy_contact="dpo@arcachon.example", postal_address="Place de la mairie"
    )
    privacy = client.get(f"/{town.slug}/confidentialite/").content.decode()
    home = client.get(f"/{town.slug}/").content.decode()

    assert "dpo@arcachon.example" in privacy and "CNIL" in privacy
    assert "non conforme" in client.get(f"/{town.slug}/accessibilite/").content.decode()
    assert "non conforme" in home
    assert town.insee_code in client.get(f"/{town.slug}/mentions-legales/").content.decode()


def test_the_front_leads_to_the_only_town_or_lets_choose(town, client):
    assert client.get("/")["Location"] == f"/{town.slug}/"

    towns.create_town("13055", at=NOON, sender_address="m@m.example")
    page = client.get("/").content.decode()
    found = client.get("/?q=marse").content.decode()
    by_code = client.get("/?q=33120").content.decode()

    assert "Arcachon" in page and "Marseille" in page
    assert "Marseille" in found and "Arcachon" not in found
    assert "Arcachon" in by_code and "Marseille" not in by_code
    assert "Aucune commune" in client.get("/?q=zzz").content.decode()


def test_only_the_demonstration_says_that_it_is_one(town, themes, client, settings):
    assert "Démonstration" not in client.get(f"/{town.slug}/").content.decode()

    settings.BEFFROI_OUTSIDE_URL = "http://127.0.0.1:8002"

    page = client.get(f"/{town.slug}/").content.decode()
    assert 'href="http://127.0.0.1:8002"' in page


def test_what_is_not_there_is_said_in_the_town_s_look(town, client):
    here = client.get(f"/{town.slug}/rien")
    nowhere = client.get("/nulle-part/")

    assert (here.status_code, nowhere.status_code) == (404, 404)
    assert town.name in here.content.decode()
    assert "Cette page n’existe pas" in nowhere.content.decode()
    assert client.get(f"/{town.slug}/messages/rien/").status_code == 404


def test_an_address_without_its_last_slash_is_mended(town, themes, client):
    assert client.get(f"/{town.slug}")["Location"] == f"/{town.slug}/"
    assert client.get(f"/{town.slug}/messages")["Location"] == f"/{town.slug}/messages/"


def test_small_files_answer(town, client):
    towns.set_coat_of_arms(town, b"\x89PNG", by=None, at=NOON)

    assert "Disallow: /mairie/" in client.get("/robots.txt").content.decode()
    assert client.get("/favicon.ico").status_code == 204
    assert client.get(f"/{town.slug}/blason.png").content == b"\x89PNG"
    assert ET.fromstring(client.get(f"/{town.slug}/icone.svg").content).tag.endswith("svg")


def test_reading_changes_nothing(town, message, client):
    before = world.snapshot(town)

    for url in ("/", "/messages/", "/messages/rss.xml", "/confidentialite/", "/mes-abonnements/"):
        client.get(f"/{town.slug}{url}")

    assert world.snapshot(town) == before


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Théâtre : la billetterie", "Théâtre~: la billetterie"),
        ("Venez ! À 9 h, 36 € ?", "Venez~! À 9~h, 36~€~?"),
        ("Le « Grand Large » ouvre", "Le «~Grand Large~» ouvre"),
        ("https://a.example/?q=1 ;b", "https://a.example/?q=1 ;b"),
        ("<p>Prix : 10 %</p>", "<p>Prix~: 10~%</p>"),
    ],
)
def test_typography_is_put_right_where_it_is_shown(typed, shown):
    assert fine(typed) == shown.replace("~", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize(
    ("path", "view"),
    [
        (f"{paths.UNSUBSCRIBE}{'A' * 32}", "unsubscribe"),
        (f"{paths.PREFERENCES}{'A' * 32}", "centre"),
        (paths.PREFERENCES, "lost"),
        (f"{paths.CONFIRM}{'A' * 32}", "confirm"),
        (paths.ARCHIVE, "archive"),
        (paths.PRIVACY, "privacy"),
        (paths.COAT_OF_ARMS, "coat_of_arms"),
        (paths.message_path("2026-11-24-noel"), "message"),
        (paths.image_path(SHA, "png"), "image"),
        (paths.link_path(12), "link"),
        (paths.entry_path("news", "noel", ""), "news_item"),
        (paths.entry_path("event", "noel", ""), "event"),
        (paths.entry_path("film", "noel", ""), "film"),
        (paths.entry_path("page", "noel", ""), "practical_page"),
        (paths.entry_path("place", "dr-noel", "sante"), "place"),
        (f"{paths.PREVIEW}{'A' * 32}/", "preview"),
        (f"{paths.CONTRIBUTE}{'A' * 32}/", "contribute"),
        (paths.feed_path("rss"), "feed"),
        (paths.feed_path("atom", "culture"), "theme_feed"),
    ],
)
def test_each_path_that_e_mails_carry_leads_to_a_page(path, view):
    url = paths.town_url("https://beffroi.example/", "arcachon").removeprefix(
        "https://beffroi.example"
    )

    assert resolve(url + path).view_name == f"citizen:{view}"


def test_the_short_address_of_an_sms_leads_to_the_page_of_what_was_published(
    client, town, agent, themes
):
    sent = published(town, agent, themes[0])
    draft = Campaign.objects.create_in(
        town, created_by=agent, created_at=NOON, last_editor=agent, edited_at=NOON
    )

    assert client.get(f"/arcachon/m/{draft.pk}").status_code == 404
    answer = client.get(f"/arcachon/m/{sent.pk}")
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"/arcachon/messages/{sent.archive_slug}/")
