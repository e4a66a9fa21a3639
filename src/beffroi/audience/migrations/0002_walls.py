"""Walls between towns, and a proof that nobody rewrites.

An import writes half a million links: those of three tables are checked in sets, and the planner is told what was written.
"""

from django.db import migrations

from beffroi.towns.walls import WallOff, WallOffInSets

# Erasure may take the person out of a proof, once, and change nothing else in it.
KEEP_PROOF = """
CREATE FUNCTION audience_proof_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'a proof of consent is written once'; END IF;
    IF OLD.anonymised_at IS NOT NULL OR NEW.anonymised_at IS NULL
        OR NEW.subscriber_id IS NOT NULL OR NEW.form_number <> '' OR NEW.line IS NOT NULL
        OR NEW.technical_origin <> '' OR NEW.signed_on IS NOT NULL
        OR (NEW.town_id, NEW.action, NEW.at, NEW.origin, NEW.text_id, NEW.theme_ids, NEW.theme_names,
            NEW.agent_id, NEW.imported_by_id)
            IS DISTINCT FROM
           (OLD.town_id, OLD.action, OLD.at, OLD.origin, OLD.text_id, OLD.theme_ids, OLD.theme_names,
            OLD.agent_id, OLD.imported_by_id)
    THEN RAISE EXCEPTION 'a proof of consent is written once'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audience_proof_is_final BEFORE UPDATE OR DELETE ON audience_consentproof
    FOR EACH ROW EXECUTE FUNCTION audience_proof_is_final();
REVOKE DELETE ON audience_consentproof FROM beffroi_web, beffroi_engine;

CREATE FUNCTION audience_text_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a version of the consent wording is written once'; END $$;
CREATE TRIGGER audience_text_is_final BEFORE UPDATE OR DELETE ON audience_consenttext
    FOR EACH ROW EXECUTE FUNCTION audience_text_is_final();
REVOKE UPDATE, DELETE ON audience_consenttext FROM beffroi_web, beffroi_engine;
"""
DROP = """
DROP FUNCTION audience_proof_is_final CASCADE;
DROP FUNCTION audience_text_is_final CASCADE;
"""

# The channels agreed to are as final as the rest of a proof.
KEEP_CHANNELS = """
CREATE FUNCTION audience_proof_channels_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a proof of consent is written once'; END $$;
CREATE TRIGGER audience_proof_channels_are_final BEFORE UPDATE ON audience_consentproof
    FOR EACH ROW WHEN (NEW.theme_channels IS DISTINCT FROM OLD.theme_channels)
    EXECUTE FUNCTION audience_proof_channels_are_final();
"""
# By whoever may not analyse a table.
LOOK_AGAIN = """
CREATE FUNCTION audience_look_again() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    ANALYZE delivery_contactpoint, audience_subscriber, audience_subscription, audience_consentproof, audience_importrow;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audience", "0001_initial"),
        ("delivery", "0002_walls_and_storage"),
        ("towns", "0002_walls"),
    ]

    operations = [
        WallOff("audience", "Theme"),
        WallOff("audience", "ConsentText"),
        WallOff("audience", "Import"),
        WallOff("audience", "ImportPart"),
        WallOff("audience", "ImportRow"),
        WallOff("audience", "Subscriber"),
        WallOff("audience", "ConsentProof"),
        WallOff("audience", "PaperForm"),
        WallOff("audience", "Subscription"),
        WallOff("audience", "Attempt"),
        WallOff("audience", "DigestTitle"),
        WallOff("audience", "DigestLine"),
        WallOffInSets(
            "audience",
            "Subscriber",
            [
                "town",
                "email_point",
                "next_email_point",
                "phone_point",
                "next_phone_point",
                "push_point",
                "imported_by",
            ],
        ),
        WallOffInSets("audience", "Subscription", ["town", "subscriber", "theme", "imported_by"]),
        WallOffInSets(
            "audience", "ConsentProof", ["town", "subscriber", "text", "agent", "imported_by"]
        ),
        migrations.RunSQL(KEEP_PROOF, DROP),
        migrations.RunSQL(KEEP_CHANNELS, "DROP FUNCTION audience_proof_channels_are_final CASCADE"),
        migrations.RunSQL(LOOK_AGAIN, "DROP FUNCTION audience_look_again()"),
    ]
