"""An alert begins for residents when its first message leaves, which may be long after it was opened."""

from django.db import migrations

from beffroi.towns.editions import TellsReaders


class Migration(migrations.Migration):
    dependencies = [("alerts", "0002_walls")]

    operations = [TellsReaders("alerts", "AlertMessage")]
