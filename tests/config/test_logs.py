import logging

from beffroi.config.logs import Line


def test_a_line_ends_with_its_ids_and_nothing_else():
    line = Line("{levelname} {message}", style="{")
    record = logging.makeLogRecord({"levelname": "INFO", "msg": "Ready", "worker": "engine-1"})

    assert line.format(record) == "INFO Ready worker=engine-1"
