"""What Beffroi changes in django-allauth: French words, no sign-up, mail through delivery."""

from typing import TYPE_CHECKING, ClassVar, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from beffroi.backoffice.accounts import mail
from beffroi.towns import queries

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from beffroi.towns.models import Agent

_TOO_MANY = _(
    "Trop d’essais ont échoué. Par sécurité, la connexion est bloquée quelques minutes :"
    " patientez, ou choisissez un nouveau mot de passe."
)
_WRONG_PASSWORD = _("Ce mot de passe n’est pas le bon.")
_WRONG_CODE = _("Ce code n’est pas le bon, ou il a expiré. Tapez le code affiché maintenant.")


class AgentAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """An agent is invited by their town; nobody signs up."""

    error_messages: ClassVar[dict[str, "str | Promise"]] = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("Ce compte est fermé."),
        "email_password_mismatch": _(
            "L’adresse ou le mot de passe ne correspond pas. Vérifiez les deux, puis recommencez."
        ),
        "enter_current_password": _WRONG_PASSWORD,
        "incorrect_password": _WRONG_PASSWORD,
        "incorrect_code": _WRONG_CODE,
        "too_many_login_attempts": _TOO_MANY,
        "rate_limited": _TOO_MANY,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """A notice about the account. An unknown address gets nothing and learns nothing."""
        agent = queries.agent_by_email(email)
        if agent is None:
            return
        context = context | {"agent": agent, "request": self.request}
        subject = render_to_string(f"{template_prefix}_subject.txt", context).strip()
        text = render_to_string(f"{template_prefix}_message.txt", context).strip()
        mail.send_notice(agent, subject=subject, text=text, at=timezone.now())

    def send_password_reset_mail(
        self, user: object, email: str, context: dict[str, object]
    ) -> None:
        """The link that allauth made is not used: ours is in no table (see mail.py)."""
        mail.send_reset(cast("Agent", user), at=timezone.now())


class AgentMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages: ClassVar[dict[str, "str | Promise"]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _WRONG_CODE,
        "cannot_generate_recovery_codes": _(
            "Les codes de secours demandent d’abord une application ou une clé d’accès."
        ),
    }
