"""Telephones and browsers beside addresses, each choice by channel, and the evening's digest.

Every column is nullable or has a constant default: no big table is rewritten.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from beffroi.towns.walls import WallOff

_POINTS = ("phone_point", "next_phone_point", "push_point")
SAME_TOWN = "".join(
    f"ALTER TABLE audience_subscriber ADD CONSTRAINT audience_subscriber_{point}_id_same_town"
    f" FOREIGN KEY (town_id, {point}_id) REFERENCES delivery_contactpoint (town_id, id)"
    " DEFERRABLE INITIALLY DEFERRED;"
    for point in _POINTS
)
NOT_SAME_TOWN = "".join(
    f"ALTER TABLE audience_subscriber DROP CONSTRAINT audience_subscriber_{point}_id_same_town;"
    for point in _POINTS
)
# The channels agreed to are as final as the rest of a proof.
KEEP_CHANNELS = """
CREATE FUNCTION audience_proof_channels_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a proof of consent is written once'; END $$;
CREATE TRIGGER audience_proof_channels_are_final BEFORE UPDATE ON audience_consentproof
    FOR EACH ROW WHEN (NEW.theme_channels IS DISTINCT FROM OLD.theme_channels)
    EXECUTE FUNCTION audience_proof_channels_are_final();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audience", "0005_farewell_approval"),
        ("delivery", "0004_channels"),
        ("towns", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="DigestLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
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
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="consentproof",
            name="theme_channels",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.SmallIntegerField(), null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="subscriber",
            name="next_phone_point",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="delivery.contactpoint",
            ),
        ),
        migrations.AddField(
            model_name="subscriber",
            name="phone_point",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="delivery.contactpoint",
            ),
        ),
        migrations.AddField(
            model_name="subscriber",
            name="push_point",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="delivery.contactpoint",
            ),
        ),
        migrations.AddField(
            model_name="subscriber",
            name="quiet_from",
            field=models.TimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="subscriber",
            name="quiet_until",
            field=models.TimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="subscriber",
            name="wants_drills",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="subscription",
            name="channels",
            field=models.SmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="subscription",
            name="rhythm",
            field=models.SmallIntegerField(
                choices=[(0, "Tout de suite"), (1, "En une fois, à 18\xa0h")],
                db_default=0,
                default=0,
            ),
        ),
        migrations.AddIndex(
            model_name="subscriber",
            index=models.Index(
                condition=models.Q(("next_phone_point__isnull", False)),
                fields=["next_phone_point"],
                name="subscriber_by_next_phone",
            ),
        ),
        migrations.AddIndex(
            model_name="subscriber",
            index=models.Index(
                condition=models.Q(("wants_drills", True)),
                fields=["town"],
                name="subscriber_volunteers",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriber",
            constraint=models.UniqueConstraint(
                condition=models.Q(("phone_point__isnull", False)),
                fields=("phone_point",),
                name="one_person_per_phone",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriber",
            constraint=models.UniqueConstraint(
                condition=models.Q(("push_point__isnull", False)),
                fields=("push_point",),
                name="one_person_per_browser",
            ),
        ),
        migrations.AddField(
            model_name="digestline",
            name="subscriber",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="audience.subscriber",
            ),
        ),
        migrations.AddField(
            model_name="digestline",
            name="town",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="towns.town"
            ),
        ),
        migrations.AddField(
            model_name="digesttitle",
            name="town",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="towns.town"
            ),
        ),
        migrations.AddField(
            model_name="digestline",
            name="title",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="audience.digesttitle",
            ),
        ),
        migrations.AddConstraint(
            model_name="digesttitle",
            constraint=models.UniqueConstraint(
                fields=("town", "reference"), name="digest_once_per_message"
            ),
        ),
        migrations.AddConstraint(
            model_name="digestline",
            constraint=models.UniqueConstraint(
                fields=("title", "subscriber"), name="digest_line_once"
            ),
        ),
        WallOff("audience", "DigestTitle"),
        WallOff("audience", "DigestLine"),
        migrations.RunSQL(SAME_TOWN, NOT_SAME_TOWN),
        migrations.RunSQL(KEEP_CHANNELS, "DROP FUNCTION audience_proof_channels_are_final CASCADE"),
    ]
