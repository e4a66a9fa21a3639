"""Walls between towns, and figures that nobody rewrites."""

from django.db import migrations

from beffroi.towns.walls import WallOff

WRITTEN_ONCE = """
CREATE FUNCTION money_is_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'prices, charges and overrides are written once'; END $$;
CREATE FUNCTION money_charge_is_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'service_id' = to_jsonb(OLD) - 'service_id' THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'prices, charges and overrides are written once';
END $$;
CREATE TRIGGER money_tariff_is_final BEFORE UPDATE OR DELETE ON money_tariff
    FOR EACH ROW EXECUTE FUNCTION money_is_written_once();
-- Two services of the town hall that become one take their past with them; no figure changes.
CREATE TRIGGER money_charge_is_final BEFORE UPDATE OR DELETE ON money_charge
    FOR EACH ROW EXECUTE FUNCTION money_charge_is_written_once();
CREATE TRIGGER money_override_is_final BEFORE UPDATE OR DELETE ON money_budgetoverride
    FOR EACH ROW EXECUTE FUNCTION money_is_written_once();
REVOKE UPDATE, DELETE ON money_tariff, money_charge, money_budgetoverride
    FROM beffroi_web, beffroi_engine;
GRANT UPDATE (service_id) ON money_charge TO beffroi_web, beffroi_engine;
"""
DROP = "DROP FUNCTION money_is_written_once, money_charge_is_written_once CASCADE"


class Migration(migrations.Migration):
    dependencies = [
        ("money", "0001_initial"),
        ("delivery", "0002_walls_and_storage"),
        ("towns", "0002_walls"),
    ]

    operations = [
        WallOff("money", "Tariff"),
        WallOff("money", "Budget"),
        WallOff("money", "BudgetOverride"),
        WallOff("money", "Charge"),
        migrations.RunSQL(WRITTEN_ONCE, DROP),
    ]
