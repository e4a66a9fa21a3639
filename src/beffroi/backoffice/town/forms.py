"""The forms of La commune."""

from typing import TYPE_CHECKING

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from beffroi.towns import queries
from beffroi.towns.journal import Kind
from beffroi.towns.permissions import Role

if TYPE_CHECKING:
    from beffroi.towns.models import Town

_COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Choisissez une couleur, par exemple #17456b."))


def _colour(label: object, hint: object) -> forms.CharField:
    return forms.CharField(
        label=label,  # type: ignore[arg-type]
        help_text=hint,  # type: ignore[arg-type]
        validators=[_COLOUR],
        widget=forms.TextInput(attrs={"type": "color"}),
    )


class TownForm(forms.Form):
    name = forms.CharField(label=_("Nom de la collectivité"), max_length=120)
    primary_colour = _colour(_("Couleur principale"), _("Bandeau des pages et des messages."))
    accent_colour = _colour(_("Couleur d’accent"), _("Boutons et liens mis en valeur."))
    sender_name = forms.CharField(
        label=_("Nom de l’expéditeur"),
        max_length=120,
        help_text=_("Ce que l’habitant lit dans sa messagerie, avant l’objet."),
    )
    sender_address = forms.EmailField(
        label=_("Adresse de l’expéditeur"),
        help_text=_("Une adresse du domaine de la collectivité, autorisée à envoyer."),
    )
    reply_to = forms.EmailField(
        label=_("Adresse pour les réponses"),
        required=False,
        help_text=_("Vide : les réponses arrivent à l’adresse de l’expéditeur."),
    )
    sms_sender = forms.RegexField(
        r"^(?=.*[A-Za-z])[A-Za-z0-9]{1,11}$",
        label=_("Expéditeur des SMS"),
        required=False,
        max_length=11,
        help_text=_(
            "Onze lettres et chiffres au plus, sans espace ni accent. Vide : le nom de la collectivité."
        ),
        error_messages={
            "invalid": _(
                "Onze lettres et chiffres au plus, sans espace ni accent, dont une lettre."
            )
        },
    )
    sms_drops_accents = forms.BooleanField(
        label=_("Proposer de retirer les accents coûteux des SMS (ê, ç)"),
        required=False,
        help_text=_(
            "Moitié prix, au prix d’une faute d’orthographe : c’est le choix de la commune."
        ),
    )
    sms_codes_per_day = forms.IntegerField(
        label=_("Codes par SMS, par jour"),
        min_value=1,
        max_value=100_000,
        help_text=_(
            "Au plus. Au-delà, la page d’abonnement propose l’e-mail : un programme malveillant ne dépense pas votre budget."
        ),
    )
    quiet_from = forms.TimeField(
        label=_("Silence de"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Les notifications attendent le matin ; les alertes passent toujours."),
    )
    quiet_until = forms.TimeField(
        label=_("à"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_(
            "Chaque habitant peut choisir d’autres heures. La même heure deux fois : jamais."
        ),
    )
    postal_address = forms.CharField(label=_("Adresse postale"), max_length=250, required=False)
    telephone = forms.CharField(label=_("Téléphone"), max_length=30, required=False)
    website = forms.URLField(
        label=_("Site de la collectivité"), required=False, assume_scheme="https"
    )
    privacy_contact = forms.CharField(
        label=_("Contact pour les données personnelles"),
        max_length=250,
        required=False,
        help_text=_(
            "Comment joindre le délégué à la protection des données ; affiché aux habitants."
        ),
    )
    publication_director = forms.CharField(
        label=_("Directeur ou directrice de la publication"),
        max_length=150,
        required=False,
        help_text=_(
            "En général le maire ou la présidente. La loi demande son nom dans les mentions légales."
        ),
    )
    host = forms.CharField(
        label=_("Hébergeur"),
        max_length=250,
        required=False,
        help_text=_("Nom, adresse et téléphone de qui héberge ces pages ; demandés par la loi."),
    )
    count_links = forms.BooleanField(
        label=_("Compter les clics sur les liens des messages"),
        required=False,
        help_text=_("Le nombre de clics, sans savoir qui ; c’est dit aux lecteurs."),
    )


class ArmsForm(forms.Form):
    file = forms.FileField(
        label=_("Image du blason ou du logo"),
        help_text=_("PNG, JPEG, WebP ou GIF, 15 Mo au plus. Elle sera réduite à 512 pixels."),
        widget=forms.ClearableFileInput(
            attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}
        ),
    )


class ServiceForm(forms.Form):
    name = forms.CharField(
        label=_("Nom du service"), max_length=120, help_text=_("Par exemple : Jeunesse et sports.")
    )


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label=_("Ce que cette personne fait"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Cochez au moins un rôle.")},
    )
    service = forms.ChoiceField(
        label=_("Service"),
        required=False,
        help_text=_("Une personne qui propose le fait au nom de son service."),
    )

    def __init__(self, *args: object, town: "Town", **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["service"].choices = [  # type: ignore[attr-defined]
            ("", _("Aucun")),
            *((str(service.pk), service.name) for service in queries.services(town)),
        ]

    @property
    def service_id(self) -> int | None:
        return int(self.cleaned_data["service"]) if self.cleaned_data["service"] else None

    @property
    def chosen(self) -> list[Role]:
        return [Role(role) for role in self.cleaned_data["roles"]]


class InviteForm(RolesForm):
    full_name = forms.CharField(label=_("Prénom et nom"), max_length=120)
    email = forms.EmailField(
        label=_("Adresse e-mail professionnelle"),
        help_text=_(
            "Un lien y sera envoyé pour choisir un mot de passe ; il sert pendant sept jours."
        ),
    )

    field_order = ("full_name", "email", "roles", "service")


class JournalForm(forms.Form):
    q = forms.CharField(required=False)
    kind = forms.ChoiceField(required=False, choices=[("", _("Tous les faits")), *Kind.choices])
    agent = forms.IntegerField(required=False)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
