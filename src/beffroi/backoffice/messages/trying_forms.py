"""The forms of a test by SMS."""

from django import forms
from django.utils.translation import gettext_lazy as _

from beffroi.backoffice.fields import CodeField, PhoneField


class OwnPhoneForm(forms.Form):
    phone = PhoneField(
        label=_("Votre mobile"),
        max_length=40,
        help_text=_("Un code y part, pour être sûr que c’est le vôtre."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )


class OwnCodeForm(forms.Form):
    handle = forms.UUIDField(widget=forms.HiddenInput)
    code = CodeField(label=_("Code reçu"))
