"""The walls between towns, inside the database: composite keys and row-level security (nets three and four).

A migration that creates a town-owned table ends with `WallOff("app", "Model")`.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

WEB_ROLE, ENGINE_ROLE = "beffroi_web", "beffroi_engine"

CREATE_ROLES = "".join(
    f"""
    DO $$ BEGIN CREATE ROLE {role} NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
    """
    for role in (WEB_ROLE, ENGINE_ROLE)
) + "".join(
    f"""
    DO $$ BEGIN EXECUTE format('GRANT {role} TO %I', current_user);
    EXCEPTION WHEN OTHERS THEN
        IF NOT pg_has_role(current_user, '{role}', 'MEMBER') THEN RAISE; END IF;
    END $$;
    GRANT USAGE ON SCHEMA public TO {role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO {role};
    """
    for role in (WEB_ROLE, ENGINE_ROLE)
)

_CURRENT_TOWN = "nullif(current_setting('beffroi.town_id', true), '')::bigint"
_CURRENT_AGENT = "nullif(current_setting('beffroi.agent_id', true), '')::bigint"
TOWN_IS_CURRENT = f"town_id = {_CURRENT_TOWN}"
AGENT_IS_CURRENT = f"agent_id = {_CURRENT_AGENT}"


class WallOff(Operation):
    """Doubles each link to another town-owned table by a key on (town_id, …) and turns on row-level security.

    `visible` is the SQL condition under which the web role sees a row.
    """

    reversible = True

    def __init__(self, app_label: str, model: str, visible: str = TOWN_IS_CURRENT) -> None:
        self.app_label, self.model, self.visible = app_label, model, visible

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models do not change."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for statement in self._statements(to_state.apps.get_model(self.app_label, self.model)):
            schema_editor.execute(statement)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """The table itself is dropped by the operation that made it."""

    def describe(self) -> str:
        return f"Wall off {self.app_label}.{self.model} between towns"

    def _statements(self, model: Any) -> list[str]:  # noqa: ANN401 - a historical model has no type
        table = model._meta.db_table
        columns = {field.column for field in model._meta.concrete_fields}
        statements = []
        if "id" in columns:
            statements.append(
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_town_key UNIQUE (town_id, id)"
            )
        for field in model._meta.concrete_fields:
            target = field.related_model
            if target is None or field.name == "town" or not _is_town_owned(target):
                continue
            statements.append(
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_{field.column}_same_town"
                f" FOREIGN KEY (town_id, {field.column})"
                f" REFERENCES {target._meta.db_table} (town_id, id) DEFERRABLE INITIALLY DEFERRED"
            )
        return statements + [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY {table}_web ON {table} TO {WEB_ROLE}"
            f" USING ({self.visible}) WITH CHECK ({TOWN_IS_CURRENT})",
            f"CREATE POLICY {table}_engine ON {table} TO {ENGINE_ROLE} USING (true) WITH CHECK (true)",
        ]


class WallOffInSets(Operation):
    """Of a table written by thousands of rows: these links are checked once a statement, not once a row.

    Says what the keys of `WallOff` say, which it replaces: the row exists, in the same town. It does not hold the other row
    in place, so only links to tables that nobody may delete from qualify.
    """

    reversible = True

    def __init__(self, app_label: str, model: str, links: Sequence[str]) -> None:
        self.app_label, self.model, self.links = app_label, model, links

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models do not change."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(self.app_label, self.model)
        table = model._meta.db_table
        fields = [model._meta.get_field(name) for name in self.links]
        checks = "".join(_set_check(table, field) for field in fields)
        schema_editor.execute(
            f"CREATE FUNCTION {table}_same_town() RETURNS trigger LANGUAGE plpgsql AS $body$"
            f" BEGIN {checks} RETURN NULL; END $body$",
            params=None,
        )
        for event in ("INSERT", "UPDATE"):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_same_town_{event.lower()} AFTER {event} ON {table}"
                f" REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION {table}_same_town()"
            )
        for field in fields:
            schema_editor.execute(
                f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_{field.column}_same_town"
            )
            schema_editor.execute(
                f"REVOKE DELETE ON {field.related_model._meta.db_table} FROM {WEB_ROLE}, {ENGINE_ROLE}"
            )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """The keys do not come back; `WallOff` made them in an earlier migration."""
        table = to_state.apps.get_model(self.app_label, self.model)._meta.db_table
        schema_editor.execute(f"DROP FUNCTION {table}_same_town CASCADE")

    def describe(self) -> str:
        return f"Wall off {self.app_label}.{self.model} between towns, in sets"


def _set_check(table: str, field: Any) -> str:  # noqa: ANN401 - a historical field has no type
    """A look into the index for each row: no join, which would read the whole other table when statistics lag."""
    target, column = field.related_model._meta.db_table, field.column
    if _is_town_owned(field.related_model):
        fault = (
            f"(SELECT p.town_id FROM {target} p WHERE p.id = w.{column})"  # noqa: S608 - our own tables
            " IS DISTINCT FROM w.town_id"
        )
    else:
        fault = f"(SELECT p.id FROM {target} p WHERE p.id = w.{column}) IS NULL"  # noqa: S608 - our own tables
    return (
        f" IF EXISTS (SELECT FROM written w WHERE w.{column} IS NOT NULL AND {fault}) THEN"
        f" RAISE foreign_key_violation USING MESSAGE = '{table}_{column}_same_town'; END IF;"
    )


def _is_town_owned(model: Any) -> bool:  # noqa: ANN401 - a historical model has no type
    return any(field.name == "town" for field in model._meta.concrete_fields)
