import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("towns", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaperFigures",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("letters_per_sending", models.PositiveIntegerField()),
                ("sheets_per_letter", models.PositiveIntegerField()),
                (
                    "town",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="towns.town",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("town",), name="one_paper_figures")
                ],
            },
        ),
    ]
