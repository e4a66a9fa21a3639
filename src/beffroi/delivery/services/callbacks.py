"""The door at which HTTP providers tell what became of an SMS and what was answered. Names no town: it is entered
by nobody who may see one; the engine, which sees them all, acts on what was taken in."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.conf import settings
from django.db import transaction

from beffroi.delivery import keys
from beffroi.delivery.services import replies, reports
from beffroi.gateways.sms import callbacks
from beffroi.gateways.sms.callbacks import Callback
from beffroi.gateways.sms.providers import HttpProvider, providers_from
from beffroi.kit import tokens

log = logging.getLogger(__name__)


class NoSuchDoor(Exception):
    """No provider of this name tells us anything, or this one does not know its secret."""


class NotAReport(Exception):
    """Neither a receipt nor an answer can be read in it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Door:
    provider: str
    secret: str


def doors() -> list[Door]:
    """One for each provider that tells by HTTP; over SMPP it all comes by the connection itself."""
    key = keys.token_key()
    return [
        Door(provider=name, secret=tokens.callback_secret(key, name))
        for name in _callbacks(settings.BEFFROI_SMS_PROVIDERS)
    ]


def receive(provider: str, secret: str, *, query: str, body: bytes, at: datetime) -> None:
    """Commits what a provider says, as often as it says it. Raises: NoSuchDoor, NotAReport."""
    callback = _callbacks(settings.BEFFROI_SMS_PROVIDERS).get(provider)
    if callback is None:
        raise NoSuchDoor(provider)
    try:
        tokens.check_callback(keys.token_key(), secret, provider=provider)
    except tokens.BadToken as forged:
        raise NoSuchDoor(provider) from forged
    try:
        told = callbacks.read(callback, provider=provider, query=query, body=body)
    except callbacks.Unreadable as unread:
        log.warning(
            "A provider said what nobody understands",
            extra={"provider": provider, "fields": ",".join(unread.fields)},
        )
        raise NotAReport(provider) from unread
    with transaction.atomic():
        reports.take_in(told, at=at)
        replies.take_in(told, at=at)


@cache
def _callbacks(providers: str) -> Mapping[str, Callback]:
    return {
        each.name: each.description.callback
        for each in providers_from(providers)
        if isinstance(each, HttpProvider) and each.description.callback is not None
    }
