import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Town",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("commune", "Commune"),
                            ("intercommunality", "Intercommunalité"),
                            ("other", "Autre organisme public"),
                        ],
                        default="commune",
                        max_length=20,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("insee_code", models.CharField(blank=True, max_length=5)),
                ("department_code", models.CharField(blank=True, max_length=3)),
                (
                    "postal_codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=5),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("population", models.PositiveIntegerField(default=0)),
                ("primary_colour", models.CharField(default="#17456b", max_length=7)),
                ("accent_colour", models.CharField(default="#b3391f", max_length=7)),
                ("coat_of_arms", models.BinaryField(blank=True, null=True)),
                ("sender_name", models.CharField(max_length=120)),
                ("sender_address", models.EmailField(max_length=254)),
                ("reply_to", models.EmailField(blank=True, max_length=254)),
                ("sms_sender", models.CharField(blank=True, max_length=11)),
                ("sms_drops_accents", models.BooleanField(default=False)),
                ("sms_codes_per_day", models.PositiveIntegerField(default=200)),
                ("quiet_from", models.TimeField(default=datetime.time(21, 30))),
                ("quiet_until", models.TimeField(default=datetime.time(8, 0))),
                ("postal_address", models.CharField(blank=True, max_length=250)),
                ("telephone", models.CharField(blank=True, max_length=30)),
                ("website", models.URLField(blank=True)),
                ("privacy_contact", models.CharField(blank=True, max_length=250)),
                ("publication_director", models.CharField(blank=True, max_length=150)),
                ("host", models.CharField(blank=True, max_length=250)),
                ("one_person_rule", models.BooleanField(default=False)),
                ("count_links", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Agent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("full_name", models.CharField(max_length=120)),
                ("is_active", models.BooleanField(default=True)),
                ("is_operator", models.BooleanField(default=False)),
                ("date_joined", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"), name="agent_email_any_case"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HouseEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=60)),
                ("detail", models.CharField(blank=True, max_length=500)),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Service",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
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
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("town"),
                        django.db.models.functions.text.Lower("name"),
                        name="service_name",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("proposer", "Propose pour son service"),
                                ("writer", "Rédige (communication)"),
                                ("approver", "Valide (cabinet)"),
                                ("clerk", "Gère les abonnés"),
                                ("administrator", "Administre la collectivité"),
                                ("auditor", "Consulte et contrôle"),
                                ("duty", "Astreinte"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                ("since", models.DateTimeField()),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
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
                        models.F("town"), models.F("agent"), name="one_membership"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="JournalEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("actor_name", models.CharField(blank=True, max_length=120)),
                ("kind", models.CharField(max_length=60)),
                ("object_kind", models.CharField(blank=True, max_length=40)),
                ("object_id", models.BigIntegerField(blank=True, null=True)),
                ("detail", models.CharField(blank=True, max_length=500)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
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
                "ordering": ["-at", "-id"],
                "indexes": [
                    models.Index(fields=["town", "-at"], name="journal_by_time"),
                    models.Index(
                        fields=["town", "object_kind", "object_id"], name="journal_by_object"
                    ),
                ],
            },
        ),
    ]
