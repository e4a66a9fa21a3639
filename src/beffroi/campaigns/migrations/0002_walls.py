"""Walls between towns, and decisions that nobody rewrites."""

from django.db import migrations

from beffroi.towns.walls import WallOff

KEEP_DECISIONS = """
CREATE FUNCTION campaigns_decision_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a decision is written once'; END $$;
CREATE TRIGGER campaigns_decision_is_final BEFORE UPDATE OR DELETE ON campaigns_decision
    FOR EACH ROW EXECUTE FUNCTION campaigns_decision_is_final();
REVOKE UPDATE, DELETE ON campaigns_decision FROM beffroi_web, beffroi_engine;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0001_initial"),
        ("audience", "0002_walls"),
        ("delivery", "0002_walls_and_storage"),
        ("towns", "0002_walls"),
    ]

    operations = [
        WallOff("campaigns", "Proposal"),
        WallOff("campaigns", "Campaign"),
        WallOff("campaigns", "CampaignTheme"),
        WallOff("campaigns", "CampaignItem"),
        WallOff("campaigns", "Decision"),
        WallOff("campaigns", "Version"),
        WallOff("campaigns", "Image"),
        WallOff("campaigns", "CountedLink"),
        WallOff("campaigns", "CampaignMessage"),
        WallOff("campaigns", "TrialPhone"),
        migrations.RunSQL(KEEP_DECISIONS, "DROP FUNCTION campaigns_decision_is_final CASCADE"),
    ]
