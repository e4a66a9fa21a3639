"""Real rows for the parameters of any address, so that a new page needs no new test.

A parameter is named after the model it points at: `<int:campaign_id>` is a Campaign of the town, whose row is
made here field by field when the town has none yet.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any, cast

from django.apps import apps
from django.db import connection, models
from django.urls import URLPattern, URLResolver, get_resolver

from beffroi.alerts.models import Alert, AlertMessage, Duty, Feed, ReceivedAlert
from beffroi.alerts.services import roster
from beffroi.alerts.texts import Words
from beffroi.alerts.words import AlertKind, MessageKind, MessageState
from beffroi.audience.models import Import
from beffroi.audience.services import imports
from beffroi.campaigns.models import Campaign, Version
from beffroi.campaigns.services import drafts
from beffroi.content.facts import Brought, NewSource, Text
from beffroi.content.models import Entry, Source, Upload, Version as EntryVersion
from beffroi.content.services import entries, sources, uploads
from beffroi.content.words import Format, Kind
from beffroi.delivery.models import StrayReturn
from beffroi.delivery.services import returns
from beffroi.mailhosting.models import Address as MailAddress, Mailbox, Member
from beffroi.towns.models import Agent, Town, TownOwned
from beffroi.towns.owned import TownManager
from beffroi.towns.queries import members
from tests.cast import NOON
from tests.rooms.alerts.scene import a_cap
from tests.rooms.mailhosting import scene as mail


@dataclass(frozen=True)
class Address:
    """One address of the whole site."""

    name: str
    pattern: URLPattern
    parameters: dict[str, Any] = field(default_factory=dict, hash=False, compare=False)

    @property
    def view(self):
        return self.pattern.callback

    @property
    def permission(self):
        return getattr(self.view, "permission", None)

    def __str__(self) -> str:
        return self.name


def every_address() -> list[Address]:
    return list(_walk(get_resolver(), prefix="", parameters={}))


def _walk(resolver: URLResolver, *, prefix: str, parameters: dict[str, Any]):
    for item in resolver.url_patterns:
        found = parameters | item.pattern.converters
        if isinstance(item, URLResolver):
            inner = f"{prefix}{item.namespace}:" if item.namespace else prefix
            yield from _walk(item, prefix=inner, parameters=found)
        else:
            yield Address(f"{prefix}{item.name}", item, found)


def _by_noun() -> dict[str, type[models.Model]]:
    """Also by application, for a name that two rooms use: `<int:content_version_id>`."""
    ours = [model for model in apps.get_models() if _is_ours(model)]
    plain = {model.__name__.lower(): model for model in reversed(ours)}
    return plain | {f"{m._meta.app_label}{m.__name__}".lower(): m for m in ours}


def _is_ours(model: type[models.Model]) -> bool:
    return model.__module__.startswith("beffroi.")


def arguments(address: Address, town: Town) -> dict[str, Any]:
    """What to fill in the address so that it names real rows of `town`."""
    return {
        name: town.slug if name == "town_slug" else value_of(name, town)
        for name in address.parameters
    }


def value_of(parameter: str, town: Town) -> Any:
    noun, _, attribute = parameter.rpartition("_")
    model = _by_noun().get(noun.replace("_", ""))
    assert model is not None, (
        f"<{parameter}>: name the parameter after its model, as in <int:campaign_id>"
    )
    return getattr(row_of(model, town), "pk" if attribute == "id" else attribute)


def table_of(parameter: str) -> str:
    return _by_noun()[parameter.removesuffix("_id").replace("_", "")]._meta.db_table


def row_of(model: type[models.Model], town: Town) -> models.Model:
    if model is Agent:
        return members(town)[0].agent
    if model is StrayReturn:
        return StrayReturn.objects.first() or _a_stray()
    assert issubclass(model, TownOwned), f"{model.__name__} belongs to no town"
    rows = cast("TownManager[TownOwned]", model.objects)  # type: ignore[attr-defined]
    if model in _MAKERS and not rows.of(town).exists():
        _MAKERS[model](town)
    return rows.of(town).first() or rows.create_in(town, **_fields(model, town))


def _a_stray() -> StrayReturn:
    returns.receive(b"Subject: rien\n\nrien", envelope_recipient="x@ailleurs.example", at=NOON)
    return StrayReturn.objects.get()


def _a_campaign(town: Town) -> None:
    drafts.create(town, by=members(town)[0].agent, at=NOON)


def _an_import(town: Town) -> None:
    imports.upload(town, "abonnes.csv", [b"mail\na@exemple.fr\n"], by=None, at=NOON)


def _an_alert(town: Town) -> None:
    Alert.objects.create_in(
        town, kind=AlertKind.EMERGENCY, headline="Rupture de digue", opened_at=NOON
    )


def _an_alert_message(town: Town) -> None:
    words = Words(subject="Rupture de digue", body="Éloignez-vous.")
    AlertMessage.objects.create_in(
        town,
        alert=row_of(Alert, town),
        kind=MessageKind.OPENS,
        state=MessageState.PREPARED,
        content=words.canonical(),
        content_hash=words.sha256(),
        prepared_at=NOON,
    )


def _a_received_alert(town: Town) -> None:
    ReceivedAlert.objects.create_in(
        town,
        feed=row_of(Feed, town),
        sender="meteoalarm@example",
        identifier="1",
        sent=NOON,
        message_type="Alert",
        headline="Vent violent",
        document=a_cap().decode(),
        received_at=NOON,
    )


def _a_duty(town: Town) -> None:
    agent = members(town)[0].agent
    roster.add(
        town,
        agent.pk,
        starts_at=NOON,
        ends_at=NOON + timedelta(days=7),
        email="nuit@commune.example",
        by=None,
        at=NOON,
    )


def _a_box(town: Town) -> None:
    """With an alias that leads to it, and a roster on which it stands."""
    domain = mail.a_live_domain(town, f"{town.slug}.example")
    holder = mail.a_box(town, domain, "maire", holder_id=members(town)[0].agent_id)
    mail.an_alias(town, domain, "contact", holder)
    mail.a_member(town, mail.a_box(town, domain, "urbanisme", kind="commission"), holder)


def _an_entry(town: Town) -> None:
    """Written, then changed: the former text is a version."""
    agent = members(town)[0].agent
    row = entries.create(town, Kind.NEWS, Text(title="Essai"), by=agent, at=NOON)
    entries.edit(town, row.pk, Text(title="Essais"), revision=1, by=agent, at=NOON)


def _a_source(town: Town) -> None:
    new = NewSource(name="Site", format=Format.FEED, address="https://site.example/feed")
    sources.add(town, new, by=None, at=NOON)


def _an_upload(town: Town) -> None:
    """Of the agent who opens it in the tests: the last who came."""
    agent = list(members(town))[-1].agent
    uploads.keep(
        town, Brought(filename="a.csv"), [b"Nom;Tel\nClub;0556220000\n"], by=agent, at=NOON
    )


_MAKERS = {
    Entry: _an_entry,
    EntryVersion: _an_entry,
    Source: _a_source,
    Upload: _an_upload,
    Mailbox: _a_box,
    MailAddress: _a_box,
    Member: _a_box,
    Campaign: _a_campaign,
    Version: _a_campaign,
    Import: _an_import,
    Alert: _an_alert,
    AlertMessage: _an_alert_message,
    Duty: _a_duty,
    ReceivedAlert: _a_received_alert,
}
"""Where rows hold more than their columns tell."""


def _fields(model: type[models.Model], town: Town) -> dict[str, Any]:
    return {
        column.name: _value(column, town)
        for column in model._meta.concrete_fields
        if column.name != "town"
        and not column.primary_key
        and not column.null
        and (not column.has_default() or column.is_relation)
    }


def _value(column: Any, town: Town) -> Any:
    if column.is_relation:
        return row_of(column.related_model, town)
    if column.choices:
        return column.choices[0][0]
    for kind, value in _SAMPLES:
        if isinstance(column, kind):
            return value
    return "essai"


_SAMPLES: tuple[tuple[type[Any], Any], ...] = (
    (models.DateTimeField, NOON),
    (models.DateField, NOON.date()),
    (models.BooleanField, False),
    (models.IntegerField, 1),
    (models.BinaryField, b"essai"),
    (models.JSONField, {}),
    (models.EmailField, "essai@commune.example"),
)


def snapshot(town: Town) -> dict[str, list[str]]:
    """All that the town owns, to compare: by table, each row as JSON."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_everything(), {"town": town.pk})
        for table, row in cursor.fetchall():
            found.setdefault(table, []).append(row)
    assert Town._meta.db_table in found, "nothing is seen under this role"
    return found


@cache
def _everything() -> str:
    """In one question: asked hundreds of times, each time of every table."""
    owned = [
        m._meta.db_table for m in apps.get_models() if issubclass(m, TownOwned) and _is_ours(m)
    ]
    wheres = [(table, "town_id") for table in owned] + [(Town._meta.db_table, "id")]
    asked = (
        f"SELECT '{table}', to_jsonb(t)::text FROM {table} t WHERE {column} = %(town)s"
        for table, column in wheres
    )
    return " UNION ALL ".join(asked) + " ORDER BY 1, 2"
