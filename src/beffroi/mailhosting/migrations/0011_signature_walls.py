"""Walls around signatures."""

from django.db import migrations

from beffroi.towns.walls import WallOff


class Migration(migrations.Migration):
    dependencies = [("mailhosting", "0010_signatures")]

    operations = [
        WallOff("mailhosting", "SignatureTemplate"),
        WallOff("mailhosting", "Signature"),
    ]
