"""The sheet of a letter: the town's look, the content, and the images' sizes."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import linebreaks

from beffroi.audience.models import Theme
from beffroi.campaigns.content import Content
from beffroi.campaigns.letter import Article, Sheet, Size
from beffroi.campaigns.models import Image
from beffroi.campaigns.short import LINK_MARK
from beffroi.kit.paths import COAT_OF_ARMS, town_url
from beffroi.towns.models import Town


def sheet(
    town: Town, content: Content, *, page_url: str, at: datetime, is_test: bool = False
) -> Sheet:
    base_url = town_url(settings.BEFFROI_URL, town.slug)
    themes = Theme.objects.of(town).filter(pk__in=content.theme_ids)
    images = Image.objects.of(town).filter(sha__in=content.image_shas)
    return Sheet(
        town_name=town.name,
        primary_colour=town.primary_colour,
        accent_colour=town.accent_colour,
        base_url=base_url,
        site_url=settings.BEFFROI_URL,
        arms_url=base_url + COAT_OF_ARMS if town.coat_of_arms else "",
        subject=content.subject,
        preheader=content.preheader,
        body=content.body if content.html else _from_short(content),
        articles=tuple(Article(title=i.title, html=i.body) for i in content.items),
        theme_names=tuple(theme.name for theme in themes),
        date=_day(at),
        postal_address=town.postal_address,
        telephone=town.telephone,
        website=town.website,
        page_url=page_url,
        counts_links=town.count_links and not is_test,
        is_test=is_test,
        sizes={
            f"{image.sha}.{image.extension}": Size(width=image.width, height=image.height)
            for image in images.defer("data")
        },
    )


def _from_short(content: Content) -> str:
    """The public page of a message that has no letter."""
    text = content.sms.replace(LINK_MARK, "").strip() or content.push_text
    return linebreaks(text, autoescape=True)


def _day(at: datetime) -> str:
    """« dimanche 1er novembre 2026 »."""
    return date_format(timezone.localtime(at), "l j F Y").replace(" 1 ", " 1er ", 1)
