"""What residents type, and the sentences that help them type it right (GOV.UK patterns: say what to do)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.audience import sentences
from beffroi.audience.channels import among, bit, bits
from beffroi.audience.facts import ThemeView
from beffroi.delivery.words import Channel
from beffroi.kit.contacts import NotAnAddress, canonical_email
from beffroi.kit.phones import NotAPhone, canonical_phone

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
        if not address:
            return ""
        try:
            canonical_email(address)
        except NotAnAddress as bad:
            raise forms.ValidationError(
                _("Écrivez une adresse complète, comme camille.martin@exemple.fr.")
            ) from bad
        return str(address)


class PhoneField(forms.CharField):
    """A mobile number, kept as typed but for the spaces around it."""

    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"})

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own options
        kwargs.setdefault("label", _("Votre mobile"))
        super().__init__(max_length=40, **kwargs)
        self.error_messages["required"] = _("Écrivez votre numéro de mobile.")

    def clean(self, value: Any) -> str:  # noqa: ANN401
        number = super().clean(value)
        if not number:
            return ""
        try:
            canonical_phone(number)
        except NotAPhone as bad:
            raise forms.ValidationError(sentences.not_a_mobile(bad)) from bad
        return str(number)


class ContactField(forms.CharField):
    """An address or a mobile number: whichever the person is subscribed with."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own options
        super().__init__(
            label=_("Votre adresse e\N{NON-BREAKING HYPHEN}mail ou votre mobile"),
            max_length=254,
            widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none"}),
            **kwargs,
        )
        self.error_messages["required"] = _(
            "Écrivez votre adresse e\N{NON-BREAKING HYPHEN}mail ou votre mobile."
        )

    def clean(self, value: Any) -> tuple[Channel, str]:  # noqa: ANN401
        text = super().clean(value)
        if "@" not in text and any(character.isdigit() for character in text):
            return Channel.SMS, PhoneField().clean(text)
        return Channel.EMAIL, AddressField().clean(text)


class ThemesForm(forms.Form):
    """A choice among themes, each by some of `channels`; at least one theme unless `may_be_empty`."""

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
        channels: Sequence[Channel] = (),
        chosen: Mapping[int, int] = MappingProxyType({}),
        may_be_empty: bool = False,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        """`chosen`: the channels of each theme that is chosen already."""
        super().__init__(*args, **kwargs)
        self.choices = choices
        self.channels = channels
        self._chosen = chosen
        field = cast("forms.TypedMultipleChoiceField", self.fields["themes"])
        field.choices = [(theme.id, theme.name) for theme in choices]
        field.required = not may_be_empty

    @property
    def chosen(self) -> frozenset[int]:
        """What is ticked when the form is shown again; nothing at first, unless it is known."""
        if not self.is_bound:
            return frozenset(self._chosen)
        typed = self["themes"].value() or []
        return frozenset(int(value) for value in typed if str(value).isdecimal())

    def by_theme(self) -> dict[int, int]:
        """The channels ticked for each theme; a theme without any is left out."""
        ticked = {theme.id: self._ticked(theme.id) for theme in self.choices}
        return {theme_id: choice for theme_id, choice in ticked.items() if choice}

    @property
    def rows(self) -> list["ThemeRow"]:
        """What the page shows, theme by theme."""
        by_theme = self.by_theme() if self.is_bound else self._chosen
        return [
            ThemeRow(
                theme=theme,
                is_chosen=theme.id in self.chosen,
                boxes=[
                    (bit(channel), str(channel.label), channel in among(by_theme.get(theme.id, 0)))
                    for channel in self.channels
                ],
            )
            for theme in self.choices
        ]

    def _ticked(self, theme_id: int) -> int:
        typed = self.data.getlist(f"par_{theme_id}") if isinstance(self.data, QueryDict) else []
        return bits(channel for channel in self.channels if str(bit(channel)) in typed)


@dataclass(frozen=True, slots=True)
class ThemeRow:
    theme: ThemeView
    is_chosen: bool
    boxes: list[tuple[int, str, bool]]
    """(value, label, ticked) of each channel that may be chosen."""


class SubscribeForm(ThemesForm):
    email = AddressField(
        help_text=_("Nous y envoyons un message pour vérifier que c’est bien la vôtre.")
    )
    phone = PhoneField(
        required=False,
        help_text=_("Nous y envoyons un code à six chiffres. Le SMS est gratuit pour vous."),
    )
    consent = forms.IntegerField(required=False)
    checked = forms.CharField(required=False)
    """The address the visitor said is right, although it looks mistyped."""
    website = forms.CharField(required=False)
    """A trap: people do not see it, programs fill it in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.offers_sms = Channel.SMS in self.channels
        self.fields["email"].required = not self.offers_sms
        if not self.offers_sms:
            del self.fields["phone"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned.setdefault("phone", "")
        given = {Channel.EMAIL: cleaned.get("email"), Channel.SMS: cleaned.get("phone")}
        if self.errors:
            return cleaned
        if not any(given.values()):
            self.add_error(
                "email",
                gettext("Écrivez votre adresse e\N{NON-BREAKING HYPHEN}mail ou votre mobile."),
            )
            return cleaned
        had = bits(channel for channel, value in given.items() if value)
        if any(not by & had for id_, by in self.by_theme().items() if id_ in cleaned["themes"]):
            self.add_error(
                "phone" if given[Channel.EMAIL] else "email",
                gettext(
                    "Vous avez choisi de recevoir un thème par ce moyen\N{NO-BREAK SPACE}: remplissez cette case,"
                    " ou changez ce choix."
                ),
            )
        return cleaned


class ContactForm(forms.Form):
    contact = ContactField()
    website = forms.CharField(required=False)


class NewAddressForm(forms.Form):
    email = AddressField(label=_("Nouvelle adresse e\N{NON-BREAKING HYPHEN}mail"))


class NewPhoneForm(forms.Form):
    phone = PhoneField(help_text=_("Nous y envoyons un code à six chiffres."))


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code à six chiffres"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code"}
        ),
        error_messages={"required": _("Entrez les six chiffres que vous avez reçus.")},
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
