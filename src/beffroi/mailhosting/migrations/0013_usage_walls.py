"""Walls around what boxes hold."""

from django.db import migrations

from beffroi.towns.walls import WallOff


class Migration(migrations.Migration):
    dependencies = [("mailhosting", "0012_usage")]

    operations = [WallOff("mailhosting", "Usage")]
