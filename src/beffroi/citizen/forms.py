"""What residents type, and the sentences that help them type it right (GOV.UK patterns: say what to do)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.audience.facts import ThemeView
from beffroi.kit.contacts import NotAnAddress, canonical_email

LONGEST_PAUSE = timedelta(days=366)


class AddressField(forms.CharField):
    """An e-mail address, kept as typed but for the spaces around it."""

    widget = forms.EmailInput(
        attrs={"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"}
    )

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own options
        kwargs.setdefault("label", _("Votre adresse e\N{NON-BREAKING HYPHEN}mail"))
        super().__init__(max_length=254, **kwargs)
        self.error_messages["required"] = _("Écrivez votre adresse e\N{NON-BREAKING HYPHEN}mail.")

    def clean(self, value: Any) -> str:  # noqa: ANN401
        address = super().clean(value)
        try:
            canonical_email(address)
        except NotAnAddress as bad:
            raise forms.ValidationError(
                _("Écrivez une adresse complète, comme camille.martin@exemple.fr.")
            ) from bad
        return str(address)


class ThemesForm(forms.Form):
    """A choice among themes; at least one unless `may_be_empty`."""

    themes = forms.TypedMultipleChoiceField(
        label=_("Que voulez-vous recevoir\N{NO-BREAK SPACE}?"),
        help_text=_("Cochez un ou plusieurs thèmes."),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Cochez au moins un thème."),
            "invalid_choice": _(
                "Un thème vient de se terminer\N{NO-BREAK SPACE}: revoyez vos choix."
            ),
        },
    )

    def __init__(
        self,
        choices: Sequence[ThemeView],
        *args: Any,  # noqa: ANN401
        chosen: frozenset[int] = frozenset(),
        may_be_empty: bool = False,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **kwargs)
        self.choices = choices
        self._chosen = chosen
        field = cast("forms.TypedMultipleChoiceField", self.fields["themes"])
        field.choices = [(theme.id, theme.name) for theme in choices]
        field.required = not may_be_empty

    @property
    def chosen(self) -> frozenset[int]:
        """What is ticked when the form is shown again; nothing at first, unless it is known."""
        if not self.is_bound:
            return self._chosen
        typed = self["themes"].value() or []
        return frozenset(int(value) for value in typed if str(value).isdecimal())


class SubscribeForm(ThemesForm):
    email = AddressField(
        help_text=_("Nous y envoyons un message pour vérifier que c’est bien la vôtre.")
    )
    consent = forms.IntegerField(required=False)
    checked = forms.CharField(required=False)
    """The address the visitor said is right, although it looks mistyped."""
    website = forms.CharField(required=False)
    """A trap: people do not see it, programs fill it in."""


class AddressForm(forms.Form):
    email = AddressField()
    website = forms.CharField(required=False)


class NewAddressForm(forms.Form):
    email = AddressField(label=_("Nouvelle adresse e\N{NON-BREAKING HYPHEN}mail"))


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code à six chiffres"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code"}
        ),
        error_messages={
            "required": _("Entrez les six chiffres reçus par e\N{NON-BREAKING HYPHEN}mail.")
        },
    )

    def clean_code(self) -> str:
        code = "".join(self.cleaned_data["code"].split())
        if len(code) != 6 or not code.isdecimal():
            raise forms.ValidationError(
                _("Le code compte six chiffres, par exemple 204\N{NO-BREAK SPACE}518.")
            )
        return code


class PauseForm(forms.Form):
    """Either one of the ready durations (a button) or a date."""

    days = forms.IntegerField(required=False, min_value=1, max_value=LONGEST_PAUSE.days)
    until = forms.DateField(
        label=_("Reprise le"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Écrivez une date, comme 24/12/2026.")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self._today = today
        self.fields["until"].widget.attrs |= {
            "min": (today + timedelta(days=1)).isoformat(),
            "max": (today + LONGEST_PAUSE).isoformat(),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        days, until = cleaned.get("days"), cleaned.get("until")
        last = until or (self._today + timedelta(days=days) if days else None)
        if last is None or not self._today < last <= self._today + LONGEST_PAUSE:
            self.add_error("until", gettext("Choisissez une date à venir, dans l’année."))
        cleaned["resume_on"] = last
        return cleaned

    @property
    def until_moment(self) -> datetime:
        """The first instant of the day on which messages come again."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["resume_on"], time.min))
