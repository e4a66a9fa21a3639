"""Entry point of the desk between the rows of official mail and the running servers: python -m beffroi.config.mail_desk"""

import logging
import signal
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from beffroi.config import django_alone

log = logging.getLogger(__name__)

CHANNEL = "mailhosting"
FILES_EVERY = timedelta(minutes=10)
LOOK_EVERY_S = 1.0
"""A signal to stop is seen within it."""


def main() -> None:
    django_alone.set_up()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    serve(ended)


def serve(ended: threading.Event) -> None:
    """Until told to stop. What is lost of the database's word is found at the next look."""
    import psycopg
    from django.conf import settings
    from django.db import InterfaceError, OperationalError, connection

    from beffroi.gateways.doveadm import Doveadm
    from beffroi.mailhosting import desk
    from beffroi.servers.mail.home import HELD

    dovecot = Doveadm(port=settings.BEFFROI_DOVEADM_PORT, key=settings.MAIL_DOVEADM_KEY)
    folder = Path(settings.BEFFROI_MAIL_DIR)
    files_due = datetime.min.replace(tzinfo=UTC)
    while not ended.is_set():
        try:
            connection.ensure_connection()
            listening: psycopg.Connection[object] = connection.connection
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
            while not ended.is_set():
                now = datetime.now(UTC)
                if now >= files_due:
                    desk.write_keys(folder / "dkim")
                    desk.write_held(folder / HELD)
                    files_due = now + FILES_EVERY
                wait = min(desk.work(dovecot, now=datetime.now(UTC)), LOOK_EVERY_S)
                for word in listening.notifies(timeout=wait, stop_after=1):
                    if word.payload in {"key", "hold"}:
                        files_due = now
        except (OperationalError, InterfaceError, psycopg.OperationalError):
            log.warning("The database is away; the desk waits")
            connection.close()
            ended.wait(1.0)


if __name__ == "__main__":
    main()
