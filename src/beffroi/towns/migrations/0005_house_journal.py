"""The journal of the operator, which nobody rewrites either."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEEP = """
CREATE TRIGGER towns_house_journal_is_final BEFORE UPDATE OR DELETE ON towns_houseentry
    FOR EACH ROW EXECUTE FUNCTION towns_journal_is_final();
REVOKE UPDATE, DELETE ON towns_houseentry FROM beffroi_web, beffroi_engine;
"""


class Migration(migrations.Migration):
    dependencies = [("towns", "0004_legal_notice")]

    operations = [
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
            options={"ordering": ["-at", "-id"]},
        ),
        migrations.RunSQL(KEEP, "DROP TRIGGER towns_house_journal_is_final ON towns_houseentry"),
    ]
