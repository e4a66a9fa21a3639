"""Who answers for what is published, and who hosts it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("towns", "0003_duty_role")]

    operations = [
        migrations.AddField(
            "town",
            "host",
            models.CharField(blank=True, max_length=250, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "town",
            "publication_director",
            models.CharField(blank=True, max_length=150, default=""),
            preserve_default=False,
        ),
    ]
