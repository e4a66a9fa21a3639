import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("delivery", "0001_initial"),
        ("towns", "0001_initial"),
        ("towns", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Budget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.IntegerField()),
                ("amount", models.BigIntegerField()),
                (
                    "on_exceed",
                    models.CharField(
                        choices=[
                            ("stop", "L’envoi est bloqué"),
                            ("override", "Le cabinet peut autoriser un dépassement"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="towns.service",
                    ),
                ),
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
                    models.UniqueConstraint(
                        fields=("town", "year", "service"), name="one_budget", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetOverride",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("why", models.CharField(max_length=300)),
                ("at", models.DateTimeField()),
                (
                    "budget",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overrides",
                        to="money.budget",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Charge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("n", models.SmallIntegerField(default=0)),
                (
                    "channel",
                    models.SmallIntegerField(
                        choices=[(1, "E-mail"), (2, "SMS"), (3, "Notification")]
                    ),
                ),
                ("recipients", models.BigIntegerField()),
                ("parts", models.SmallIntegerField()),
                ("unit_price", models.IntegerField()),
                ("vat_rate", models.IntegerField()),
                ("free_parts", models.IntegerField()),
                ("lost_before", models.BigIntegerField(default=0)),
                ("at", models.DateTimeField()),
                ("month", models.DateField()),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="charges",
                        to="delivery.message",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="towns.service",
                    ),
                ),
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
                "indexes": [
                    models.Index(fields=["town", "month"], name="charge_by_month"),
                    models.Index(fields=["town", "at"], name="charge_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("message", "n"), name="one_charge")
                ],
            },
        ),
        migrations.CreateModel(
            name="Tariff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField()),
                ("sms_part", models.IntegerField()),
                ("email", models.IntegerField()),
                ("push", models.IntegerField()),
                ("vat_rate", models.IntegerField()),
                ("free_sms_parts", models.IntegerField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                "ordering": ["-valid_from", "-id"],
                "indexes": [
                    models.Index(fields=["town", "-valid_from", "-id"], name="tariff_by_day")
                ],
            },
        ),
    ]
