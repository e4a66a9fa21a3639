"""Walls around hand-overs."""

from django.db import migrations

from beffroi.towns.walls import WallOff

MODELS = ("HandOver", "Outgoing", "NewRoster", "Seat", "InventoryLine")
SAME_TOWN = """
ALTER TABLE mailhosting_{table} ADD CONSTRAINT mailhosting_{table}_hand_over_id_same_town
    FOREIGN KEY (town_id, hand_over_id) REFERENCES mailhosting_handover (town_id, id)
    DEFERRABLE INITIALLY DEFERRED
"""
DROP = "ALTER TABLE mailhosting_{table} DROP CONSTRAINT mailhosting_{table}_hand_over_id_same_town"


class Migration(migrations.Migration):
    dependencies = [("mailhosting", "0008_hand_over")]

    operations = [
        *(WallOff("mailhosting", model) for model in MODELS),
        *(
            migrations.RunSQL(SAME_TOWN.format(table=table), DROP.format(table=table))
            for table in ("departure", "cut")
        ),
    ]
