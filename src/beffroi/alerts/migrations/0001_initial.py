import django.contrib.postgres.fields
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
            name="Drill",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("step", models.PositiveSmallIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
                ("day", models.DateField(null=True)),
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
                "ordering": ["-started_at"],
            },
        ),
        migrations.CreateModel(
            name="Alert",
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
                            ("vigilance", "Vigilance météo"),
                            ("emergency", "Urgence"),
                            ("received", "Alerte reçue"),
                        ],
                        max_length=10,
                    ),
                ),
                ("is_drill", models.BooleanField(default=False)),
                ("headline", models.CharField(max_length=200)),
                (
                    "phenomenon",
                    models.SmallIntegerField(
                        choices=[
                            (1, "Vent violent"),
                            (2, "Pluie-inondation"),
                            (3, "Orages"),
                            (4, "Crues"),
                            (5, "Neige-verglas"),
                            (6, "Canicule"),
                            (7, "Grand froid"),
                            (8, "Avalanches"),
                            (9, "Vagues-submersion"),
                        ],
                        null=True,
                    ),
                ),
                (
                    "colour",
                    models.SmallIntegerField(
                        choices=[(1, "Retour au vert"), (2, "Jaune"), (3, "Orange"), (4, "Rouge")],
                        null=True,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "town",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="towns.town",
                    ),
                ),
                (
                    "drill",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="alerts.drill"
                    ),
                ),
            ],
            options={
                "ordering": ["-opened_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)), fields=["town"], name="alert_open"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None), ("kind", "vigilance")),
                        fields=("town", "drill", "phenomenon"),
                        name="one_open_alert",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "vigilance"), ("phenomenon__isnull", False)),
                            models.Q(("kind", "emergency"), ("phenomenon", None)),
                            ("kind", "received"),
                            _connector="OR",
                        ),
                        name="vigilance_has_its_phenomenon",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Duty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "email_point",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="delivery.contactpoint",
                    ),
                ),
                (
                    "phone_point",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="delivery.contactpoint",
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
                "ordering": ["starts_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="duty_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email_point__isnull", False),
                            ("phone_point__isnull", False),
                            _connector="OR",
                        ),
                        name="duty_can_be_rung",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Feed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.URLField(max_length=500)),
                ("place", models.CharField(max_length=80)),
                ("etag", models.CharField(blank=True, max_length=200)),
                ("last_modified", models.CharField(blank=True, max_length=80)),
                ("asked_at", models.DateTimeField(null=True)),
                (
                    "failure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unreadable", "Clé illisible"),
                            ("refused", "Clé refusée"),
                            ("silent", "Pas de réponse"),
                            ("unusable", "Réponse illisible"),
                            ("fault", "Panne"),
                        ],
                        max_length=10,
                    ),
                ),
                ("failing_since", models.DateTimeField(null=True)),
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
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("town", "address"), name="feed_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Followed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "phenomenon",
                    models.SmallIntegerField(
                        choices=[
                            (1, "Vent violent"),
                            (2, "Pluie-inondation"),
                            (3, "Orages"),
                            (4, "Crues"),
                            (5, "Neige-verglas"),
                            (6, "Canicule"),
                            (7, "Grand froid"),
                            (8, "Avalanches"),
                            (9, "Vagues-submersion"),
                        ]
                    ),
                ),
                (
                    "colour",
                    models.SmallIntegerField(
                        choices=[(1, "Retour au vert"), (2, "Jaune"), (3, "Orange"), (4, "Rouge")]
                    ),
                ),
                ("begin", models.DateTimeField()),
                ("end", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "drill",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, to="alerts.drill"
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
                "ordering": ["-colour", "phenomenon"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("town", "drill", "phenomenon"),
                        name="phenomenon_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Prewritten",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80)),
                ("subject", models.CharField(max_length=150)),
                ("body", models.TextField()),
                ("sms", models.CharField(blank=True, max_length=400)),
                ("push_title", models.CharField(blank=True, max_length=60)),
                ("push_text", models.CharField(blank=True, max_length=200)),
                (
                    "theme_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("edited_at", models.DateTimeField()),
                ("approved_hash", models.CharField(blank=True, max_length=64)),
                ("approved_at", models.DateTimeField(null=True)),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "author",
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
                "ordering": ["position", "title", "id"],
            },
        ),
        migrations.CreateModel(
            name="ReceivedAlert",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sender", models.CharField(max_length=200)),
                ("identifier", models.CharField(max_length=200)),
                ("sent", models.DateTimeField()),
                ("expires", models.DateTimeField(null=True)),
                ("message_type", models.CharField(max_length=10)),
                ("headline", models.CharField(max_length=300)),
                (
                    "colour",
                    models.SmallIntegerField(
                        choices=[(1, "Retour au vert"), (2, "Jaune"), (3, "Orange"), (4, "Rouge")],
                        null=True,
                    ),
                ),
                (
                    "phenomenon",
                    models.SmallIntegerField(
                        choices=[
                            (1, "Vent violent"),
                            (2, "Pluie-inondation"),
                            (3, "Orages"),
                            (4, "Crues"),
                            (5, "Neige-verglas"),
                            (6, "Canicule"),
                            (7, "Grand froid"),
                            (8, "Avalanches"),
                            (9, "Vagues-submersion"),
                        ],
                        null=True,
                    ),
                ),
                ("document", models.TextField()),
                (
                    "references",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=401), default=list, size=None
                    ),
                ),
                ("superseded_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField()),
                (
                    "alert",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="received",
                        to="alerts.alert",
                    ),
                ),
                (
                    "feed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="received",
                        to="alerts.feed",
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
                "ordering": ["-sent", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("town", "sender", "identifier"), name="received_alert_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "phenomenon",
                    models.SmallIntegerField(
                        choices=[
                            (1, "Vent violent"),
                            (2, "Pluie-inondation"),
                            (3, "Orages"),
                            (4, "Crues"),
                            (5, "Neige-verglas"),
                            (6, "Canicule"),
                            (7, "Grand froid"),
                            (8, "Avalanches"),
                            (9, "Vagues-submersion"),
                        ]
                    ),
                ),
                (
                    "colour",
                    models.SmallIntegerField(
                        choices=[(1, "Retour au vert"), (2, "Jaune"), (3, "Orange"), (4, "Rouge")]
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("ignore", "Ne rien faire"),
                            ("draft", "Préparer"),
                            ("ring", "Préparer et prévenir"),
                            ("send", "Envoyer (accord)"),
                        ],
                        max_length=10,
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
                        fields=("town", "phenomenon", "colour"), name="one_rule"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SeenPublication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("updated_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                (
                    "colour",
                    models.SmallIntegerField(
                        choices=[(1, "Retour au vert"), (2, "Jaune"), (3, "Orange"), (4, "Rouge")],
                        default=1,
                    ),
                ),
                ("map", models.TextField(blank=True)),
                ("texts", models.TextField(blank=True)),
                (
                    "drill",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, to="alerts.drill"
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
                "ordering": ["-updated_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("town", "drill", "digest"),
                        name="publication_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StandingApproval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "phenomenon",
                    models.SmallIntegerField(
                        choices=[
                            (1, "Vent violent"),
                            (2, "Pluie-inondation"),
                            (3, "Orages"),
                            (4, "Crues"),
                            (5, "Neige-verglas"),
                            (6, "Canicule"),
                            (7, "Grand froid"),
                            (8, "Avalanches"),
                            (9, "Vagues-submersion"),
                        ]
                    ),
                ),
                (
                    "colour",
                    models.SmallIntegerField(
                        choices=[(1, "Retour au vert"), (2, "Jaune"), (3, "Orange"), (4, "Rouge")]
                    ),
                ),
                ("content", models.TextField()),
                ("content_hash", models.CharField(max_length=64)),
                ("signed_at", models.DateTimeField()),
                ("one_person", models.BooleanField(default=False)),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "prewritten",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standing",
                        to="alerts.prewritten",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "signed_by",
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
                "ordering": ["phenomenon", "colour", "-signed_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)),
                        fields=("town", "phenomenon", "colour"),
                        name="one_standing_approval",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AlertMessage",
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
                        choices=[("alert", "Début"), ("update", "Suite"), ("cancel", "Fin")],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("prepared", "Prêt, à relire"),
                            ("sent", "Envoyé"),
                            ("dropped", "Dépassé"),
                        ],
                        max_length=10,
                    ),
                ),
                ("content", models.TextField()),
                ("content_hash", models.CharField(max_length=64)),
                ("prepared_at", models.DateTimeField()),
                ("campaign_id", models.BigIntegerField(null=True)),
                ("valid_until", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "basis",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("standing", "Accord permanent"),
                            ("beforehand", "Texte validé d’avance"),
                            ("afterwards", "À valider après coup"),
                            ("chain", "Validation du cabinet"),
                        ],
                        max_length=10,
                    ),
                ),
                ("cap", models.TextField(blank=True)),
                ("judged_at", models.DateTimeField(null=True)),
                ("proof_due_at", models.DateTimeField(null=True)),
                ("unproved", models.CharField(blank=True, max_length=100)),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="alerts.alert",
                    ),
                ),
                (
                    "judged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sent_by",
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
                (
                    "prewritten",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="alerts.prewritten",
                    ),
                ),
                (
                    "standing",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="alerts.standingapproval",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("proof_due_at__isnull", False)),
                        fields=["proof_due_at"],
                        name="alert_proof_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("sent_at__isnull", False),
                                ("state", "sent"),
                                models.Q(("basis", ""), _negated=True),
                            ),
                            models.Q(("state", "sent"), _negated=True),
                            _connector="OR",
                        ),
                        name="sent_on_somebodys_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("basis", "standing"), _negated=True),
                            ("standing__isnull", False),
                            _connector="OR",
                        ),
                        name="standing_word_is_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sealed_key", models.BinaryField(null=True)),
                ("key_id", models.SmallIntegerField(null=True)),
                ("with_coast", models.BooleanField(default=False)),
                ("own_words", models.TextField(blank=True)),
                ("proof_within_s", models.PositiveIntegerField(default=120)),
                ("asked_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "failure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unreadable", "Clé illisible"),
                            ("refused", "Clé refusée"),
                            ("silent", "Pas de réponse"),
                            ("unusable", "Réponse illisible"),
                            ("fault", "Panne"),
                        ],
                        max_length=10,
                    ),
                ),
                ("failing_since", models.DateTimeField(null=True)),
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
                "constraints": [models.UniqueConstraint(fields=("town",), name="one_watch")],
            },
        ),
        migrations.CreateModel(
            name="Dispatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.SmallIntegerField(
                        choices=[(1, "E-mail"), (2, "SMS"), (3, "Notification")]
                    ),
                ),
                ("message_number", models.BigIntegerField()),
                ("recipients", models.PositiveIntegerField()),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="dispatches",
                        to="alerts.alertmessage",
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
                "ordering": ["channel"],
                "constraints": [
                    models.UniqueConstraint(fields=("message", "channel"), name="channel_once")
                ],
            },
        ),
    ]
