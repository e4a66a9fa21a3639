"""Fields that several sections ask for: a mobile number, a code of six digits."""

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.audience import sentences
from beffroi.kit.phones import NotAPhone, canonical_phone


class PhoneField(forms.CharField):
    """A mobile number as it is written on paper."""

    def clean(self, value: Any) -> str:  # noqa: ANN401 - Django's signature
        text: str = super().clean(value).strip()
        if not text:
            return text
        try:
            return canonical_phone(text)
        except NotAPhone as bad:
            raise forms.ValidationError(sentences.not_a_mobile(bad)) from bad


class CodeField(forms.CharField):
    """Six digits, with or without spaces."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def __init__(self, **options: Any) -> None:  # noqa: ANN401
        super().__init__(max_length=20, **options)
        self.error_messages["required"] = _("Écrivez les six chiffres.")

    def clean(self, value: Any) -> str:  # noqa: ANN401 - Django's signature
        code = "".join(super().clean(value).split())
        if len(code) != 6 or not code.isdecimal():
            raise forms.ValidationError(gettext("Le code compte six chiffres."))
        return code


class DayInput(forms.DateInput):
    """The calendar of the browser, which takes ISO days only."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")
