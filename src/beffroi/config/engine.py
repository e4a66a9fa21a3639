"""Entry point of one engine worker: python -m beffroi.config.engine [email|sms|push]"""

import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from beffroi.config import django_alone

if TYPE_CHECKING:
    from beffroi.gateways.parcels import Gateway, Inbox

WORKER_NAME = ("BEFFROI_WORKER", "SUPERVISOR_PROCESS_NAME")


def main() -> None:
    django_alone.set_up()
    from django.conf import settings

    from beffroi.delivery.engine.journal import Place
    from beffroi.delivery.engine.worker import Worker
    from beffroi.delivery.words import Channel

    channel = Channel[sys.argv[1].upper()] if len(sys.argv) > 1 else Channel.EMAIL
    usual = "engine" if channel is Channel.EMAIL else f"engine-{channel.name.lower()}"
    name = next((os.environ[key] for key in WORKER_NAME if os.environ.get(key)), usual)
    place = Place(settings.JOURNAL_DIR, name)
    open_gateway = {Channel.EMAIL: _email, Channel.SMS: _sms, Channel.PUSH: _push}[channel]
    with open_gateway() as gateway:
        worker = Worker(gateway, place, clock=_now, channel=channel)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        logging.getLogger(__name__).info("Ready", extra={"worker": name})
        with _read_inbox(getattr(gateway, "inbox", None), ended=worker.stop):
            worker.run()


def _now() -> datetime:
    return datetime.now(UTC)


def _email() -> "Gateway":
    from django.conf import settings

    from beffroi.gateways.relay import relay_from_url
    from beffroi.gateways.smtp import SmtpGateway

    relay = relay_from_url(settings.BEFFROI_SMTP_URL, hello=settings.BEFFROI_RETURN_DOMAIN)
    return SmtpGateway(relay)


def _sms() -> "Gateway":
    from django.conf import settings

    from beffroi.gateways.sms.gateway import SmsGateway
    from beffroi.gateways.sms.providers import providers_from

    return SmsGateway(providers_from(settings.BEFFROI_SMS_PROVIDERS))


def _push() -> "Gateway":
    from django.conf import settings

    from beffroi.gateways.push.gateway import PushGateway
    from beffroi.gateways.push.keys import load_key
    from beffroi.gateways.push.vapid import Vapid

    key, contact = load_key(settings.VAPID_PRIVATE_KEY), settings.BEFFROI_VAPID_CONTACT
    return PushGateway(Vapid(key, contact=contact, clock=time.time))


@contextmanager
def _read_inbox(inbox: "Inbox | None", *, ended: Callable[[], None]) -> Iterator[None]:
    """Receipts and replies are kept by a thread beside the worker, as long as it runs."""
    from beffroi.delivery.engine.inbox import InboxReader

    if inbox is None:
        yield
        return
    reader = InboxReader(inbox, clock=_now, ended=ended)
    reader.start()
    try:
        yield
    finally:
        reader.stop()
        reader.join()


if __name__ == "__main__":
    main()
