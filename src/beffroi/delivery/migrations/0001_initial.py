import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("towns", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="StrayReturn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("why", models.CharField(max_length=40)),
                ("digest", models.BinaryField(max_length=16, unique=True)),
                ("raw", models.BinaryField()),
                ("key_id", models.SmallIntegerField()),
            ],
            options={
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="WaitingReceipt",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "provider",
                        "reference",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("provider", models.CharField(max_length=40)),
                ("reference", models.CharField(max_length=80)),
                (
                    "state",
                    models.SmallIntegerField(
                        choices=[(0, "None"), (1, "Delivered"), (2, "Failed")]
                    ),
                ),
                ("code", models.IntegerField()),
                ("at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="WaitingReply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("digest", models.BinaryField(max_length=16, unique=True)),
                ("raw", models.BinaryField()),
                ("key_id", models.SmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="ContactPoint",
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
                ("sealed", models.BinaryField(null=True)),
                ("key_id", models.SmallIntegerField()),
                ("fingerprint", models.BinaryField(max_length=16)),
                (
                    "state",
                    models.SmallIntegerField(
                        choices=[
                            (1, "Valide"),
                            (2, "En erreur"),
                            (3, "A signalé un message indésirable"),
                            (4, "Effacée"),
                        ],
                        default=1,
                    ),
                ),
                ("soft_bounces", models.SmallIntegerField(default=0)),
                ("first_soft_at", models.DateTimeField(null=True)),
                ("last_soft_at", models.DateTimeField(null=True)),
                ("link_version", models.IntegerField(default=1)),
                ("created_at", models.DateTimeField()),
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
                        fields=("town", "channel", "fingerprint"), name="one_contact_point"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "message_id",
                        "seq",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("message_id", models.BigIntegerField()),
                ("seq", models.IntegerField()),
                ("contact_point_id", models.BigIntegerField()),
                (
                    "state",
                    models.SmallIntegerField(
                        choices=[
                            (0, "En attente"),
                            (10, "Écarté"),
                            (11, "Annulé"),
                            (12, "Abandonné"),
                            (20, "Incertain"),
                            (30, "Accepté"),
                            (40, "Remis"),
                            (50, "Refusé"),
                            (60, "Revenu en erreur"),
                            (70, "Signalé comme indésirable"),
                        ]
                    ),
                ),
                ("attempts", models.SmallIntegerField()),
                ("code", models.SmallIntegerField()),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "town",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="towns.town",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["contact_point_id"], name="delivery_by_contact")],
            },
        ),
        migrations.CreateModel(
            name="DeliveryReference",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "provider",
                        "reference",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("provider", models.CharField(max_length=40)),
                ("reference", models.CharField(max_length=80)),
                ("message_id", models.BigIntegerField()),
                ("seq", models.IntegerField()),
                ("part", models.SmallIntegerField()),
                (
                    "state",
                    models.SmallIntegerField(
                        choices=[(0, "None"), (1, "Delivered"), (2, "Failed")], default=0
                    ),
                ),
                (
                    "town",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="towns.town",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["message_id", "seq"], name="reference_by_delivery")
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("message_id", models.BigIntegerField()),
                ("seq", models.IntegerField()),
                (
                    "kind",
                    models.SmallIntegerField(
                        choices=[
                            (1, "Reporté par le serveur du destinataire"),
                            (2, "Refusé par le serveur du destinataire"),
                            (3, "Revenu\xa0: adresse en erreur"),
                            (4, "Revenu\xa0: difficulté passagère"),
                            (5, "Signalé comme indésirable"),
                            (6, "Désinscription depuis ce message"),
                            (7, "Remis\xa0: le téléphone l’a reçu"),
                            (8, "Non remis par l’opérateur téléphonique"),
                            (9, "Réponse reçue"),
                        ]
                    ),
                ),
                ("at", models.DateTimeField()),
                ("status", models.CharField(blank=True, max_length=20)),
                ("digest", models.BinaryField(max_length=16, null=True)),
                ("raw", models.BinaryField(null=True)),
                ("key_id", models.SmallIntegerField(null=True)),
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
                "indexes": [models.Index(fields=["town", "at"], name="event_by_time")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("message_id", "seq", "kind", "digest"), name="one_event_per_report"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InboundText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("message_id", models.BigIntegerField()),
                ("seq", models.IntegerField()),
                ("at", models.DateTimeField()),
                ("digest", models.BinaryField(max_length=16)),
                ("raw", models.BinaryField()),
                ("key_id", models.SmallIntegerField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "contact_point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
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
                "indexes": [models.Index(fields=["town", "at"], name="inbound_text_by_time")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contact_point", "message_id", "digest"), name="one_inbound_text"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "lane",
                    models.SmallIntegerField(
                        choices=[(0, "Urgence"), (1, "Alerte"), (2, "Service"), (3, "Campagne")]
                    ),
                ),
                (
                    "channel",
                    models.SmallIntegerField(
                        choices=[(1, "E-mail"), (2, "SMS"), (3, "Notification")]
                    ),
                ),
                (
                    "state",
                    models.SmallIntegerField(
                        choices=[
                            (1, "En cours d’envoi"),
                            (2, "Suspendu"),
                            (3, "Annulé"),
                            (4, "Terminé"),
                        ],
                        default=1,
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=80)),
                ("subject", models.CharField(max_length=998)),
                ("text", models.TextField()),
                ("html", models.TextField(blank=True)),
                ("page_url", models.CharField(blank=True, default="", max_length=500)),
                ("topic", models.CharField(blank=True, default="", max_length=32)),
                ("parts", models.SmallIntegerField(default=1)),
                ("from_name", models.CharField(max_length=200)),
                ("from_address", models.CharField(blank=True, max_length=254)),
                ("reply_to", models.CharField(blank=True, max_length=254)),
                ("base_url", models.CharField(max_length=500)),
                (
                    "theme_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("list_id", models.CharField(blank=True, max_length=255)),
                ("feedback_id", models.CharField(blank=True, max_length=255)),
                ("with_list_unsubscribe", models.BooleanField()),
                ("recipients", models.IntegerField(default=0)),
                ("frozen_at", models.DateTimeField()),
                ("not_before", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
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
                    models.Index(fields=["town", "frozen_at"], name="message_by_time"),
                    models.Index(fields=["town", "reference"], name="message_by_reference"),
                    models.Index(
                        condition=models.Q(("state", 1)), fields=["id"], name="message_open"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Chunk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("n", models.IntegerField()),
                (
                    "lane",
                    models.SmallIntegerField(
                        choices=[(0, "Urgence"), (1, "Alerte"), (2, "Service"), (3, "Campagne")]
                    ),
                ),
                (
                    "channel",
                    models.SmallIntegerField(
                        choices=[(1, "E-mail"), (2, "SMS"), (3, "Notification")], default=1
                    ),
                ),
                ("lo", models.IntegerField()),
                ("hi", models.IntegerField()),
                (
                    "state",
                    models.SmallIntegerField(
                        choices=[(1, "Waiting"), (2, "Claimed"), (3, "Held"), (4, "Done")]
                    ),
                ),
                ("not_before", models.DateTimeField()),
                ("attempts", models.SmallIntegerField(default=0)),
                ("worker", models.CharField(blank=True, max_length=120)),
                ("claim", models.UUIDField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("reached", models.IntegerField(default=0)),
                ("accepted", models.IntegerField(default=0)),
                ("refused", models.IntegerField(default=0)),
                ("suppressed", models.IntegerField(default=0)),
                ("unknown", models.IntegerField(default=0)),
                ("expired", models.IntegerField(default=0)),
                ("cancelled", models.IntegerField(default=0)),
                ("deferred", models.IntegerField(default=0)),
                (
                    "town",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="towns.town",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chunks",
                        to="delivery.message",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", 1)),
                        fields=["channel", "lane", "n", "message"],
                        name="chunk_waiting_by_channel",
                    ),
                    models.Index(
                        condition=models.Q(("state", 2)),
                        fields=["lease_until"],
                        name="chunk_claimed",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("message", "n"), name="chunk_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="Stop",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("theme_id", models.BigIntegerField(null=True)),
                (
                    "reason",
                    models.SmallIntegerField(
                        choices=[
                            (1, "Désinscription"),
                            (2, "Pause demandée"),
                            (3, "Adresse en erreur"),
                            (4, "Message signalé comme indésirable"),
                            (5, "Coordonnée effacée"),
                        ]
                    ),
                ),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                (
                    "contact_point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stops",
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contact_point", "theme_id", "reason"),
                        name="one_stop",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
    ]
