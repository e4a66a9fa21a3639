import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
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
            name="ConsentText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                ("wording", models.TextField()),
                ("created_at", models.DateTimeField()),
                (
                    "author",
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
                "ordering": ["-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("town", "version"), name="consent_text_version")
                ],
            },
        ),
        migrations.CreateModel(
            name="DigestTitle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=80)),
                ("title", models.CharField(max_length=200)),
                ("page_url", models.CharField(max_length=500)),
                (
                    "theme_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("at", models.DateTimeField()),
                ("is_held", models.BooleanField(default=False)),
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
                        fields=("town", "reference"), name="digest_once_per_message"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "À vérifier"),
                            ("waiting", "En attente"),
                            ("running", "En cours"),
                            ("done", "Terminé"),
                            ("failed", "Arrêté"),
                            ("undone", "Annulé"),
                            ("discarded", "Abandonné"),
                        ],
                        default="uploaded",
                        max_length=10,
                    ),
                ),
                ("filename", models.CharField(max_length=200)),
                ("size_bytes", models.PositiveIntegerField()),
                ("digest", models.BinaryField(max_length=32)),
                ("reading", models.JSONField(default=dict)),
                (
                    "theme_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("collected_by", models.CharField(blank=True, max_length=200)),
                ("collected_on", models.DateField(blank=True, null=True)),
                ("collected_how", models.CharField(blank=True, max_length=500)),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("emptied_at", models.DateTimeField(blank=True, null=True)),
                ("claim", models.UUIDField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, max_length=40)),
                ("lines_done", models.PositiveIntegerField(default=0)),
                ("lines_total", models.PositiveIntegerField(default=0)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("blank_lines", models.PositiveIntegerField(default=0)),
                ("addresses", models.PositiveIntegerField(default=0)),
                ("added", models.PositiveIntegerField(default=0)),
                ("extended", models.PositiveIntegerField(default=0)),
                ("known", models.PositiveIntegerField(default=0)),
                ("duplicates", models.PositiveIntegerField(default=0)),
                ("stopped", models.PositiveIntegerField(default=0)),
                ("rejected", models.PositiveIntegerField(default=0)),
                (
                    "consent_text",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audience.consenttext",
                    ),
                ),
                (
                    "created_by",
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
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=["lease_until"],
                        name="import_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentProof",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("given", "Consentement donné"),
                            ("confirmed", "Consentement confirmé"),
                            ("changed", "Choix modifiés"),
                            ("withdrawn", "Consentement retiré"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("web", "Page publique"),
                            ("paper", "Bulletin papier"),
                            ("import", "Fichier importé"),
                            ("agent", "Agent"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "theme_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "theme_names",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None
                    ),
                ),
                (
                    "theme_channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SmallIntegerField(), null=True, size=None
                    ),
                ),
                ("form_number", models.CharField(blank=True, max_length=20)),
                ("signed_on", models.DateField(blank=True, null=True)),
                ("line", models.PositiveIntegerField(null=True)),
                ("technical_origin", models.CharField(blank=True, max_length=60)),
                ("anonymised_at", models.DateTimeField(null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "town",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="towns.town",
                    ),
                ),
                (
                    "text",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audience.consenttext",
                    ),
                ),
                (
                    "imported_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audience.import",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("imported_by__isnull", False)),
                        fields=["imported_by"],
                        name="proof_by_import",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("n", models.PositiveIntegerField()),
                ("sealed", models.BinaryField()),
                ("key_id", models.SmallIntegerField()),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="audience.import",
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
                "ordering": ["n"],
                "constraints": [models.UniqueConstraint(fields=("of", "n"), name="import_part")],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.PositiveIntegerField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("no_address", "Ni adresse électronique ni mobile sur cette ligne"),
                            ("invalid", "Adresse électronique invalide"),
                            ("mistyped", "Adresse probablement mal saisie"),
                            (
                                "landline",
                                "Téléphone fixe, box ou service\xa0: aucun SMS n’y arrive",
                            ),
                            (
                                "bad_phone",
                                "Numéro de téléphone qui ne peut pas exister ou d’un autre pays",
                            ),
                            ("taken", "Mobile d’un autre abonné\xa0: il n’a pas été repris"),
                            ("no_consent", "Le fichier dit que la personne n’est pas d’accord"),
                            ("no_theme", "Aucun thème pour cette ligne"),
                            (
                                "duplicate",
                                "Adresse ou mobile déjà présent plus haut dans le fichier",
                            ),
                            ("known", "Personne déjà abonnée à ces thèmes"),
                            ("stopped", "Personne désinscrite\xa0: elle n’a pas été réabonnée"),
                            ("bounced", "Adresse en erreur lors d’envois précédents"),
                            ("unreadable", "Ligne illisible"),
                        ],
                        max_length=12,
                    ),
                ),
                ("other_line", models.PositiveIntegerField(null=True)),
                ("sealed", models.BinaryField()),
                ("key_id", models.SmallIntegerField()),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="faults",
                        to="audience.import",
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
                "ordering": ["line", "id"],
                "indexes": [
                    models.Index(fields=["of", "reason", "line"], name="import_row_by_reason")
                ],
            },
        ),
        migrations.CreateModel(
            name="Subscriber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("phone_import_id", models.BigIntegerField(null=True)),
                ("sealed_name", models.BinaryField(null=True)),
                ("key_id", models.SmallIntegerField(null=True)),
                ("family_hash", models.BinaryField(max_length=16, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "À confirmer"),
                            ("active", "Abonné"),
                            ("left", "Désinscrit"),
                            ("erased", "Effacé"),
                        ],
                        max_length=10,
                    ),
                ),
                ("paused_until", models.DateTimeField(blank=True, null=True)),
                ("quiet_from", models.TimeField(blank=True, null=True)),
                ("quiet_until", models.TimeField(blank=True, null=True)),
                ("wants_drills", models.BooleanField(db_default=False, default=False)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("web", "Page publique"),
                            ("paper", "Bulletin papier"),
                            ("import", "Fichier importé"),
                            ("agent", "Agent"),
                        ],
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                ("erase_on", models.DateField(blank=True, null=True)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
                (
                    "email_point",
                    models.OneToOneField(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscriber",
                        to="delivery.contactpoint",
                    ),
                ),
                (
                    "imported_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audience.import",
                    ),
                ),
                (
                    "next_email_point",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="delivery.contactpoint",
                    ),
                ),
                (
                    "next_phone_point",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="delivery.contactpoint",
                    ),
                ),
                (
                    "phone_point",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="delivery.contactpoint",
                    ),
                ),
                (
                    "push_point",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="delivery.contactpoint",
                    ),
                ),
                (
                    "town",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="towns.town",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["town", "status", "-id"], name="subscriber_by_status"),
                    models.Index(
                        condition=models.Q(("next_phone_point__isnull", False)),
                        fields=["next_phone_point"],
                        name="subscriber_by_next_phone",
                    ),
                    models.Index(
                        condition=models.Q(("wants_drills", True)),
                        fields=["town"],
                        name="subscriber_volunteers",
                    ),
                    models.Index(
                        condition=models.Q(("family_hash__isnull", False)),
                        fields=["town", "family_hash"],
                        name="subscriber_by_family",
                    ),
                    models.Index(
                        condition=models.Q(("imported_by__isnull", False)),
                        fields=["imported_by"],
                        name="subscriber_by_import",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("phone_point__isnull", False)),
                        fields=("phone_point",),
                        name="one_person_per_phone",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("push_point__isnull", False)),
                        fields=("push_point",),
                        name="one_person_per_browser",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20)),
                ("signed_on", models.DateField()),
                ("typed_at", models.DateTimeField()),
                ("sealed_scan", models.BinaryField(null=True)),
                ("scan_kind", models.CharField(blank=True, max_length=20)),
                ("key_id", models.SmallIntegerField(null=True)),
                (
                    "previous_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("pending", "À confirmer"),
                            ("active", "Abonné"),
                            ("left", "Désinscrit"),
                            ("erased", "Effacé"),
                        ],
                        max_length=10,
                    ),
                ),
                ("gave_phone", models.BooleanField(db_default=False, default=False)),
                ("message_id", models.BigIntegerField(null=True)),
                (
                    "proof",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="audience.consentproof",
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
                    "typed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "subscriber",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paper_forms",
                        to="audience.subscriber",
                    ),
                ),
            ],
            options={
                "ordering": ["-typed_at", "-id"],
                "indexes": [models.Index(fields=["town", "-typed_at"], name="form_by_time")],
                "constraints": [
                    models.UniqueConstraint(fields=("town", "number"), name="form_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="DigestLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    "title",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audience.digesttitle",
                    ),
                ),
                (
                    "subscriber",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audience.subscriber",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("title", "subscriber"), name="digest_line_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="consentproof",
            name="subscriber",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proofs",
                to="audience.subscriber",
            ),
        ),
        migrations.CreateModel(
            name="Theme",
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
                            ("common", "Thème de base"),
                            ("own", "Thème de la commune"),
                            ("temporary", "Thème temporaire"),
                        ],
                        max_length=10,
                    ),
                ),
                ("slug", models.SlugField(max_length=60)),
                ("name", models.CharField(max_length=80)),
                ("description", models.CharField(blank=True, max_length=250)),
                ("position", models.SmallIntegerField(default=0)),
                ("is_alert", models.BooleanField(default=False)),
                ("is_public", models.BooleanField(default=True)),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("farewell", models.TextField(blank=True)),
                ("farewell_sms", models.TextField(blank=True)),
                ("farewell_push", models.TextField(blank=True)),
                ("farewell_approved_hash", models.CharField(blank=True, max_length=64)),
                ("farewell_approved_at", models.DateTimeField(null=True)),
                ("purge_on", models.DateField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("purged_at", models.DateTimeField(blank=True, null=True)),
                (
                    "farewell_approved_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "farewell_author",
                    models.ForeignKey(
                        db_index=False,
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
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("town", "slug"), name="theme_slug"),
                    models.UniqueConstraint(
                        models.F("town"),
                        django.db.models.functions.text.Lower("name"),
                        condition=models.Q(("ended_at", None)),
                        name="theme_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ends_on__isnull", False), ("kind", "temporary")),
                            models.Q(
                                models.Q(("kind", "temporary"), _negated=True),
                                ("ends_on", None),
                                ("purge_on", None),
                            ),
                            _connector="OR",
                        ),
                        name="theme_temporary_has_an_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("purge_on", None),
                            ("purge_on__gte", models.F("ends_on")),
                            _connector="OR",
                        ),
                        name="theme_purge_after_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("channels", models.SmallIntegerField(db_default=1, default=1)),
                (
                    "rhythm",
                    models.SmallIntegerField(
                        choices=[(0, "Tout de suite"), (1, "En une fois, à 18\xa0h")],
                        db_default=0,
                        default=0,
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("web", "Page publique"),
                            ("paper", "Bulletin papier"),
                            ("import", "Fichier importé"),
                            ("agent", "Agent"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "imported_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audience.import",
                    ),
                ),
                (
                    "paper_form",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="audience.paperform",
                    ),
                ),
                (
                    "subscriber",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscriptions",
                        to="audience.subscriber",
                    ),
                ),
                (
                    "town",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="towns.town",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscriptions",
                        to="audience.theme",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("until", None)),
                        fields=["theme", "subscriber"],
                        name="subscription_open",
                    ),
                    models.Index(
                        condition=models.Q(("imported_by__isnull", False)),
                        fields=["imported_by"],
                        name="subscription_by_import",
                    ),
                    models.Index(
                        condition=models.Q(("paper_form__isnull", False)),
                        fields=["paper_form"],
                        name="subscription_by_form",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("subscriber", "theme"),
                        name="one_open_subscription",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
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
                        choices=[("subscribe", "Subscribe"), ("code", "Code"), ("trial", "Trial")],
                        max_length=10,
                    ),
                ),
                ("handle", models.UUIDField(unique=True)),
                ("address_hash", models.BinaryField(max_length=16)),
                ("network_hash", models.BinaryField(max_length=16)),
                ("at", models.DateTimeField()),
                ("message_id", models.BigIntegerField(null=True)),
                ("seq", models.IntegerField(null=True)),
                ("contact_point_id", models.BigIntegerField(null=True)),
                ("tries", models.SmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
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
                "indexes": [models.Index(fields=["town", "kind", "at"], name="attempt_by_time")],
            },
        ),
    ]
