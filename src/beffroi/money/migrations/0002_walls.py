"""Walls between towns, and figures that nobody rewrites."""

from django.db import migrations

from beffroi.towns.walls import WallOff

WRITTEN_ONCE = """
CREATE FUNCTION money_is_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'prices, charges and overrides are written once'; END $$;
CREATE TRIGGER money_tariff_is_final BEFORE UPDATE OR DELETE ON money_tariff
    FOR EACH ROW EXECUTE FUNCTION money_is_written_once();
CREATE TRIGGER money_charge_is_final BEFORE UPDATE OR DELETE ON money_charge
    FOR EACH ROW EXECUTE FUNCTION money_is_written_once();
CREATE TRIGGER money_override_is_final BEFORE UPDATE OR DELETE ON money_budgetoverride
    FOR EACH ROW EXECUTE FUNCTION money_is_written_once();
REVOKE UPDATE, DELETE ON money_tariff, money_charge, money_budgetoverride
    FROM beffroi_web, beffroi_engine;
"""
DROP = "DROP FUNCTION money_is_written_once CASCADE"


class Migration(migrations.Migration):
    dependencies = [
        ("money", "0001_initial"),
        ("delivery", "0004_channels"),
        ("towns", "0002_walls"),
    ]

    operations = [
        WallOff("money", "Tariff"),
        WallOff("money", "Budget"),
        WallOff("money", "BudgetOverride"),
        WallOff("money", "Charge"),
        migrations.RunSQL(WRITTEN_ONCE, DROP),
    ]
