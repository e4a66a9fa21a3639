"""Walls around old addresses."""

from django.db import migrations

from beffroi.towns.walls import WallOff


class Migration(migrations.Migration):
    dependencies = [("mailhosting", "0014_old_address")]

    operations = [
        WallOff("mailhosting", model) for model in ("OldAddress", "OldFolder", "NotCopied")
    ]
