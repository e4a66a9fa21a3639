"""A town's own site, on a real server: found, read, read again only when it changed, its photographs taken, failures told."""

import io
import json

import pytest
from aiohttp import web
from PIL import ExifTags, Image

from beffroi.content.facts import NewSource, NoSuchSource
from beffroi.content.queries import desk, public
from beffroi.content.services import sources, visiting
from beffroi.content.words import Format, Mode
from tests.cast import NOON
from tests.gateways.websites import giving, serving

RSS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Mairie</title>
<item><title>Travaux &amp; rue Pasteur</title><guid>1</guid><category>Voirie</category>
<description>Deux mois.</description><pubDate>Mon, 23 Nov 2026 10:00:00 +0100</pubDate></item></channel></rss>"""
HOME = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed" title="Nouvelles"></head></html>'


def photograph():
    """With the name of a camera in it, as telephones write."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[ExifTags.Base.Make] = "Appareil"
    Image.new("RGB", (1600, 900), "navy").save(out, "JPEG", exif=exif)
    return out.getvalue()


def posts(here, *ids):
    picture = {"source_url": f"{here}/p.jpg", "alt_text": "La mairie", "media_type": "image"}
    return json.dumps([
        {
            "id": n, "status": "publish", "link": f"{here}/{n}", "date_gmt": "2026-11-20T10:00:00",
            "title": {"rendered": f"Article {n}"}, "content": {"rendered": "<p>Texte.</p>"},
            "excerpt": {"rendered": "Texte."}, "_embedded": {"wp:featuredmedia": [picture]},
        }
        for n in ids
    ])  # fmt: skip


def added(town, agent, address, format_, mode=Mode.AUTOMATIC):
    new = NewSource(name="Site", format=format_, address=address, mode=mode)
    return sources.add(town, new, by=agent, at=NOON)


def visited(town, source, **more):
    return visiting.visit(town, source.pk, by=None, at=NOON, allow_loopback=True, **more)


@pytest.mark.django_db(transaction=True)
def test_a_feed_is_read_and_asked_again_only_when_it_has_changed(town, agent):
    with serving(feed=giving(RSS, ETag='"1"')) as here:
        source = added(town, agent, f"{here}/feed", Format.FEED)

        first, second = visited(town, source), visited(town, source)

    assert (first.made, second) == (1, None)
    (card,) = public.news(town, at=NOON)
    assert card.title == "Travaux & rue Pasteur"
    assert [label.name for label in desk.labels(town, source.pk)] == ["Voirie"]


@pytest.mark.django_db(transaction=True)
def test_photographs_are_taken_once_and_shown_with_their_words(town, agent):
    async def wp(request):
        return web.Response(text=posts(f"http://{request.host}", 1, 2))

    jpeg = giving(photograph(), **{"Content-Type": "image/jpeg"})
    with serving(**{"wp": wp, "p.jpg": jpeg}) as site:
        run = visited(town, added(town, agent, f"{site}/wp", Format.WORDPRESS))

    assert run.made == 2
    photos = {card.photo for card in public.news(town, at=NOON)}
    assert {(photo.alt, photo.width) for photo in photos} == {("La mairie", 1200)}
    stored = public.picture(town, photos.pop().sha, is_small=True, at=NOON) or b""
    with Image.open(io.BytesIO(stored)) as small:
        assert (small.format, small.width, dict(small.getexif())) == ("WEBP", 480, {})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("body", "status", "failure"),
    [("nope", 404, "not_found"), ("", 500, "site_fails"), ("not a feed", 200, "unreadable")],
)
def test_a_failure_is_told_and_keeps_what_was_there(town, agent, body, status, failure):
    with serving(feed=giving(RSS)) as here:
        source = added(town, agent, f"{here}/feed", Format.FEED)
        visited(town, source)
    with serving(feed=giving(body, status=status)) as here:
        type(source).objects.of(town).filter(pk=source.pk).update(address=f"{here}/feed")

        assert visited(town, source) is None

    told = desk.source(town, source.pk)
    assert (told.failure, told.failing_since) == (failure, NOON)
    assert len(public.news(town, at=NOON)) == 1


def test_nothing_private_is_asked_on_behalf_of_a_town(town, agent):
    with serving(feed=giving(RSS)) as here:
        source = added(town, agent, f"{here}/feed", Format.FEED)

        assert visiting.visit(town, source.pk, by=None, at=NOON) is None
        offer = visiting.look(town, f"{here}/feed", at=NOON)

    assert desk.source(town, source.pk).failure == "not_safe"
    assert offer.failure == "not_safe"


def test_a_site_shows_what_it_has_before_anything_is_taken(town):
    with serving(feed=giving(RSS), site=giving(HOME, **{"Content-Type": "text/html"})) as here:
        offer = visiting.look(town, f"{here}/site", at=NOON, allow_loopback=True)

    (sample,) = offer.samples
    assert (sample.format, sample.count, sample.left_out) == (Format.FEED, 1, 0)
    assert [(label.name, label.count) for label in sample.labels] == [("Voirie", 1)]
    assert sample.found[0].title == "Travaux & rue Pasteur"
    assert list(desk.entries(town)) == []


def test_a_source_that_is_gone_is_no_visit(town):
    with pytest.raises(NoSuchSource):
        visiting.visit(town, 999, by=None, at=NOON)
