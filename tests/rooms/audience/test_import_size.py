"""A big file costs no more memory than a small one."""

import pytest
from django.db import connection, transaction

from beffroi.audience.services import importing
from beffroi.config.bench import imports as bench
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
def test_tables_that_were_seen_empty_do_not_slow_an_import_down(open_town, clerk, themes):
    with pytest.raises(TakenBack), transaction.atomic():
        scene.import_file(open_town, clerk, b"".join(bench.a_file(3_000)), given=themes[:1])
        raise TakenBack
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SET LOCAL statement_timeout = '3s'")  # some took ten; now a tenth

    report = scene.import_file(open_town, clerk, b"".join(bench.a_file(9_000)), given=themes[:1])

    assert report.rows > 8_700


class TakenBack(Exception):
    pass
