"""How a log line looks: a constant sentence, then the ids that came with it."""

import logging

_USUAL = frozenset(logging.makeLogRecord({}).__dict__) | {
    "message",
    "asctime",
    "taskName",
    "request",  # its address may hold the secret of a link
}


class Line(logging.Formatter):
    """`2026-11-21 22:05:01,120 INFO beffroi.delivery.engine Ready worker=engine-1`"""

    def format(self, record: logging.LogRecord) -> str:
        ids = [f"{name}={value}" for name, value in vars(record).items() if name not in _USUAL]
        return " ".join([super().format(record), *ids])
