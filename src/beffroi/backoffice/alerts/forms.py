"""The forms of Alertes."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from beffroi.alerts.services.prewritten import Text
from beffroi.alerts.texts import Words
from beffroi.alerts.words import ColourChoice, PhenomenonChoice
from beffroi.backoffice.fields import DayInput

_DATE_TIME = {"type": "datetime-local"}


class TextForm(forms.Form):
    title = forms.CharField(
        label=_("Titre"),
        max_length=80,
        help_text=_(
            "Ce que l’astreinte cherchera la nuit\N{NO-BREAK SPACE}: «\N{NO-BREAK SPACE}Rupture de digue\N{NO-BREAK SPACE}»."
        ),
    )
    theme_ids = forms.MultipleChoiceField(
        label=_("Qui le reçoit"), widget=forms.CheckboxSelectMultiple
    )
    subject = forms.CharField(label=_("Objet de l’e-mail"), max_length=150)
    body = forms.CharField(
        label=_("Texte de l’e-mail et de la page publique"),
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_(
            "Sous accord permanent, [phénomène], [couleur], [début] et [fin] sont remplis depuis le bulletin."
        ),
    )
    sms = forms.CharField(
        label=_("SMS"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Vide\N{NO-BREAK SPACE}: aucun SMS."),
    )
    push_title = forms.CharField(label=_("Titre de la notification"), required=False, max_length=60)
    push_text = forms.CharField(label=_("Texte de la notification"), required=False, max_length=200)

    def __init__(self, *args: object, themes: Iterable[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["theme_ids"].choices = list(themes)  # type: ignore[attr-defined]

    def text(self) -> Text:
        clean = self.cleaned_data
        words = Words(
            subject=clean["subject"],
            body=clean["body"],
            sms=clean["sms"],
            push_title=clean["push_title"],
            push_text=clean["push_text"],
            theme_ids=tuple(int(theme) for theme in clean["theme_ids"]),
        )
        return Text(title=clean["title"], words=words)


class SignForm(forms.Form):
    phenomenon = forms.TypedChoiceField(
        label=_("Phénomène"),
        choices=PhenomenonChoice.choices,
        coerce=lambda n: PhenomenonChoice(int(n)),
    )
    colour = forms.TypedChoiceField(
        label=_("Couleur"), choices=ColourChoice.choices, coerce=lambda n: ColourChoice(int(n))
    )
    expires_on = forms.DateField(
        label=_("Valable jusqu’au"),
        widget=DayInput(),
    )


class WatchForm(forms.Form):
    with_coast = forms.BooleanField(
        label=_("La commune est sur le littoral"),
        required=False,
        help_text=_("Les vagues-submersion du littoral sont suivies aussi."),
    )
    key = forms.CharField(
        label=_("Clé de Météo-France"),
        required=False,
        max_length=4_000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "Du portail des API de Météo-France. Vide\N{NO-BREAK SPACE}: la clé actuelle reste."
        ),
    )
    drops_key = forms.BooleanField(
        label=_("Retirer la clé et ne plus rien demander"), required=False
    )
    own_words = forms.CharField(
        label=_("Les mots de la commune"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Ajoutés à chaque brouillon\N{NO-BREAK SPACE}: numéro à appeler, lieux fermés…"
        ),
    )
    proof_within_s = forms.IntegerField(
        label=_("Secondes avant de prévenir l’astreinte si rien n’est prouvé arrivé"),
        min_value=30,
        max_value=3_600,
    )


class FeedForm(forms.Form):
    address = forms.URLField(
        label=_("Adresse du flux Atom"),
        max_length=500,
        assume_scheme="https",
        help_text=_("MeteoAlarm ou la préfecture, en https."),
    )
    place = forms.CharField(
        label=_("Secteur"),
        max_length=80,
        help_text=_(
            "Le nom que porte la zone dans ce flux, par exemple\N{NO-BREAK SPACE}: Gironde."
        ),
    )


class DutyForm(forms.Form):
    agent_id = forms.TypedChoiceField(label=_("Agent"), coerce=int)
    starts_at = forms.DateTimeField(label=_("Du"), widget=forms.DateTimeInput(attrs=_DATE_TIME))
    ends_at = forms.DateTimeField(label=_("Au"), widget=forms.DateTimeInput(attrs=_DATE_TIME))
    phone = forms.CharField(label=_("Mobile"), required=False, max_length=30)
    email = forms.CharField(label=_("E-mail"), required=False, max_length=254)

    def __init__(self, *args: object, agents: Iterable[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["agent_id"].choices = list(agents)  # type: ignore[attr-defined]
