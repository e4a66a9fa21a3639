"""The forms of Tarifs et budgets. Money is typed in euros and read as tenths of a cent."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.fields import DayInput
from beffroi.kit import money
from beffroi.money.facts import Prices
from beffroi.money.words import OnExceed
from beffroi.towns import queries as towns

if TYPE_CHECKING:
    from beffroi.towns.models import Town

MAX_PRICE = 100 * money.EURO
MAX_FREE_PARTS = 10_000_000


class AmountField(forms.CharField):
    """« 0,10 », « 0.10 € », « 1 200 »: tenths of a cent."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def clean(self, value: object) -> int | None:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return money.parse(typed)
        except money.NotAnAmount:
            raise forms.ValidationError(
                gettext("Écrivez un montant en euros, par exemple 0,10 ou 1\N{NO-BREAK SPACE}200.")
            ) from None


class RateField(forms.CharField):
    """« 20 », « 5,5 % »: hundredths of a percent."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def clean(self, value: object) -> int | None:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            rate = money.parse_percent(typed)
        except money.NotAnAmount:
            rate = money.WHOLE + 1
        if rate > money.WHOLE:
            raise forms.ValidationError(
                gettext("Écrivez un taux entre 0 et 100, par exemple 20 ou 5,5.")
            )
        return rate


class TariffForm(forms.Form):
    valid_from = forms.DateField(
        label=_("À partir du"),
        widget=DayInput(),
        help_text=_("Aujourd’hui ou plus tard : ce qui est déjà parti garde son prix."),
    )
    sms_part = AmountField(
        label=_("Prix d’une partie de SMS, hors taxes"),
        help_text=_("Un SMS court fait une partie ; un long en fait plusieurs."),
    )
    email = AmountField(label=_("Prix d’un e-mail, hors taxes"))
    push = AmountField(label=_("Prix d’une notification, hors taxes"))
    vat_rate = RateField(label=_("TVA, en pour cent"))
    free_sms_parts = forms.IntegerField(
        label=_("Parties de SMS gratuites par mois"), min_value=0, max_value=MAX_FREE_PARTS
    )

    def clean(self) -> None:
        super().clean()
        for name in ("sms_part", "email", "push"):
            if (self.cleaned_data.get(name) or 0) > MAX_PRICE:
                self.add_error(name, gettext("Ce prix dépasse 100 € pour un seul message."))

    @property
    def prices(self) -> Prices:
        names = ("sms_part", "email", "push", "vat_rate", "free_sms_parts")
        return Prices(**{name: self.cleaned_data[name] for name in names})


def typed_prices(prices: Prices) -> dict[str, object]:
    """The prices as an agent would type them."""
    return {
        "sms_part": money.plain(prices.sms_part),
        "email": money.plain(prices.email),
        "push": money.plain(prices.push),
        "vat_rate": money.plain_percent(prices.vat_rate),
        "free_sms_parts": prices.free_sms_parts,
    }


class BudgetForm(forms.Form):
    amount = AmountField(
        label=_("Montant pour l’année, en euros hors taxes"),
        help_text=_("Par exemple 2 500."),
    )
    on_exceed = forms.ChoiceField(
        label=_("Quand le budget ne suffit plus"),
        choices=OnExceed.choices,
        widget=forms.RadioSelect,
        help_text=_("Une alerte d’urgence part toujours ; elle est comptée ici."),
    )


class NewBudgetForm(BudgetForm):
    service = forms.ChoiceField(
        label=_("Pour qui"),
        required=False,
        help_text=_("Le budget de toute la commune compte aussi ce que chaque service envoie."),
    )
    year = forms.TypedChoiceField(label=_("Année"), coerce=int)

    field_order = ("service", "year", "amount", "on_exceed")

    def __init__(self, *args: object, town: "Town", this_year: int, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["service"].choices = [  # type: ignore[attr-defined]
            ("", _("Toute la commune")),
            *((str(service.pk), service.name) for service in towns.services(town)),
        ]
        self.fields["year"].choices = [(y, str(y)) for y in (this_year, this_year + 1)]  # type: ignore[attr-defined]

    @property
    def service_id(self) -> int | None:
        return int(self.cleaned_data["service"]) if self.cleaned_data["service"] else None


class OverrideForm(forms.Form):
    amount = AmountField(label=_("Montant ajouté, en euros hors taxes"))
    why = forms.CharField(
        label=_("Motif"),
        max_length=300,
        help_text=_("Il reste au journal avec votre nom."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
