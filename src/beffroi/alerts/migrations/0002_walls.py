"""Walls between towns, and messages that nobody rewrites once they have left."""

from django.db import migrations

from beffroi.towns.walls import WallOff

MODELS = (
    "Watch",
    "Drill",
    "SeenPublication",
    "Followed",
    "Rule",
    "Prewritten",
    "StandingApproval",
    "Duty",
    "Alert",
    "AlertMessage",
    "Dispatch",
    "Feed",
    "ReceivedAlert",
)
KEEP_WORDS = """
CREATE FUNCTION alerts_words_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'what was signed or sent is not rewritten'; END $$;
CREATE TRIGGER alerts_sent_words_are_final BEFORE UPDATE ON alerts_alertmessage
    FOR EACH ROW WHEN (OLD.state = 'sent' AND (NEW.content IS DISTINCT FROM OLD.content
        OR NEW.content_hash IS DISTINCT FROM OLD.content_hash OR NEW.state <> 'sent'
        OR NEW.basis IS DISTINCT FROM OLD.basis OR NEW.cap IS DISTINCT FROM OLD.cap))
    EXECUTE FUNCTION alerts_words_are_final();
CREATE TRIGGER alerts_signed_words_are_final BEFORE UPDATE ON alerts_standingapproval
    FOR EACH ROW WHEN (NEW.content IS DISTINCT FROM OLD.content
        OR NEW.content_hash IS DISTINCT FROM OLD.content_hash
        OR NEW.phenomenon IS DISTINCT FROM OLD.phenomenon OR NEW.colour IS DISTINCT FROM OLD.colour
        OR NEW.signed_by_id IS DISTINCT FROM OLD.signed_by_id
        OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NULL))
    EXECUTE FUNCTION alerts_words_are_final();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0001_initial"),
        ("delivery", "0002_walls_and_storage"),
        ("towns", "0002_walls"),
    ]

    operations = [
        *(WallOff("alerts", model) for model in MODELS),
        migrations.RunSQL(KEEP_WORDS, "DROP FUNCTION alerts_words_are_final CASCADE"),
    ]
