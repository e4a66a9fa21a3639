from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("towns", "0003_own_host"),
    ]

    operations = [
        migrations.AddField(
            model_name="town",
            name="time_zone",
            field=models.CharField(blank=True, max_length=40),
        ),
    ]
