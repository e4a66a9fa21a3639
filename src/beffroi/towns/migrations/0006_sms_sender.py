"""The name that telephones show, and what the SMS coach may offer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("towns", "0005_house_journal"),
    ]

    operations = [
        migrations.AddField(
            model_name="town",
            name="sms_drops_accents",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="town",
            name="sms_sender",
            field=models.CharField(blank=True, max_length=11),
        ),
    ]
