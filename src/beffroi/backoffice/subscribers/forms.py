"""The forms of Abonnés."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.audience.facts import ThemeView
from beffroi.audience.scans import MAX_BYTES
from beffroi.backoffice.fields import DayInput, PhoneField
from beffroi.delivery.words import Channel
from beffroi.kit.contacts import NotAnAddress, canonical_email


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Pour quelle raison ?"),
        min_length=5,
        max_length=300,
        help_text=_("Quelques mots : le journal de la commune les garde, avec votre nom."),
        error_messages={
            "required": _("Écrivez la raison en quelques mots."),
            "min_length": _("Écrivez la raison en quelques mots."),
        },
    )

    @property
    def channel(self) -> Channel:
        """Which button was pressed: the one of the number, or the one of the address."""
        return Channel.SMS if self.data.get("what") == "mobile" else Channel.EMAIL


class AddressField(forms.CharField):
    """An address that SMTP can reach, as one types it."""

    def clean(self, value: Any) -> str:  # noqa: ANN401 - Django's signature
        text: str = super().clean(value).strip()
        if not text:
            return text
        try:
            return canonical_email(text)
        except NotAnAddress as bad:
            raise forms.ValidationError(
                gettext("Cette adresse ne peut pas exister. Exemple : jeanne.dupont@orange.fr.")
            ) from bad


class ThemesField(forms.TypedMultipleChoiceField):
    """Boxes, one per theme."""

    def __init__(self, themes: list[ThemeView], **options: Any) -> None:  # noqa: ANN401
        super().__init__(
            choices=[(theme.id, theme.name) for theme in themes],
            coerce=int,
            widget=forms.CheckboxSelectMultiple,
            **options,
        )


class ShortDateField(forms.CharField):
    """24/11/2026, 24/11/26, 24/11, 241126: whatever is quickest on a numeric pad."""

    def __init__(self, *, today: date, **options: Any) -> None:  # noqa: ANN401
        super().__init__(**options)
        self.today = today

    def clean(self, value: Any) -> date:  # noqa: ANN401 - Django's signature
        found = read_day(super().clean(value), today=self.today)
        if found is None:
            raise forms.ValidationError(gettext("Écrivez une date, par exemple 24/11/2026."))
        if found > self.today:
            raise forms.ValidationError(gettext("Cette date est dans le futur."))
        return found


def read_day(text: str, *, today: date) -> date | None:
    """A day as typed; without a year, the last one that is not in the future."""
    text = text.strip()
    if iso := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text):
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    parts = [int(part) for part in re.findall(r"\d+", text)]
    digits = re.fullmatch(r"(\d\d)(\d\d)(\d{4}|\d\d)?", text)
    if digits:
        parts = [int(part) for part in digits.groups() if part]
    if len(parts) == 2:
        this_year = _day(today.year, parts[1], parts[0])
        if this_year is None or this_year <= today:
            return this_year
        return _day(today.year - 1, parts[1], parts[0])
    if len(parts) != 3:
        return None
    return _day(parts[2] + 2000 if parts[2] < 100 else parts[2], parts[1], parts[0])


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


class PaperForm(forms.Form):
    """A form of the pile, in the order in which the eye reads it."""

    number = forms.CharField(label=_("Numéro du bulletin"), max_length=20)
    address = AddressField(label=_("Adresse électronique"), max_length=254, required=False)
    phone = PhoneField(
        label=_("Mobile"),
        max_length=40,
        required=False,
        help_text=_("De l’adresse et du mobile, au moins un."),
    )
    family_name = forms.CharField(label=_("Nom"), max_length=80, required=False)
    first_name = forms.CharField(label=_("Prénom"), max_length=80, required=False)
    scan = forms.FileField(
        label=_("Copie du bulletin"),
        required=False,
        help_text=_("PDF, JPEG ou PNG, 10 Mo au plus. Elle est gardée chiffrée, comme preuve."),
    )
    sure = forms.CharField(required=False, widget=forms.HiddenInput)
    """The address that the agent has read again."""

    field_order = (
        "number",
        "signed_on",
        "address",
        "phone",
        "family_name",
        "first_name",
        "themes",
        "scan",
    )

    def __init__(self, *args: Any, themes: list[ThemeView], today: date, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        self.fields["signed_on"] = ShortDateField(
            label=_("Date de la signature"), today=today, max_length=10
        )
        self.fields["themes"] = ThemesField(
            themes,
            label=_("Thèmes cochés"),
            error_messages={"required": _("Cochez au moins un thème.")},
        )
        self.order_fields(list(self.field_order))
        for name in ("number", "signed_on", "address", "phone", "family_name", "first_name"):
            self.fields[name].widget.attrs.update(autocomplete="off", spellcheck="false")
        self.fields["address"].widget.attrs.update(inputmode="email", autocapitalize="off")
        self.fields["phone"].widget.attrs.update(inputmode="tel")
        self.fields["signed_on"].widget.attrs.update(inputmode="numeric")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not (cleaned["address"] or cleaned["phone"]):
            self.add_error("address", gettext("Écrivez une adresse ou un mobile."))
        return cleaned

    def clean_scan(self) -> bytes | None:
        file = self.cleaned_data["scan"]
        if file is None:
            return None
        if file.size > MAX_BYTES:
            raise forms.ValidationError(gettext("Cette copie pèse plus de 10 Mo."))
        body: bytes = file.read()
        return body


class ThemeForm(forms.Form):
    name = forms.CharField(label=_("Nom"), max_length=80)
    description = forms.CharField(
        label=_("En une phrase"),
        max_length=250,
        required=False,
        help_text=_("Ce que l’habitant recevra ; affiché sous le nom du thème."),
    )
    is_public = forms.BooleanField(
        label=_("Proposé aux habitants sur la page d’abonnement"), required=False
    )
    is_alert = forms.BooleanField(
        label=_("Thème d’alerte : ne sert qu’en cas de danger"), required=False
    )


class TemporaryThemeForm(ThemeForm):
    ends_on = forms.DateField(
        label=_("Dernier jour"),
        widget=DayInput(),
        help_text=_("Le lendemain, le thème se ferme de lui-même."),
    )
    farewell = forms.CharField(
        label=_("Message d’adieu par e-mail"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Envoyé une fois aux abonnés quand le thème se ferme, si le cabinet l’a validé. Vide : rien."
        ),
    )
    farewell_sms = forms.CharField(
        label=_("Le même, par SMS"),
        required=False,
        max_length=459,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Pour ceux qui suivent le thème par SMS. Vide : ils ne reçoivent pas d’adieu."),
    )
    farewell_push = forms.CharField(
        label=_("Le même, par notification"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Pour ceux qui le suivent par notification. Vide : ils ne reçoivent pas d’adieu."
        ),
    )
    purge_on = forms.DateField(
        label=_("Oublier les abonnés le"),
        widget=DayInput(),
        required=False,
        help_text=_(
            "À partir de ce jour, et au plus tôt deux jours après la fin du thème, plus personne ne peut savoir qui "
            "s’était abonné ; les personnes qui n’avaient que ce thème sont effacées."
        ),
    )


class TextForm(forms.Form):
    wording = forms.CharField(
        label=_("Texte"), min_length=40, max_length=6000, widget=forms.Textarea(attrs={"rows": 18})
    )


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("Fichier"),
        allow_empty_file=True,
        help_text=_("CSV, texte, Excel (.xlsx, .xls) ou LibreOffice (.ods), 25 Mo au plus."),
        error_messages={"required": _("Choisissez un fichier.")},
    )


class AttestationForm(forms.Form):
    collected_by = forms.CharField(
        label=_("Qui a recueilli l’accord de ces personnes ?"),
        max_length=200,
        help_text=_("Par exemple : l’accueil de la mairie."),
    )
    collected_on = forms.DateField(label=_("Jusqu’à quel jour ?"), widget=DayInput())
    collected_how = forms.CharField(
        label=_("Comment ?"),
        max_length=500,
        help_text=_("Par exemple : case à cocher du formulaire de la médiathèque, de 2023 à 2025."),
    )
    agreed = forms.BooleanField(
        label=_(
            "J’atteste que chacune de ces personnes a accepté de recevoir les informations de la commune aux adresses et aux numéros du fichier."
        ),
        error_messages={"required": _("Sans cette attestation, le fichier n’est pas importé.")},
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        self.today = today

    def clean_collected_on(self) -> date:
        day: date = self.cleaned_data["collected_on"]
        if day > self.today:
            raise forms.ValidationError(gettext("Cette date est dans le futur."))
        return day
