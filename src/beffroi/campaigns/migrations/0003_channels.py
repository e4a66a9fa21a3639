"""Several channels: texts of their own, and one row per message that carries a campaign."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import beffroi.campaigns.models
from beffroi.towns.walls import WallOff

CHANNELS = [(1, "E-mail"), (2, "SMS"), (3, "Notification")]
KEEP_MESSAGES = """
INSERT INTO campaigns_campaignmessage (town_id, campaign_id, channel, message_id)
SELECT town_id, id, 1, message_id FROM campaigns_campaign WHERE message_id IS NOT NULL
"""
SAME_TOWN = """
ALTER TABLE campaigns_campaign ADD CONSTRAINT campaigns_campaign_service_id_same_town
    FOREIGN KEY (town_id, service_id) REFERENCES towns_service (town_id, id) DEFERRABLE INITIALLY DEFERRED
"""


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0002_walls"),
        ("towns", "0002_walls"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="channels",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.SmallIntegerField(choices=CHANNELS),
                db_default=[1],
                default=beffroi.campaigns.models._by_email,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="spread",
            field=models.CharField(default="all", max_length=10),
        ),
        migrations.AddField(
            model_name="campaign",
            name="sms_text",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="campaign",
            name="push_title",
            field=models.CharField(blank=True, default="", max_length=80),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="campaign",
            name="push_text",
            field=models.CharField(blank=True, default="", max_length=250),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="campaign",
            name="service",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="towns.service",
            ),
        ),
        migrations.AddField(
            model_name="campaign", name="is_alert", field=models.BooleanField(default=False)
        ),
        migrations.CreateModel(
            name="CampaignMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.SmallIntegerField(choices=CHANNELS)),
                ("message_id", models.BigIntegerField(unique=True)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="campaigns.campaign",
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
            options={"ordering": ["id"]},
        ),
        migrations.RunSQL(SAME_TOWN, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP_MESSAGES, migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="campaign", name="sent_text_is_known"),
        migrations.RemoveField(model_name="campaign", name="message_id"),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("published_at", None),
                    models.Q(("sent_hash", ""), _negated=True),
                    _connector="OR",
                ),
                name="sent_text_is_known",
            ),
        ),
        WallOff("campaigns", "CampaignMessage"),
    ]
