"""The forms of one person's page: what they receive and how, their name, their address, a pause."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.audience.channels import EVERY, adds, bit, bits
from beffroi.audience.facts import SubscriberView, ThemeView
from beffroi.backoffice.fields import CodeField, DayInput, PhoneField
from beffroi.backoffice.subscribers.forms import AddressField, ThemesField
from beffroi.delivery.words import Channel

AGREES = _("La personne est d’accord avec le texte du consentement, que je lui ai lu ou montré.")


class PersonThemesForm(forms.Form):
    """What one person receives, and by which of the channels they have; what is added needs their word."""

    agrees = forms.BooleanField(label=AGREES, required=False)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        person: SubscriberView,
        themes: list[ThemeView],
        **options: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **options)
        self.person, self.themes = person, themes
        self.channels = person.channels if len(person.channels) > 1 else ()
        self.fields["themes"] = ThemesField(themes, label=_("Thèmes"), required=False)
        self.adds = False

    @property
    def rows(self) -> list[tuple[ThemeView, bool, list[tuple[int, str, bool]]]]:
        """(theme, ticked, its channels: value, label, ticked) as the page shows them."""
        typed = self.data.getlist("themes") if isinstance(self.data, QueryDict) else []
        return [
            (
                theme,
                str(theme.id) in typed if self.is_bound else theme.id in self.person.theme_ids,
                [
                    (bit(one), str(one.label), bool(self._now(theme.id) & bit(one)))
                    for one in self.channels
                ],
            )
            for theme in self.themes
        ]

    @property
    def channels_by_theme(self) -> dict[int, int]:
        """What is ticked, beside what was chosen for channels that the page does not show."""
        unseen = EVERY & ~bits(self.channels)
        return {
            theme.id: ticked | (self.person.chosen(theme.id) & unseen)
            for theme in self.themes
            if (ticked := self._ticked(theme.id))
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        before = {one.theme_id: one.channels for one in self.person.choices}
        by = self.channels_by_theme
        wanted = {id_: by.get(id_) or before.get(id_) or EVERY for id_ in cleaned.get("themes", ())}
        self.adds = adds(before, wanted)
        if self.adds and not cleaned.get("agrees"):
            self.add_error(
                "agrees",
                gettext("Pour ajouter un thème ou un moyen, il faut l’accord de la personne."),
            )
        return cleaned

    def _now(self, theme_id: int) -> int:
        return self._ticked(theme_id) if self.is_bound else self.person.chosen(theme_id)

    def _ticked(self, theme_id: int) -> int:
        typed = self.data.getlist(f"par_{theme_id}") if isinstance(self.data, QueryDict) else []
        return bits(channel for channel in self.channels if str(bit(channel)) in typed)


class PhoneForm(forms.Form):
    phone = PhoneField(
        label=_("Mobile"),
        max_length=40,
        help_text=_("Un code y part aussitôt ; la personne vous le lit."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    agrees = forms.BooleanField(
        label=AGREES,
        error_messages={"required": _("Sans l’accord de la personne, rien n’est envoyé.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        """The page has another box of the same name."""
        super().__init__(*args, **options)
        self.auto_id = "new_%s"


class CodeForm(forms.Form):
    handle = forms.UUIDField(widget=forms.HiddenInput)
    code = CodeField(label=_("Code lu par la personne"))


class RemoveForm(forms.Form):
    channel = forms.TypedChoiceField(
        choices=Channel.choices, coerce=lambda value: Channel(int(value))
    )


class NameForm(forms.Form):
    family_name = forms.CharField(label=_("Nom"), max_length=80, required=False)
    first_name = forms.CharField(label=_("Prénom"), max_length=80, required=False)


class AddressForm(forms.Form):
    address = AddressField(label=_("Nouvelle adresse"), max_length=254)


class PauseForm(forms.Form):
    until = forms.DateField(
        label=_("Jusqu’au"),
        widget=DayInput(),
        error_messages={"required": _("Choisissez le dernier jour de la pause.")},
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        self.today = today

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until < self.today:
            raise forms.ValidationError(gettext("Cette date est passée."))
        if until > self.today + timedelta(days=366):
            raise forms.ValidationError(gettext("Une pause dure un an au plus."))
        return until
