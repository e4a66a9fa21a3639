"""The wall between towns."""

from django.db import migrations

from beffroi.towns.walls import WallOff


class Migration(migrations.Migration):
    dependencies = [("bilan", "0001_initial"), ("towns", "0002_walls")]

    operations = [WallOff("bilan", "PaperFigures")]
