from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0002_walls_and_storage")]

    operations = [
        migrations.AddField("chunk", "sent_again", models.IntegerField(db_default=0)),
    ]
