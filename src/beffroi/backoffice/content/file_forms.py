"""The file that an agent brings, and what they say of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from beffroi.audience.importer.kinds import MAX_BYTES
from beffroi.backoffice.content import upload_choices


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("Fichier"),
        allow_empty_file=True,
        help_text=_(
            "CSV, Excel ou LibreOffice, agenda .ics, annuaire des services publics (DILA) ou FINESS. {size} Mo au plus."
        ),
        error_messages={"required": _("Choisissez un fichier.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        field = self.fields["file"]
        field.help_text = str(field.help_text).format(size=MAX_BYTES // 2**20)


class NewFileForm(FileForm):
    name = forms.CharField(
        label=_("Nom de la source"),
        max_length=120,
        required=False,
        help_text=_("Par exemple\N{NO-BREAK SPACE}: Cinéma Le Rex. Les habitants le lisent sous chaque contenu repris."),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("Pour un tableau\N{NO-BREAK SPACE}: ce que c’est"),
        required=False,
        choices=[
            ("", _("D’après ses colonnes")),
            *((one.value, words) for one, words in upload_choices.KINDS.items()),
        ],
    )
