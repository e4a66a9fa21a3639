"""What each start asks of the database, and what the programs that give no work do not read."""

import os
import subprocess
import sys

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from procrastinate.contrib.django import app

from beffroi.campaigns.services import answers
from beffroi.config.management.commands import upgrade
from tests import database


def test_an_upgrade_is_due_as_long_as_one_migration_is_missing(db):
    assert not upgrade.is_due()
    ((app_label, last),) = MigrationLoader(connection).graph.leaf_nodes("content")
    MigrationRecorder(connection).record_unapplied(app_label, last)
    assert upgrade.is_due()


def test_what_is_up_to_date_is_not_migrated_again(db, capsys):
    call_command("upgrade")
    assert capsys.readouterr().out == ""


def test_what_gives_no_work_does_not_read_the_jobs_and_may_not_give_one_to_the_wrong_queue():
    asked = (
        "import sys; from beffroi.config import django_alone; django_alone.set_up();"
        "from procrastinate.contrib.django import app;"
        "print([name for name in sys.modules if name.endswith('.tasks') and name.startswith('beffroi.')], list(app.tasks))"
    )
    environment = {**os.environ, "DATABASE_URL": database.url()}
    said = subprocess.run(
        [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True
    )
    modules, tasks = said.stdout.strip().split("] ")
    assert modules == "["
    assert answers.ASK_TASK not in tasks and answers.ASK_TASK in app.tasks
