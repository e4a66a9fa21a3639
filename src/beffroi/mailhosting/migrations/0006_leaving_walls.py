"""Walls; and a custodian reads what was left only while a consultation is open, which the journal knows."""

from django.db import migrations

from beffroi.towns.walls import WallOff

MODELS = ("Cut", "Consultation", "ReplyText")

ROSTERS = """
CREATE OR REPLACE VIEW mailserver.base_groups AS
SELECT r.person_id AS mailbox_id, 'mbx-' || shared.id AS name, shared.id AS of_id
FROM mailserver.base_roster r JOIN mailserver.base_boxes shared
    ON shared.id = r.shared_id AND shared.state IN ('active', 'suspended')
UNION ALL
SELECT r.person_id, 'see-' || shared.id, shared.id
FROM mailserver.base_roster r JOIN mailserver.base_boxes shared
    ON shared.id = r.shared_id AND shared.state = 'frozen'
UNION ALL
"""
CONSULTED = """
SELECT DISTINCT c.reader_id, 'see-' || d.mailbox_id, d.mailbox_id
FROM mailhosting_consultation c JOIN mailhosting_departure d ON d.id = c.departure_id
WHERE c.since <= now() AND c.until > now();
"""
KEPT = """
SELECT left_.custodian_id, 'see-' || left_.mailbox_id, left_.mailbox_id
FROM mailserver.base_departures left_ WHERE left_.custodian_id IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("mailhosting", "0005_leaving")]

    operations = [
        *(WallOff("mailhosting", model) for model in MODELS),
        migrations.RunSQL(ROSTERS + CONSULTED, ROSTERS + KEPT),
    ]
