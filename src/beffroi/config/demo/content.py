"""What residents read in the demonstration: a month of news, an agenda, directories, a cinema week, two neighbours."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from beffroi.audience.services import themes as audience_themes
from beffroi.config.demo import brought, drawings
from beffroi.config.demo.telmails import Office, morning
from beffroi.content import rows
from beffroi.content.facts import Hours, Occurrence, Place, Text
from beffroi.content.services import contributors, entries, pictures, sharing, sources
from beffroi.content.words import Kind, Mode
from beffroi.kit import html
from beffroi.towns import corrections, scope, services as towns
from beffroi.towns.kinds import TownKind
from beffroi.towns.models import Agent, Town

_STORY = Path(__file__).with_name("content.toml")
_DAYS = ("lun", "mar", "mer", "jeu", "ven", "sam", "dim")
Told = dict[str, Any]


def publish(office: Office, *, today: datetime) -> None:
    """Everything through the desk's own services, on the day it would have been written."""
    story = tomllib.loads(_STORY.read_text(encoding="utf-8"))
    town, writer = office.town, office.agents["redaction"]
    shown = {name: pictures.add(town, drawings.drawn(name), at=today).pk for name in _drawn(story)}
    for kind, told in _all(story):
        at = morning(today - timedelta(days=told.get("days_ago", 30)), hour=9)
        at = min(at, today - timedelta(minutes=20))
        text = _text(kind, told, office.themes, shown, today=today)
        entry = entries.create(town, kind, text, by=writer, at=at)
        entries.publish(town, entry.pk, by=writer, at=at)
    _leave_something_to_do(office, today=today)
    brought.bring(office, today=today)
    for told in story["neighbour"]:
        _neighbour(told, today=today)
    _intercommunality(office, story["intercommunality"], today=today)
    scope.enter(town_id=town.pk)


def _all(story: Told) -> Iterator[tuple[Kind, Told]]:
    for kind in Kind:
        for told in story[kind.value]:
            yield kind, told


def _drawn(story: Told) -> set[str]:
    return {told["picture"] for _, told in _all(story) if "picture" in told}


def _text(
    kind: Kind, told: Told, themes: dict[str, int], shown: dict[str, int], *, today: datetime
) -> Text:
    return Text(
        title=told["title"],
        summary=told.get("summary", ""),
        html=_html(told.get("text", "")),
        easy=_html(told.get("easy", "")),
        category=told.get("category", ""),
        venue=told.get("venue", "Cinéma Grand Écran" if kind is Kind.FILM else ""),
        place=_place(told) if kind is Kind.PLACE else None,
        occurrences=tuple(_dates(told, today)),
        theme_ids=(themes[told["theme"]],) if "theme" in told else (),
        picture_id=shown.get(told.get("picture", "")),
        picture_alt=told.get("alt", ""),
        is_cancelled=told.get("cancelled", False),
    )


def _html(text: str) -> str:
    """Paragraphs and lists; a line that begins with ## is a heading."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    written = html.from_text(parts[0])
    for heading, after in zip(parts[1::2], parts[2::2], strict=True):
        written += f"<h2>{heading}</h2>{html.from_text(after)}"
    return written


def _place(told: Told) -> Place:
    latitude, longitude = told.get("at", (None, None))
    return Place(
        street=told.get("street", ""),
        postal_code="33120" if "street" in told else "",
        city="Arcachon" if "street" in told else "",
        latitude=latitude,
        longitude=longitude,
        phones=(told["phone"],),
        hours=tuple(_hours(told.get("hours", ""))),
        hours_note=told.get("note", ""),
        access=told.get("access", ""),
    )


def _hours(words: str) -> Iterator[Hours]:
    """« lun-ven 8:30-12:30 14:00-19:00, sam 9:00-12:00 »."""
    for part in filter(None, words.split(", ")):
        days, *spans = part.split()
        first, _, last = days.partition("-")
        for weekday in range(_DAYS.index(first), _DAYS.index(last or first) + 1):
            for span in spans:
                opens, closes = map(_minutes, span.split("-"))
                yield Hours(weekday=weekday, opens_min=opens, closes_min=closes)


def _minutes(clock: str) -> int:
    hours, minutes = map(int, clock.split(":"))
    return 60 * hours + minutes


def _dates(told: Told, today: datetime) -> Iterator[Occurrence]:
    midnight = timezone.localtime(today).replace(hour=0, minute=0, second=0, microsecond=0)
    for days, clock, version in told.get("shows", ()):
        begins = _clock(midnight + timedelta(days=days), clock)
        yield Occurrence(begins_at=begins, version=version, price="7,50 €")
    if "days" in told:
        begins = midnight + timedelta(days=told["in_days"])
        yield Occurrence(
            begins_at=begins, ends_at=begins + timedelta(days=told["days"]), is_all_day=True
        )
    elif "length_h" in told:
        first = told.get("in_days", (told.get("weekday", 0) - midnight.weekday()) % 7)
        for week in range(told.get("weeks", 1)):
            day = midnight + timedelta(days=first + 7 * week)
            begins = _clock(day, f"{told['hour']}:{told.get('minute', 0)}")
            yield Occurrence(
                begins_at=begins,
                ends_at=begins + timedelta(hours=told["length_h"]),
                price=told.get("price", ""),
            )


def _clock(day: datetime, clock: str) -> datetime:
    minutes = _minutes(clock)
    return day.replace(hour=minutes // 60, minute=minutes % 60)


def _leave_something_to_do(office: Office, *, today: datetime) -> None:
    """An association's draft and a service's, to be read over; one news item for next week."""
    town, writer = office.town, office.agents["redaction"]
    _, secret = contributors.invite(
        town, "Les Jardins partagés", "contact@jardins.example", by=writer, at=today
    )
    planting = morning(today + timedelta(days=12), hour=10)
    contributors.contribute(
        town,
        secret,
        Kind.EVENT,
        Text(
            title="Plantation de la haie",
            summary="Venez avec une bêche, nous avons les plants.",
            html=html.from_text("Cent mètres de haie à planter. Soupe à midi pour tout le monde."),
            venue="Jardins partagés",
            occurrences=(Occurrence(begins_at=planting, ends_at=planting + timedelta(hours=3)),),
        ),
        at=today - timedelta(hours=5),
    )
    agent: Agent = office.agents["culture"]
    draft = entries.create(
        town,
        Kind.NEWS,
        Text(
            title="Exposition : les cartes postales de la ville",
            summary="Deux cents vues de 1900 à 1970, à la médiathèque jusqu’en février.",
            html=html.from_text("Deux cents cartes prêtées par les habitants."),
            theme_ids=(office.themes["culture"],),
        ),
        by=agent,
        at=today - timedelta(hours=3),
    )
    entries.propose(town, draft.pk, by=agent, at=today - timedelta(hours=3))
    entry = entries.create(
        town,
        Kind.NEWS,
        Text(
            title="Les vœux du maire", html=html.from_text("Ouverts à tous, au palais des congrès.")
        ),
        by=writer,
        at=today - timedelta(hours=1),
    )
    entries.publish(
        town, entry.pk, by=writer, at=today, since=morning(today + timedelta(days=7), hour=9)
    )
    better = "Ouverts à tous, au palais des congrès, avec un verre d’eau pétillante."
    text = replace(rows.text_of(town, entry), summary=better)
    entries.edit(town, entry.pk, text, revision=entry.revision, by=writer, at=today)


def _intercommunality(office: Office, told: Told, *, today: datetime) -> None:
    """Its communes show what it publishes; one of them was told so."""
    by, at = office.agents["direction"], today - timedelta(days=90)
    body = towns.create_body(
        told["name"],
        TownKind.INTERCOMMUNALITY,
        "33",
        by=by,
        at=at,
        sender_address="contact@bassin.example",
    )
    corrections.set_population(body, told["population"], told["population_source"], by=by, at=at)
    audience_themes.open_town(body, at=at)
    for title, summary, days in told["news"]:
        written = min(morning(today - timedelta(days=days), hour=10), today)
        text = Text(title=title, summary=summary, html=html.from_text(summary))
        entry = entries.create(body, Kind.NEWS, text, by=None, at=written)
        entries.publish(body, entry.pk, by=None, at=written)
    scope.enter(town_id=office.town.pk)
    sources.inherit(office.town, body, Mode.AUTOMATIC, by=by, at=at)
    sharing.share(body, at=today)


def _neighbour(told: Told, *, today: datetime) -> Town:
    """A town with little: its news, a few dates, and perhaps an app of its own."""
    at = today - timedelta(days=100)
    town = towns.create_town(told["insee"], at=at, sender_address="mairie@voisine.example")
    audience_themes.open_town(town, at=at)
    settings = towns.TownSettings(
        name=town.name,
        primary_colour=told["primary"],
        accent_colour=told["accent"],
        sender_name=town.name,
        sender_address=town.sender_address,
        reply_to="",
        postal_address=f"Place de la Mairie, {town.postal_codes[0]} {town.name}",
        telephone="01 99 00 30 00",
        website="",
        privacy_contact="dpo@voisine.example",
        publication_director="Claude Lacoste, maire",
        host="Exploitation Beffroi, 1 rue de l’Exemple, 33000 Bordeaux",
        count_links=False,
    )
    towns.change_settings(town, settings, by=None, at=at)
    towns.give_host(town, told["own_host"], by=None, at=at)
    midnight = timezone.localtime(today).replace(hour=0, minute=0, second=0, microsecond=0)
    for title, summary, days in told["news"]:
        written = morning(today - timedelta(days=days), hour=8)
        entry = entries.create(
            town, Kind.NEWS, Text(title=title, summary=summary), by=None, at=written
        )
        entries.publish(town, entry.pk, by=None, at=min(written, today))
    for title, venue, days, hour in told["events"]:
        begins = (midnight + timedelta(days=days)).replace(hour=hour)
        when = Occurrence(begins_at=begins, ends_at=begins + timedelta(hours=4))
        entry = entries.create(
            town, Kind.EVENT, Text(title=title, venue=venue, occurrences=(when,)), by=None, at=at
        )
        entries.publish(town, entry.pk, by=None, at=at)
    return town
