"""Towns that kept the wording they were opened with get the one that speaks of SMS and notifications too.

It is a new version: whoever agreed to the first one agreed to e-mail only, and their proof says so.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

from beffroi.audience import wording
from beffroi.kit.french import of

FIRST = """\
J’accepte que la mairie {of_town} utilise mon adresse électronique pour m’envoyer les informations des thèmes \
que j’ai choisis, et rien d’autre.

Mon adresse n’est ni vendue, ni louée, ni transmise à qui que ce soit. Elle n’est rapprochée d’aucun autre fichier \
de la commune.

Je peux à tout moment changer mes choix, faire une pause, me désinscrire ou faire effacer mes données : un lien \
figure au bas de chaque message, et la mairie peut le faire pour moi. Mes données sont conservées tant que je suis \
abonné, puis effacées. Une inscription qui n’est pas confirmée est effacée au bout de 30 jours.

Je peux demander à voir, corriger ou emporter les données qui me concernent auprès de la mairie, responsable de ce \
fichier, ou de son délégué à la protection des données, et adresser une réclamation à la CNIL (www.cnil.fr).

Ce service complète FR-Alert, le système d’alerte de l’État, et ne le remplace jamais : en cas de danger, je suis \
les consignes des autorités."""


def say_each_channel(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    texts = apps.get_model("audience", "ConsentText")
    for first in texts.objects.filter(version=1).select_related("town"):
        unchanged = first.wording == FIRST.format(of_town=of(first.town.name))
        if unchanged and not texts.objects.filter(town=first.town, version__gt=1).exists():
            texts.objects.create(
                town=first.town,
                version=2,
                wording=wording.default(first.town.name),
                created_at=timezone.now(),
            )


class Migration(migrations.Migration):
    dependencies = [("audience", "0007_phones_on_paper")]

    operations = [migrations.RunPython(say_each_channel, migrations.RunPython.noop)]
