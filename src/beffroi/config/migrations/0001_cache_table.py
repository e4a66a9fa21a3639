"""The table behind Django's cache (rate limits of the sign-in), shared by all web processes."""

from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    call_command("createcachetable", verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("towns", "0002_walls")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
