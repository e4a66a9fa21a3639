"""Disposals of boxes, the walls around them, and what the database itself refuses."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from beffroi.towns.walls import WallOff

GONE = """
CREATE OR REPLACE VIEW mailserver.base_boxes AS
SELECT m.id, n.email, n.live, m.kind, m.state, m.quota_mib, m.password_hash,
    m.state = 'active' AND NOT EXISTS (
        SELECT FROM mailserver.base_departures left_ WHERE left_.mailbox_id = m.id) AS acts
FROM mailhosting_mailbox m JOIN mailserver.base_names n ON n.id = m.address_id
WHERE m.state <> 'destroyed';
"""
"""The servers know nothing of a box that was destroyed."""
BACK = GONE.replace("\nWHERE m.state <> 'destroyed'", "")
AGREED = """
CREATE FUNCTION mailhosting_destruction_is_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'destroyed' THEN
        RAISE EXCEPTION 'a box that was destroyed does not come back';
    END IF;
    IF OLD.state <> 'archived' OR NOT EXISTS (
        SELECT FROM mailhosting_disposalline l JOIN mailhosting_disposal d ON d.id = l.disposal_id
        WHERE l.mailbox_id = NEW.id AND d.confirmed_at IS NOT NULL AND d.visa_reference <> ''
            AND d.cancelled_at IS NULL AND l.spared_at IS NULL)
    THEN
        RAISE EXCEPTION 'a box is destroyed from the archive, under a visa, and not otherwise';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mailhosting_destruction_is_agreed BEFORE UPDATE OF state ON mailhosting_mailbox
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND (OLD.state = 'destroyed' OR NEW.state = 'destroyed'))
    EXECUTE FUNCTION mailhosting_destruction_is_agreed();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("mailhosting", "0005_exports"),
        ("towns", "0002_walls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Disposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=200)),
                ("prepared_at", models.DateTimeField()),
                ("counted_at", models.DateTimeField(null=True)),
                ("record", models.BinaryField(null=True)),
                ("record_sha256", models.CharField(blank=True, max_length=64)),
                ("record_at", models.DateTimeField(null=True)),
                ("visa_reference", models.CharField(blank=True, max_length=100)),
                ("visa_on", models.DateField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("destroy_at", models.DateTimeField(null=True)),
                ("destroyed_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-prepared_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="DisposalLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("messages", models.PositiveIntegerField(null=True)),
                ("size_bytes", models.PositiveBigIntegerField(null=True)),
                ("first_at", models.DateTimeField(null=True)),
                ("last_at", models.DateTimeField(null=True)),
                ("counted_at", models.DateTimeField(null=True)),
                ("archived_at", models.DateTimeField()),
                ("retention_months", models.PositiveSmallIntegerField()),
                ("spared_at", models.DateTimeField(null=True)),
                ("destroyed_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["mailbox__kind", "mailbox__display_name", "id"],
            },
        ),
        migrations.AlterField(
            model_name="mailbox",
            name="state",
            field=models.CharField(
                choices=[
                    ("active", "En service"),
                    ("suspended", "Suspendue"),
                    ("frozen", "Figée"),
                    ("archived", "Archivée"),
                    ("destroyed", "Détruite"),
                ],
                default="active",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="mailbox",
            constraint=models.CheckConstraint(
                condition=models.Q(("legal_hold", True), ("state", "destroyed"), _negated=True),
                name="destroyed_is_not_held",
            ),
        ),
        migrations.AddField(
            model_name="disposal",
            name="confirmed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="disposal",
            name="prepared_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="disposal",
            name="town",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="towns.town"
            ),
        ),
        migrations.AddField(
            model_name="disposalline",
            name="disposal",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lines",
                to="mailhosting.disposal",
            ),
        ),
        migrations.AddField(
            model_name="disposalline",
            name="mailbox",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="mailhosting.mailbox",
            ),
        ),
        migrations.AddField(
            model_name="disposalline",
            name="town",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="towns.town"
            ),
        ),
        migrations.AddConstraint(
            model_name="disposalline",
            constraint=models.UniqueConstraint(fields=("disposal", "mailbox"), name="listed_once"),
        ),
        WallOff("mailhosting", "Disposal"),
        WallOff("mailhosting", "DisposalLine"),
        migrations.RunSQL(GONE, BACK),
        migrations.RunSQL(AGREED, "DROP FUNCTION mailhosting_destruction_is_agreed CASCADE"),
    ]
