"""The database's own walls: roles, row-level security, composite keys, and journals nobody rewrites."""

from django.db import migrations

from beffroi.towns import walls

KEEP_JOURNALS = """
CREATE FUNCTION towns_journal_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the journal is written once'; END $$;
CREATE TRIGGER towns_journal_is_final BEFORE UPDATE OR DELETE ON towns_journalentry
    FOR EACH ROW EXECUTE FUNCTION towns_journal_is_final();
CREATE TRIGGER towns_house_journal_is_final BEFORE UPDATE OR DELETE ON towns_houseentry
    FOR EACH ROW EXECUTE FUNCTION towns_journal_is_final();
REVOKE UPDATE, DELETE ON towns_journalentry, towns_houseentry FROM beffroi_web, beffroi_engine;
"""


class Migration(migrations.Migration):
    dependencies = [("towns", "0001_initial")]

    operations = [
        migrations.RunSQL(walls.CREATE_ROLES, migrations.RunSQL.noop),
        walls.WallOff("towns", "Service"),
        walls.WallOff(
            "towns", "Membership", visible=f"{walls.TOWN_IS_CURRENT} OR {walls.AGENT_IS_CURRENT}"
        ),
        walls.WallOff("towns", "JournalEntry"),
        migrations.RunSQL(KEEP_JOURNALS, "DROP FUNCTION towns_journal_is_final CASCADE"),
    ]
