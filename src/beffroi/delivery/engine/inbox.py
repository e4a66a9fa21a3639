"""The thread that empties a gateway's inbox into the database."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from django.db import InterfaceError, OperationalError, connection

from beffroi.delivery.services import replies, reports
from beffroi.gateways.parcels import Inbox, Report

log = logging.getLogger(__name__)

BATCH = 1_000
LOOK_S = 1.0
EARLY_S = 2.0
"""How often what waits is tried again: receipts that came too early, whatever providers brought to the door."""
TIDY_S = 3_600.0


class InboxReader(threading.Thread):
    """Reports stay in the inbox until they are committed: a database that is away loses none.

    `ended` is called when it ends, whatever the reason: an engine that hears nothing must not go on as if it did.
    """

    def __init__(
        self,
        inbox: Inbox,
        *,
        clock: Callable[[], datetime],
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(name="inbox", daemon=True)
        self._inbox, self._clock, self._ended = inbox, clock, ended
        self._stopping = threading.Event()
        self._held: list[Report] = []
        """Taken and not yet committed."""
        self._early_at = self._tidied_at = 0.0

    def run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._round()
        finally:
            connection.close()
            self._ended()

    def _round(self) -> None:
        try:
            self.look()
        except (OperationalError, InterfaceError) as lost:
            log.warning("The database is away", extra={"why": type(lost).__name__})
            connection.close()
            self._stopping.wait(LOOK_S)

    def stop(self) -> None:
        self._stopping.set()

    def look(self, *, timeout_s: float = LOOK_S) -> None:
        """Keeps what there is; waits for it `timeout_s` at most. Raises: OperationalError, InterfaceError."""
        if not self._held and self._inbox.wait(timeout_s):
            self._held = self._inbox.take(BATCH)
        if self._held:
            reports.keep(self._held, at=self._clock())
            self._inbox.kept(self._held)
            self._held = []
        self._chores()

    def _chores(self) -> None:
        clock = time.monotonic()
        if clock - self._early_at > EARLY_S:
            reports.apply_waiting(at=self._clock())
            replies.keep_waiting()
            self._early_at = clock
        if clock - self._tidied_at > TIDY_S:
            reports.forget_nobodys(at=self._clock())
            self._tidied_at = clock
