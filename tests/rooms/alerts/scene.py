"""Builders of this room: residents on several channels, bulletins, texts, approvals."""

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.db import transaction

from beffroi.alerts import bulletins
from beffroi.alerts.bulletins import Bulletin
from beffroi.alerts.models import Dispatch, Prewritten, StandingApproval
from beffroi.alerts.queries.settings import words_of
from beffroi.alerts.services import prewritten, settings, standing
from beffroi.alerts.services.prewritten import Text
from beffroi.alerts.texts import Words
from beffroi.alerts.words import Action, ColourChoice, PhenomenonChoice
from beffroi.audience.channels import EVERY
from beffroi.audience.models import Subscriber, Subscription, Theme
from beffroi.audience.services import themes
from beffroi.audience.words import Origin, Status
from beffroi.delivery.models import Message
from beffroi.delivery.services import contact_points
from beffroi.delivery.words import Channel, Lane
from beffroi.gateways.weather import RawPublication
from beffroi.kit import cap
from beffroi.kit.cap import read_alert as read_alert
from beffroi.towns.models import Agent, Town
from tests.cast import NOON

MORNING = datetime(2026, 11, 24, 5, tzinfo=UTC)
LENGTH = timedelta(hours=18)
WIND, WAVES = PhenomenonChoice.WIND, PhenomenonChoice.WAVES
GREEN, YELLOW = ColourChoice.GREEN, ColourChoice.YELLOW
ORANGE, RED = ColourChoice.ORANGE, ColourChoice.RED


def alert_theme(town: Town) -> Theme:
    if not Theme.objects.of(town).exists():
        themes.open_town(town, at=NOON)
    return Theme.objects.of(town).get(is_alert=True)


def some_residents(town: Town, count: int = 2, *, volunteers: int = 0) -> None:
    """Each wants alerts by e-mail and SMS; the first `volunteers` also want exercises."""
    theme = alert_theme(town)
    for n in range(count):
        person = Subscriber.objects.create_in(
            town,
            email_point_id=contact_points.find_or_create(
                town, Channel.EMAIL, f"habitant{n}@{town.slug}.example", at=NOON
            ),
            phone_point_id=contact_points.find_or_create(
                town, Channel.SMS, f"+3361234500{n}", at=NOON
            ),
            wants_drills=n < volunteers,
            status=Status.ACTIVE,
            origin=Origin.WEB,
            created_at=NOON,
            confirmed_at=NOON,
        )
        Subscription.objects.create_in(
            town, subscriber=person, theme=theme, since=NOON, origin=Origin.WEB, channels=EVERY
        )


def a_bulletin(*, at: datetime = MORNING, words: str = "", **colours: int) -> Bulletin:
    """`p1=3`: wind is orange for 18 hours; `words` are Météo-France's own about the wind."""
    items = [
        {
            "phenomenon_id": name.removeprefix("p"),
            "phenomenon_max_color_id": colour,
            "timelaps_items": [
                {
                    "begin_time": at.isoformat(),
                    "end_time": (at + LENGTH).isoformat(),
                    "color_id": colour,
                }
            ],
        }
        for name, colour in colours.items()
    ]
    period = {
        "echeance": "J",
        "begin_validity_time": at.isoformat(),
        "end_validity_time": (at + LENGTH).isoformat(),
        "timelaps": {"domain_ids": [{"domain_id": "33", "phenomenon_items": items}]},
    }
    product = {"warning_type": "vigilance", "update_time": at.isoformat(), "periods": [period]}
    text = {"hazard_code": "1", "term_items": [{"subdivision_text": [{"text": [words]}]}]}
    bloc = {
        "domain_id": "33",
        "bloc_id": "BULLETIN_DEPARTEMENTAL",
        "bloc_items": [{"type_name": "Qualification", "text_items": [text]}],
    }
    texts = json.dumps({"product": {"text_bloc_items": [bloc]}}).encode() if words else None
    return bulletins.read(
        RawPublication(map=json.dumps({"product": product}).encode(), texts=texts)
    )


def later(hours: int) -> datetime:
    return MORNING + timedelta(hours=hours)


def some_words(town: Town, word: str = "Rentrez chez vous", *, slots: bool = False) -> Words:
    told = "Vigilance [couleur] [phénomène] de [début] à [fin]. " if slots else ""
    return Words(
        subject=f"Alerte : {word}",
        body=f"{told}{word}, et restez à l’abri.",
        sms=f"{told}{word}.",
        theme_ids=(alert_theme(town).pk,),
    )


def a_text(town: Town, by: Agent, word: str = "Rentrez chez vous", **how: bool) -> Prewritten:
    text = Text(title=word, words=some_words(town, word, **how))
    return prewritten.write(town, text, by=by, at=NOON)


def hash_of(text: Prewritten) -> str:
    text.refresh_from_db()
    return words_of(text).sha256()


def a_standing_approval(
    town: Town,
    text: Prewritten,
    *,
    by: Agent,
    phenomenon: PhenomenonChoice = WIND,
    colour: ColourChoice = ORANGE,
    days: int = 30,
    at: datetime = MORNING,
) -> StandingApproval:
    """Signed, and the rule that uses it."""
    settings.set_rule(town, phenomenon, colour, Action.SEND, by=by, at=at)
    return standing.sign(
        town,
        text.pk,
        phenomenon=phenomenon,
        colour=colour,
        seen_hash=hash_of(text),
        expires_at=at + timedelta(days=days),
        by=by,
        at=at,
    )


def left(town: Town, *, lane: Lane = Lane.ALERT) -> list[Message]:
    """What was handed to delivery in this lane to residents."""
    numbers = Dispatch.objects.of(town).values("message_number")
    return list(Message.objects.of(town).filter(pk__in=numbers, lane=lane).order_by("pk"))


def rung(town: Town) -> list[Message]:
    rows = Message.objects.of(town).filter(reference__startswith="duty:")
    return list(rows.order_by("pk"))


@contextmanager
def undone():
    """Whatever happens inside did not happen: for tests that repeat."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def a_cap(
    place: str = "Gironde",
    *,
    name: str = "",
    kind: cap.MessageType = cap.MessageType.ALERT,
    follows: str = "",
    severity: cap.Severity = cap.Severity.SEVERE,
    status: cap.Status = cap.Status.ACTUAL,
    headline: str = "Vent violent, orange",
    description: str = "Rafales de 130 km/h sur le littoral.",
    at: datetime = NOON,
    says_why: bool = True,
) -> bytes:
    """As MeteoAlarm publishes them, in English and in French; one that `follows` another names it."""
    info = cap.Info(
        event="Orange Wind Warning",
        language="en-GB",
        headline="Orange Wind Warning",
        urgency=cap.Urgency.EXPECTED,
        severity=severity,
        certainty=cap.Certainty.LIKELY,
        categories=(cap.Category.MET,),
        sender_name="Météo-France",
        onset=at,
        expires=at + timedelta(hours=6),
        parameters=(
            cap.Pair(name="awareness_level", value="3; orange; Severe"),
            cap.Pair(name="awareness_type", value="1; Wind"),
        ),
        areas=(cap.Area(description=place),),
    )
    in_french = replace(
        info,
        language="fr-FR",
        headline=headline,
        description=description,
        instruction="Rentrez ce que le vent emporte.",
    )
    sender = "meteoalarm@example"
    return cap.write_alert(
        cap.Alert(
            identifier=name or f"fr.{place}.{severity}.{status}".replace(" ", ""),
            sender=sender,
            sent=at,
            status=status,
            message_type=kind,
            references=(cap.Reference(sender=sender, identifier=follows, sent=NOON),)
            if follows
            else (),
            infos=(info, in_french) if says_why else (),
        )
    )
