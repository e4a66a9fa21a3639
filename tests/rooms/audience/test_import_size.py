"""A big file costs no more memory than a small one."""

import pytest
from django.db import connection, transaction

from beffroi.audience.services import importing
from beffroi.config.bench import imports as bench
from tests import reads
from tests.rooms.audience import scene


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(open_town, clerk, themes, monkeypatch):
    scene.import_file(open_town, clerk, b"".join(bench.a_file(4_000)), given=themes[:1])
    settled, grown = importing._settle, []
    start = bench.rss_mib()

    def watched(*args, **kwargs):
        settled(*args, **kwargs)
        grown.append(bench.rss_mib() - start)

    monkeypatch.setattr(importing, "_settle", watched)
    report = scene.import_file(open_town, clerk, b"".join(bench.a_file(30_000)), given=themes[:1])

    assert report.rows > 29_000
    assert max(grown) < 24, grown
    assert grown[-1] - grown[len(grown) // 2] < 8, grown


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_tables_that_were_seen_empty_do_not_slow_an_import_down(open_town, clerk, themes):
    """Each batch is committed, as in life: rows of one that goes on look dead to an autovacuum that comes by."""
    with pytest.raises(TakenBack), transaction.atomic():
        scene.import_file(open_town, clerk, b"".join(bench.a_file(3_000)), given=themes[:1])
        raise TakenBack
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    before = reads.so_far()

    report = scene.import_file(open_town, clerk, b"".join(bench.a_file(9_000)), given=themes[:1])

    read = reads.so_far() - before
    assert report.rows > 8_700
    assert read.total() > report.rows  # they are counted
    assert max(read.values()) < 20 * report.rows, read  # one of them was read whole for each row


class TakenBack(Exception):
    pass
