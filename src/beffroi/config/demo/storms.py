"""The three orange alerts of the demonstration's past year: what was published, and a thread of messages that really left."""

import json
import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from beffroi.alerts import bulletins
from beffroi.alerts.models import Alert, AlertMessage, SeenPublication
from beffroi.alerts.queries.alerts import messages
from beffroi.alerts.services import drills
from beffroi.alerts.services.drafting import alert_themes
from beffroi.alerts.services.leaving import leave
from beffroi.alerts.texts import Words
from beffroi.alerts.words import (
    AlertKind,
    Basis,
    ColourChoice,
    MessageKind,
    MessageState,
    PhenomenonChoice,
)
from beffroi.config.demo import history
from beffroi.config.demo.telmails import Office, days_ago, morning
from beffroi.delivery.words import Lane
from beffroi.gateways import weather
from beffroi.gateways.weather import RawPublication
from beffroi.kit.vigilance import Colour, Phenomenon, domains_of, levels

_STORMS = Path(__file__).with_name("storms.toml")


def break_out(office: Office, *, today: datetime) -> None:
    for storm in tomllib.loads(_STORMS.read_text(encoding="utf-8"))["storm"]:
        at = morning(today - timedelta(days=days_ago(storm, today)), hour=6)
        alert = Alert.objects.create_in(
            office.town,
            kind=AlertKind.VIGILANCE,
            headline=storm["headline"],
            phenomenon=PhenomenonChoice[storm["phenomenon"]],
            colour=ColourChoice.ORANGE,
            opened_at=at,
        )
        _publish(office, Phenomenon[storm["phenomenon"]], day=timezone.localdate(at))
        for text in storm["message"]:
            _send(office, alert, text, at=at + timedelta(hours=text["hour"]))


def _publish(office: Office, phenomenon: Phenomenon, *, day: date) -> None:
    """The shipped storm on that day, by this phenomenon alone: kept, so that an exercise can play the day again."""
    domains = domains_of(office.town.department_code, with_coast=True)
    for step in drills.steps():
        raw = bulletins.moved(weather.read_publication(step), by=day - drills.STORM_DAY)
        bulletin = bulletins.read(_by_one(raw, phenomenon))
        kept = bulletins.extract(bulletin.raw, domains)
        told = levels(bulletin.publication.map, domains).values()
        published_at = bulletin.publication.map.updated_at
        SeenPublication.objects.create_in(
            office.town,
            digest=bulletin.digest,
            updated_at=published_at,
            seen_at=published_at,
            colour=max((level.colour for level in told), default=Colour.GREEN),
            map=kept.map.decode(),
            texts=(kept.texts or b"").decode(),
        )


def _by_one(raw: RawPublication, phenomenon: Phenomenon) -> RawPublication:
    """What it says of the wind, said of this phenomenon and orange at most; its texts speak of the wind only."""
    carte = json.loads(raw.map)
    for period in carte["product"]["periods"]:
        for domain in period["timelaps"]["domain_ids"]:
            domain["phenomenon_items"] = [
                _tempered(item) | {"phenomenon_id": str(int(phenomenon))}
                for item in domain["phenomenon_items"]
                if item["phenomenon_id"] == str(int(Phenomenon.WIND))
            ]
    texts = raw.texts if phenomenon is Phenomenon.WIND else None
    return RawPublication(map=json.dumps(carte).encode(), texts=texts)


def _tempered(item: dict[str, Any]) -> dict[str, Any]:
    spells = [
        spell | {"color_id": min(spell["color_id"], Colour.ORANGE)}
        for spell in item["timelaps_items"]
    ]
    gravest = min(item["phenomenon_max_color_id"], Colour.ORANGE)
    return item | {"phenomenon_max_color_id": gravest, "timelaps_items": spells}


def _send(office: Office, alert: Alert, text: dict[str, Any], *, at: datetime) -> None:
    """On the cabinet's word, as soon as the bulletin was there."""
    words = Words(
        subject=text["subject"],
        body=text["body"],
        sms=text["sms"],
        theme_ids=alert_themes(office.town),
    )
    kind = MessageKind[text["kind"]]
    message = AlertMessage.objects.create_in(
        office.town,
        alert=alert,
        kind=kind,
        state=MessageState.PREPARED,
        content=words.canonical(),
        content_hash=words.sha256(),
        prepared_at=at - timedelta(minutes=10),
    )
    leave(message, words, lane=Lane.ALERT, basis=Basis.CHAIN, by=office.agents["cabinet"], at=at)
    for sent in message.dispatches.all():
        history.deliver(office.town, sent.message_number, at=at)
    _prove(office, message)
    if kind is MessageKind.ENDS:
        alert.ended_at = at
        alert.save(update_fields=["ended_at"])


def _prove(office: Office, message: AlertMessage) -> None:
    """The watchdog looked at the time, and was content."""
    messages(office.town, message.alert_id).filter(pk=message.pk).update(proof_due_at=None)
