"""The private cluster, made for real."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest

from beffroi.config.commands import children
from beffroi.servers import postgres, tether, words
from beffroi.servers.layout import Layout


@pytest.fixture
def folder():
    """Not tmp_path: PostgreSQL's own user must be able to enter when the tests run as root."""
    made = Path(tempfile.mkdtemp(prefix="beffroi-pg-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


def query(cluster, sql, *, password=None):
    asked = [str(cluster.binaries / "psql"), "-Atc", sql, "-h", str(cluster.sockets)]
    asked += ["-U", postgres.ROLE, "-d", postgres.DATABASE]
    environment = os.environ | {"PGPASSWORD": password or cluster.password}
    return subprocess.run(asked, env=environment, capture_output=True, text=True, check=False)


def test_a_cluster_is_made_private_durable_and_in_utf8(folder):
    cluster = postgres.describe(Layout(dir=folder / "var"))
    with children.database(cluster, folder / "log"):
        settings = ("server_encoding", "data_checksums", "fsync", "synchronous_commit")
        shown = [query(cluster, f"SHOW {name}").stdout.strip() for name in settings]
        assert shown == ["UTF8", "on", "on", "on"]
        assert query(cluster, "SHOW listen_addresses").stdout.strip() == ""
        assert query(cluster, "SELECT lower('ÉÀÇ')").stdout.strip() == "éàç"


def test_a_wrong_password_is_refused(folder):
    cluster = postgres.throw_away(folder)
    with children.database(cluster, folder / "log"):
        refused = query(cluster, "SELECT 1", password="guess")
        assert refused.returncode != 0
        assert "password authentication failed" in refused.stderr


def test_a_failed_statement_leaves_no_value_in_the_log(folder):
    cluster = postgres.throw_away(folder)
    with children.database(cluster, folder / "log"):
        query(cluster, "CREATE TABLE t (a text PRIMARY KEY)")
        for _ in range(2):
            query(cluster, "INSERT INTO t VALUES ('camille@example.fr')")
    log = (folder / "log").read_text()
    assert "duplicate key" in log
    assert "camille@example.fr" not in log


def test_a_first_start_that_was_killed_is_done_again(folder):
    cluster = postgres.throw_away(folder)
    half = cluster.home / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("15\n")
    cluster.home.chmod(0o711)
    with children.database(cluster, folder / "log"):
        assert query(cluster, "SELECT 1").stdout.strip() == "1"
    assert not half.exists()


def test_a_killed_cluster_starts_again_even_if_its_number_is_now_anothers(folder):
    cluster = replace(postgres.throw_away(folder), durable=True)
    with children.database(cluster, folder / "log"):
        query(cluster, "CREATE TABLE kept AS SELECT 1 AS n")
        pid_file = cluster.data / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        os.kill(int(lines[0]), signal.SIGKILL)
        time.sleep(0.5)
    lines[0] = str(os.getpid())
    pid_file.write_text("\n".join(lines) + "\n")
    with children.database(cluster, folder / "log"):
        assert query(cluster, "SELECT n FROM kept").stdout.strip() == "1"


def test_data_of_another_version_are_refused_untouched(folder):
    layout = Layout(dir=folder / "var")
    data = layout.postgres / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9\n")
    with pytest.raises(words.Refused, match="PostgreSQL 9"):
        postgres.describe(layout)
    assert [file.name for file in data.iterdir()] == ["PG_VERSION"]


def test_the_password_is_never_on_a_command_line(folder):
    cluster = postgres.describe(Layout(dir=folder / "var"))
    assert not any(cluster.password in word for word in cluster.command())
    assert tether.__file__ in cluster.command()
