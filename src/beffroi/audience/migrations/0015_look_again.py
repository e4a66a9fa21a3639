"""The planner is told what an import has written, by whoever may not analyse a table."""

from django.db import migrations

LOOK_AGAIN = """
CREATE FUNCTION audience_look_again() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    ANALYZE delivery_contactpoint, audience_subscriber, audience_subscription, audience_consentproof, audience_importrow;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audience", "0014_farewell_channels")]

    operations = [migrations.RunSQL(LOOK_AGAIN, "DROP FUNCTION audience_look_again()")]
