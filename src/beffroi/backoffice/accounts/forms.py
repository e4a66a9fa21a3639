"""django-allauth's forms with our words; what they check stays theirs."""

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm as ReauthenticateCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

_ADVICE = _("Au moins 12 caractères. Quatre mots sans rapport entre eux se retiennent bien.")
_EMAIL = _("Adresse e-mail professionnelle")
_CURRENT = _("Mot de passe actuel")
_NEW = _("Nouveau mot de passe")
_AGAIN = _("Le même, encore une fois")


def _name(form: forms.Form, name: str, label: object, hint: object = "") -> None:
    """A visible label and hint instead of a placeholder, which vanishes while one types."""
    field = form.fields[name]
    field.label, field.help_text = label, hint  # type: ignore[assignment]
    field.widget.attrs.pop("placeholder", None)


def _code(form: forms.Form, label: object, hint: object) -> None:
    _name(form, "code", label, hint)
    form.fields["code"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}


class SignInForm(LoginForm):  # type: ignore[misc]
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _name(self, "login", _EMAIL)
        _name(self, "password", _("Mot de passe"))
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ForgottenForm(ResetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _name(self, "email", _EMAIL)


class NewPasswordForm(ResetPasswordKeyForm):  # type: ignore[misc]
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _name(self, "password1", _NEW, _ADVICE)
        _name(self, "password2", _AGAIN)


class FirstPasswordForm(SetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _name(self, "password1", _NEW, _ADVICE)
        _name(self, "password2", _AGAIN)


class OtherPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _name(self, "oldpassword", _CURRENT)
        _name(self, "password1", _NEW, _ADVICE)
        _name(self, "password2", _AGAIN)


class VerifyForm(ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _name(self, "password", _CURRENT)


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("Code"), _("Les six chiffres de votre application, ou un code de secours."))


class VerifyCodeForm(ReauthenticateCodeForm):  # type: ignore[misc]
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("Code"), _("Les six chiffres de votre application, ou un code de secours."))


class ActivateAppForm(ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("Code affiché"), _("Les six chiffres que l’application affiche maintenant."))


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _name(self, "name", _("Nom de la clé"), _("Par exemple : ordinateur du bureau."))
        if "passwordless" in self.fields:
            hint = _("Cochez pour vous connecter avec cette clé seule, sans mot de passe.")
            _name(self, "passwordless", _("Clé d’accès sans mot de passe"), hint)


class NameKeyForm(EditWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _name(self, "name", _("Nom de la clé"))
