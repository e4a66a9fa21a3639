"""Listens for the ring that says there may be work. It carries nothing; losing one costs at most a second."""

import logging
import threading

import psycopg
from django.db import connection

from beffroi.delivery.services.messages import RING

log = logging.getLogger(__name__)

AGAIN_S = 1.0


class Ring(threading.Thread):
    """Sets `bell` and `rang` at each ring, over a connection of its own."""

    def __init__(self, bell: threading.Event) -> None:
        super().__init__(name="ring", daemon=True)
        self._bell = bell
        self.rang = threading.Event()
        self._stop = threading.Event()
        parameters = connection.get_connection_params()
        self._parameters = {
            name: parameters[name]
            for name in ("host", "port", "dbname", "user", "password", "options")
            if parameters.get(name)
        }

    def run(self) -> None:
        while not self._stop.is_set():
            try:
                with psycopg.connect(**self._parameters, autocommit=True) as listening:
                    self._listen(listening)
            except psycopg.Error:
                log.info("The ring is silent; the engine goes on by looking every second")
                self._stop.wait(AGAIN_S)

    def _listen(self, listening: "psycopg.Connection[tuple[object, ...]]") -> None:
        listening.execute(f"LISTEN {RING}")
        self._wake()
        while not self._stop.is_set():
            for _ in listening.notifies(timeout=AGAIN_S, stop_after=1):
                self._wake()

    def _wake(self) -> None:
        self.rang.set()
        self._bell.set()

    def stop(self) -> None:
        self._stop.set()
