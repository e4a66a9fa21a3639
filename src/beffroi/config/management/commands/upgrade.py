"""Brings the database to what this version expects; at each start, most of which find nothing to do."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    requires_system_checks = ()
    help = (
        "Migrates the database where it must be, and gives the mail servers' roles their passwords."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mail", action="store_true", help="the mail servers run here")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        if is_due():
            call_command("migrate", interactive=False)
        if options["mail"]:
            call_command("mail_roles")


def is_due() -> bool:
    """Asked first: a migration that has nothing to do reads the whole history and looks at every permission.

    What Django does after a migration (content types, permissions) is read by nobody here: a kill between the two loses nothing.
    """
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
