"""Walls between towns; rosters that nobody rewrites; addresses that say what they are; word of every nudge and key."""

from django.db import migrations

from beffroi.towns.walls import WallOff

MODELS = (
    "Domain",
    "DkimKey",
    "Address",
    "Mailbox",
    "AliasTarget",
    "Member",
    "Allowance",
    "AppPassword",
    "PasswordLink",
    "Nudge",
    "Absence",
    "Redirect",
    "HandOver",
    "Departure",
    "Cut",
    "Consultation",
    "ReplyText",
    "Outgoing",
    "NewRoster",
    "Seat",
    "InventoryLine",
    "DnsCheck",
    "Publisher",
    "MailReport",
    "LoopTest",
    "SignatureTemplate",
    "Signature",
    "Usage",
    "OldAddress",
    "OldFolder",
    "NotCopied",
)
KEEP_ROSTER = """
CREATE FUNCTION mailhosting_roster_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'who had access when stays on record'; END $$;
CREATE TRIGGER mailhosting_roster_is_kept BEFORE DELETE ON mailhosting_member
    FOR EACH ROW EXECUTE FUNCTION mailhosting_roster_is_kept();
CREATE TRIGGER mailhosting_roster_is_not_rewritten BEFORE UPDATE ON mailhosting_member
    FOR EACH ROW WHEN (NEW.shared_id <> OLD.shared_id OR NEW.person_id <> OLD.person_id
        OR NEW.since <> OLD.since OR NEW.may_send_as <> OLD.may_send_as
        OR (OLD.until < now() AND NEW.until IS DISTINCT FROM OLD.until))
    EXECUTE FUNCTION mailhosting_roster_is_kept();
"""
WHOLE_ADDRESS = """
CREATE FUNCTION mailhosting_whole_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.email := NEW.local_part || '@' || (SELECT name FROM mailhosting_domain WHERE id = NEW.domain_id);
    RETURN NEW;
END $$;
CREATE TRIGGER mailhosting_whole_address BEFORE INSERT OR UPDATE ON mailhosting_address
    FOR EACH ROW EXECUTE FUNCTION mailhosting_whole_address();
"""
WORD = """
CREATE FUNCTION mailhosting_word() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('mailhosting', TG_ARGV[0]); RETURN NULL; END $$;
CREATE TRIGGER mailhosting_word AFTER INSERT ON mailhosting_nudge
    FOR EACH STATEMENT EXECUTE FUNCTION mailhosting_word('nudge');
CREATE TRIGGER mailhosting_word AFTER INSERT OR UPDATE OR DELETE ON mailhosting_dkimkey
    FOR EACH STATEMENT EXECUTE FUNCTION mailhosting_word('key');
CREATE TRIGGER mailhosting_word AFTER UPDATE OF state ON mailhosting_domain
    FOR EACH STATEMENT EXECUTE FUNCTION mailhosting_word('key');
"""


class Migration(migrations.Migration):
    dependencies = [("mailhosting", "0001_initial"), ("towns", "0002_walls")]

    operations = [
        *(WallOff("mailhosting", model) for model in MODELS),
        migrations.RunSQL(KEEP_ROSTER, "DROP FUNCTION mailhosting_roster_is_kept CASCADE"),
        migrations.RunSQL(WHOLE_ADDRESS, "DROP FUNCTION mailhosting_whole_address CASCADE"),
        migrations.RunSQL(WORD, "DROP FUNCTION mailhosting_word CASCADE"),
    ]
