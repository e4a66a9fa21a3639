"""The plain-text part: a letter of its own, not a leftover of the HTML."""

import textwrap
from collections.abc import Iterator

from django.utils.translation import gettext

from beffroi.campaigns.letter.sheet import Sheet
from beffroi.kit.french import of
from beffroi.kit.html_text import WIDTH, to_text

RULE = "-" * WIDTH


def plain_text(sheet: Sheet, *, preferences_url: str, unsubscribe_url: str) -> str:
    parts = [*_head(sheet), *_articles(sheet), *_foot(sheet, preferences_url, unsubscribe_url)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(sheet: Sheet) -> Iterator[str]:
    yield f"{sheet.town_name}\n{sheet.date}"
    if sheet.is_test:
        yield gettext("ESSAI : ce message n’a pas été envoyé aux abonnés.")
    yield f"{sheet.subject.upper()}\n{RULE}" if sheet.subject else ""
    yield to_text(sheet.body, base_url=sheet.site_url)


def _articles(sheet: Sheet) -> Iterator[str]:
    for article in sheet.articles:
        if article.title:
            yield f"\n{article.title}\n{'=' * min(len(article.title), WIDTH)}"
        yield to_text(article.html, base_url=sheet.site_url)


def _foot(sheet: Sheet, preferences_url: str, unsubscribe_url: str) -> Iterator[str]:
    yield RULE
    if sheet.page_url:
        yield _with(gettext("Lire ce message sur le site :"), sheet.page_url)
    yield _wrap(reason(sheet))
    yield _with(gettext("Gérer mes abonnements :"), preferences_url)
    yield _with(gettext("Me désinscrire :"), unsubscribe_url)
    if sheet.counts_links:
        yield _wrap(counting())
    yield "\n".join(
        line
        for line in (sheet.town_name, sheet.postal_address, sheet.telephone, sheet.website)
        if line
    )


def _with(words: str, address: str) -> str:
    return f"{words}\n{address}"


def _wrap(sentence: str) -> str:
    return textwrap.fill(sentence, WIDTH, break_long_words=False, break_on_hyphens=False)


def reason(sheet: Sheet) -> str:
    """Why the reader gets this."""
    if not sheet.theme_names:
        return gettext("Vous recevez ce message de la mairie %(of_town)s.") % {
            "of_town": of(sheet.town_name)
        }
    return gettext("Vous recevez ce message parce que vous êtes abonné à : %(themes)s.") % {
        "themes": ", ".join(sheet.theme_names)
    }


def counting() -> str:
    return gettext(
        "Nous comptons combien de fois les liens de ce message sont suivis, sans savoir par qui."
    )
