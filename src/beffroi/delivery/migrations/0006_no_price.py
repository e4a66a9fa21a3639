from django.db import migrations


class Migration(migrations.Migration):
    """What a message costs is a charge of the money room."""

    dependencies = [
        ("delivery", "0005_waiting_reply"),
    ]

    operations = [
        migrations.RemoveField(model_name="message", name="price_tenths_of_cent"),
    ]
