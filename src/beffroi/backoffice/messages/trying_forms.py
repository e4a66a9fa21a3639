"""The forms of a test by SMS."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from beffroi.backoffice.subscribers.forms import PhoneField
from beffroi.backoffice.subscribers.person_forms import CodeForm


class OwnPhoneForm(forms.Form):
    phone = PhoneField(
        label=_("Votre mobile"),
        max_length=40,
        help_text=_("Un code y part, pour être sûr que c’est le vôtre."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )


class OwnCodeForm(CodeForm):
    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        self.fields["code"].label = _("Code reçu")
