"""An import writes half a million links: each was checked row by row, which took two thirds of its time."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from beffroi.towns.walls import WallOffInSets


class Migration(migrations.Migration):
    dependencies = [
        ("audience", "0011_phones_in_files"),
        ("towns", "0006_sms_sender"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="consentproof",
            name="agent",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="consentproof",
            name="town",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="towns.town",
            ),
        ),
        migrations.AlterField(
            model_name="subscriber",
            name="town",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="towns.town",
            ),
        ),
        migrations.AlterField(
            model_name="subscription",
            name="town",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="towns.town",
            ),
        ),
        WallOffInSets(
            "audience",
            "Subscriber",
            [
                "town",
                "email_point",
                "next_email_point",
                "phone_point",
                "next_phone_point",
                "push_point",
                "imported_by",
            ],
        ),
        WallOffInSets("audience", "Subscription", ["town", "subscriber", "theme", "imported_by"]),
        WallOffInSets(
            "audience", "ConsentProof", ["town", "subscriber", "text", "agent", "imported_by"]
        ),
    ]
