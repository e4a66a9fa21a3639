from django.db import migrations

from beffroi.towns.editions import TellsReaders
from beffroi.towns.walls import WallOff

MODELS = (
    "Picture",
    "Contributor",
    "Source",
    "Label",
    "Entry",
    "EntryTheme",
    "Occurrence",
    "Version",
    "Run",
    "RunChange",
    "Viewed",
    "Searched",
)
READ_BY_ALL = (
    ("content", "Entry"),
    ("content", "EntryTheme"),
    ("content", "Occurrence"),
    ("campaigns", "Campaign"),
    ("audience", "Theme"),
    ("audience", "ConsentText"),
    ("alerts", "Alert"),
    ("towns", "Town"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0001_initial"),
        ("campaigns", "0002_walls"),
        ("audience", "0002_walls"),
        ("alerts", "0002_walls"),
        ("towns", "0002_walls"),
    ]

    operations = [
        *(WallOff("content", model) for model in MODELS),
        *(TellsReaders(app, model) for app, model in READ_BY_ALL),
    ]
