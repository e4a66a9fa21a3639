"""The forms of boxes and addresses."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.mail import words
from beffroi.mailhosting import names
from beffroi.mailhosting.queries import boxes, domains
from beffroi.mailhosting.words import BoxKind
from beffroi.towns import queries as towns

if TYPE_CHECKING:
    from beffroi.towns.models import Town

QUOTAS_MIB = (1024, 2 * 1024, 5 * 1024, 10 * 1024, 20 * 1024, 50 * 1024)
PLAIN_TYPING = {"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}


class NameForm(forms.Form):
    """What stands before and after the @."""

    local_part = forms.CharField(
        label=_("Avant le @"), max_length=64, widget=forms.TextInput(attrs=PLAIN_TYPING)
    )
    domain = forms.TypedChoiceField(label=_("Après le @"), coerce=int)

    def __init__(self, *args: object, town: "Town", **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        found = [(one.pk, one.name) for one in domains.domains(town)]
        self.fields["domain"].choices = found  # type: ignore[attr-defined]

    def clean_local_part(self) -> str:
        typed: str = self.cleaned_data["local_part"].strip()
        if not typed:
            return ""
        try:
            return names.canonical_local_part(typed.split("@")[0])
        except names.NotALocalPart:
            raise forms.ValidationError(
                gettext(
                    "Des lettres sans accent, des chiffres, un point ou un tiret, par exemple camille.dubourg."
                )
            ) from None


class BoxForm(NameForm):
    """A new box: its name is taken from whose it is unless one is typed."""

    kind = forms.ChoiceField(
        label=_("Pour qui"),
        choices=[
            (BoxKind.PERSON.value, _("Une personne : agent ou élu")),
            (BoxKind.FUNCTION.value, _("Une fonction : accueil, état civil, urbanisme…")),
            (BoxKind.COMMISSION.value, _("Une commission : ses membres changent, elle reste")),
        ],
        widget=forms.RadioSelect,
    )
    display_name = forms.CharField(
        label=_("Nom"),
        max_length=120,
        help_text=_("Celui que lisent les correspondants, par exemple Camille Dubourg."),
    )
    quota_mib = forms.TypedChoiceField(label=_("Place"), coerce=int)
    holder = forms.TypedChoiceField(
        label=_("Son titulaire"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("Un agent de Beffroi règle lui-même ses absences et ses appareils."),
    )
    private_email = forms.EmailField(
        label=_("Où envoyer le lien du mot de passe"),
        required=False,
        help_text=_(
            "Une adresse que la personne lit déjà. Elle n’est pas gardée. Vide : celle de son compte Beffroi."
        ),
    )

    field_order = (
        "kind",
        "display_name",
        "local_part",
        "domain",
        "holder",
        "private_email",
        "quota_mib",
    )

    def __init__(self, *args: object, town: "Town", **kwargs: object) -> None:
        super().__init__(*args, town=town, **kwargs)
        self.fields["local_part"].required = False
        self.fields["local_part"].help_text = gettext("Vide : tiré du nom.")
        self.fields["quota_mib"].choices = quotas()  # type: ignore[attr-defined]
        self.fields["holder"].choices = holders(town)  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        said = self.cleaned_data
        if not said.get("local_part") and "local_part" not in self.errors:
            is_person = said.get("kind") == BoxKind.PERSON
            said["local_part"] = names.suggested(said.get("display_name", ""), of_person=is_person)
            if said.get("display_name") and not said["local_part"]:
                self.add_error("local_part", gettext("Écrivez ce qui vient avant le @."))
        if said.get("kind") == BoxKind.COMMISSION:
            said["holder"], said["private_email"] = None, ""


class ChangeForm(forms.Form):
    display_name = forms.CharField(
        label=_("Nom"), max_length=120, help_text=_("Celui que lisent les correspondants.")
    )
    holder = forms.TypedChoiceField(
        label=_("Son titulaire"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_(
            "Changer de titulaire ne change pas le mot de passe : envoyez ensuite un nouveau lien."
        ),
    )
    quota_mib = forms.TypedChoiceField(label=_("Place"), coerce=int)

    def __init__(self, *args: object, town: "Town", quota_mib: int, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["quota_mib"].choices = quotas(quota_mib)  # type: ignore[attr-defined]
        self.fields["holder"].choices = holders(town)  # type: ignore[attr-defined]


class RenameForm(NameForm):
    keep_old = forms.BooleanField(
        label=_("L’ancienne adresse continue d’arriver dans cette boîte"),
        required=False,
        help_text=_("Sans cela, le courrier qui lui est écrit sera refusé."),
    )


class AliasForm(NameForm):
    """An address without a box: where it leads."""

    boxes = forms.TypedMultipleChoiceField(
        label=_("Dans ces boîtes"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    outside = forms.CharField(
        label=_("Et à ces adresses, hors de la commune"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3} | PLAIN_TYPING),
        help_text=_("Une par ligne. Ce courrier quitte alors la commune, qui ne le garde pas."),
    )

    def __init__(self, *args: object, town: "Town", **kwargs: object) -> None:
        super().__init__(*args, town=town, **kwargs)
        self.fields["boxes"].choices = [  # type: ignore[attr-defined]
            (box.pk, f"{box.display_name} ({box.address.email})")
            for box in boxes.boxes(town)
            if box.state != "archived"
        ]

    def clean_outside(self) -> list[str]:
        typed = [line.strip() for line in self.cleaned_data["outside"].splitlines()]
        found = [line for line in typed if line]
        for line in found:
            try:
                validate_email(line)
            except forms.ValidationError:
                raise forms.ValidationError(
                    gettext("« %(line)s » n’est pas une adresse e-mail.") % {"line": line}
                ) from None
        return found

    def clean(self) -> None:
        super().clean()
        said = self.cleaned_data
        if not said.get("boxes") and not said.get("outside") and not self.errors:
            self.add_error("boxes", gettext("Cochez au moins une boîte, ou écrivez une adresse."))


class LinkForm(forms.Form):
    private_email = forms.EmailField(
        label=_("Adresse où envoyer le lien"),
        required=False,
        help_text=_("Elle n’est pas gardée. Vide : le lien s’affiche, à remettre en main propre."),
    )


def quotas(also: int = 0) -> list[tuple[int, str]]:
    """The usual rooms, and the one that the box has."""
    sizes: Iterable[int] = sorted({*QUOTAS_MIB, *([also] if also else [])})
    return [(mib, words.room(mib)) for mib in sizes]


def holders(town: "Town") -> list[tuple[object, str]]:
    return [
        ("", gettext("Une personne sans compte Beffroi")),
        *((member.agent_id, member.agent.full_name) for member in towns.members(town)),
    ]
