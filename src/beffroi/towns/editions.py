"""What residents read has changed: the database itself tells every web server, whoever wrote and by whatever path.

A migration adds `TellsReaders("app", "Model")` for a table that public pages are made of; `listen` hears of it.
"""

import logging
import time
from collections.abc import Callable

import psycopg
from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

log = logging.getLogger(__name__)
CHANNEL = "beffroi_pages"
LISTENER = "beffroi readers"
"""What PostgreSQL calls the connection (pg_stat_activity)."""
AGAIN_S = 1.0
"""How long until a lost connection is tried again."""
PULSE_S = 2.0
PATIENCE = {"connect_timeout": 5, "tcp_user_timeout": 5_000}

MAKE_FUNCTION = f"""
    CREATE OR REPLACE FUNCTION towns_tell_readers() RETURNS trigger LANGUAGE plpgsql AS $body$
    DECLARE changed bigint;
    BEGIN
        IF TG_TABLE_NAME = 'towns_town' THEN changed := COALESCE(NEW.id, OLD.id);
        ELSE changed := COALESCE(NEW.town_id, OLD.town_id); END IF;
        PERFORM pg_notify('{CHANNEL}', slug) FROM towns_town WHERE id = changed;
        RETURN NULL;
    END $body$
"""


class TellsReaders(Operation):
    """Each change of a row sends the slug of its town, once a transaction (PostgreSQL drops what was said already)."""

    reversible = True

    def __init__(self, app_label: str, model: str) -> None:
        self.app_label, self.model = app_label, model

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models do not change."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = to_state.apps.get_model(self.app_label, self.model)._meta.db_table
        schema_editor.execute(MAKE_FUNCTION, params=None)
        schema_editor.execute(
            f"CREATE TRIGGER {table}_tells_readers AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION towns_tell_readers()"
        )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = from_state.apps.get_model(self.app_label, self.model)._meta.db_table
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_tells_readers ON {table}")

    def describe(self) -> str:
        return f"{self.app_label}.{self.model} tells readers of its changes"


def listen(changed: Callable[[str], None], hears: Callable[[bool], None]) -> None:
    """For ever: calls `changed` with the slug of a town; `hears` tells whether it listens, and that something may have
    been missed."""
    params = connection.get_connection_params() | PATIENCE | {"application_name": LISTENER}
    while True:
        try:
            with psycopg.connect(**params, autocommit=True) as link:
                link.execute(f"LISTEN {CHANNEL}")
                hears(True)
                while True:
                    for heard in link.notifies(timeout=PULSE_S):
                        changed(heard.payload)
                    link.execute("SELECT 1")  # a link that died in silence is found out
        except psycopg.Error:
            log.warning("readers.not_heard")
        hears(False)
        time.sleep(AGAIN_S)
