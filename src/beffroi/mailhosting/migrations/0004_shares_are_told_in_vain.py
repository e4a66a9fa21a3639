"""Dovecot tells its dictionary which rights it gave; those of the roster are not its to give or to take."""

from django.db import migrations

SQL = """
CREATE RULE nothing_to_add AS ON INSERT TO mailserver.shares DO INSTEAD NOTHING;
CREATE RULE nothing_to_remove AS ON DELETE TO mailserver.shares DO INSTEAD NOTHING;
GRANT INSERT, DELETE ON mailserver.shares TO beffroi_dovecot;
"""
BACK = """
REVOKE INSERT, DELETE ON mailserver.shares FROM beffroi_dovecot;
DROP RULE nothing_to_add ON mailserver.shares;
DROP RULE nothing_to_remove ON mailserver.shares;
"""


class Migration(migrations.Migration):
    dependencies = [("mailhosting", "0003_mailserver")]

    operations = [migrations.RunSQL(SQL, BACK)]
