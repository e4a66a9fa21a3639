from django.db import migrations

from beffroi.towns.walls import WallOff

# Each delivery is updated once or twice and no indexed column changes: room on the page keeps the new
# version beside the old one (HOT update) and the indexes untouched.
FILLFACTOR = "ALTER TABLE delivery_delivery SET (fillfactor = 70)"


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_initial"), ("towns", "0002_walls")]

    operations = [
        migrations.RunSQL(FILLFACTOR, migrations.RunSQL.noop),
        WallOff("delivery", "ContactPoint"),
        WallOff("delivery", "Message"),
        WallOff("delivery", "Delivery"),
        WallOff("delivery", "Chunk"),
        WallOff("delivery", "Stop"),
        WallOff("delivery", "Event"),
    ]
