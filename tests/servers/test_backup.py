"""A backup that was never restored is none."""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from beffroi.config.commands import children
from beffroi.servers import postgres
from beffroi.servers.layout import Layout, Ports, environment
from tests import database

pytestmark = pytest.mark.slow


@pytest.fixture
def folder():
    made = Path(tempfile.mkdtemp(prefix="beffroi-backup-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@contextmanager
def installation(folder):
    layout = Layout(dir=folder)
    cluster = postgres.describe(layout)
    ports = Ports(web=29_990)
    with children.database(cluster, layout.logs / "postgres.log"):
        yield environment(layout, ports, demo=False, database_url=cluster.url)


def manage(*arguments, env):
    return subprocess.run(
        [sys.executable, "-m", "beffroi.config.manage", *arguments],
        env=env | {"BEFFROI_DB_ROLE": "owner"},
        capture_output=True,
        text=True,
        check=False,
    )


def journal_of(env):
    asked = ["dbshell", "--", "-Atc", "SELECT email FROM towns_agent ORDER BY 1"]
    return manage(*asked, env=env).stdout.split()


MAKE_AGENT = """
from beffroi.towns.models import Agent
from django.utils import timezone
Agent.objects.create(email="camille@mairie.example", date_joined=timezone.now())
"""


def test_a_backup_is_restored_whole_on_another_machine(folder, django_db_setup):
    file = folder / "beffroi.dump"
    with installation(folder / "one") as env:
        database.fill(postgres.describe(Layout(dir=folder / "one")), source=database.url())
        made = manage("shell", "-c", MAKE_AGENT, env=env)
        assert made.returncode == 0, made.stderr
        done = manage("backup", str(file), env=env)
        assert done.returncode == 0, done.stderr
        assert "secrets" in done.stdout
        assert journal_of(env) == ["camille@mairie.example"]

        refused = manage("restore", str(file), env=env)
        assert refused.returncode != 0
        assert "--replace" in refused.stderr
        assert journal_of(env) == ["camille@mairie.example"]
    assert os.stat(file).st_mode & 0o077 == 0

    with installation(folder / "two") as env:
        done = manage("restore", str(file), env=env)
        assert done.returncode == 0, done.stderr
        assert journal_of(env) == ["camille@mairie.example"]
        as_web = ["dbshell", "--", "-Atc", "SET ROLE beffroi_web; SELECT count(*) FROM towns_town"]
        assert manage(*as_web, env=env).stdout.split() == ["SET", "0"]
        again = manage("restore", str(file), "--replace", env=env)
        assert again.returncode == 0, again.stderr
        garbage = manage("restore", __file__, "--replace", env=env)
        assert garbage.returncode != 0
        assert journal_of(env) == ["camille@mairie.example"]
