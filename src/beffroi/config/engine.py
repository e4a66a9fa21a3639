"""Entry point of one engine worker: python -m beffroi.config.engine"""

import logging
import os
import signal
from datetime import UTC, datetime

import django

WORKER_NAME = ("BEFFROI_WORKER", "SUPERVISOR_PROCESS_NAME")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beffroi.config.settings")
    django.setup()
    from django.conf import settings

    from beffroi.delivery.engine.journal import Place
    from beffroi.delivery.engine.worker import Worker
    from beffroi.gateways.relay import relay_from_url
    from beffroi.gateways.smtp import SmtpGateway

    name = next((os.environ[key] for key in WORKER_NAME if os.environ.get(key)), "engine")
    place = Place(settings.JOURNAL_DIR, name)
    relay = relay_from_url(settings.BEFFROI_SMTP_URL, hello=settings.BEFFROI_RETURN_DOMAIN)
    with SmtpGateway(relay) as gateway:
        worker = Worker(gateway, place, clock=lambda: datetime.now(UTC))
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        logging.getLogger(__name__).info("Ready", extra={"worker": name})
        worker.run()


if __name__ == "__main__":
    main()
