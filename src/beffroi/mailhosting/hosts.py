"""The hosts at which communes have their old address, in words for who copies the password there."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True, slots=True)
class Host:
    key: str
    label: str
    name: str
    domains: tuple[str, ...]
    advice: Promise
    is_closed: bool = False
    """It takes no password from other programs any more."""


USUAL = _("Le mot de passe est celui avec lequel vous lisez cette boîte.")
HOSTS = (
    Host(
        key="orange",
        label="Orange",
        name="imap.orange.fr",
        domains=("orange.fr", "wanadoo.fr"),
        advice=USUAL,
    ),
    Host(
        key="gmail",
        label="Gmail",
        name="imap.gmail.com",
        domains=("gmail.com", "googlemail.com"),
        advice=_(
            "Gmail demande un «\N{NO-BREAK SPACE}mot de passe d’application\N{NO-BREAK SPACE}»\N{NO-BREAK SPACE}: dans le compte Google, activez la validation en deux étapes, puis créez-en un et collez-le ici."
        ),
    ),
    Host(key="free", label="Free", name="imap.free.fr", domains=("free.fr",), advice=USUAL),
    Host(
        key="sfr",
        label="SFR",
        name="imap.sfr.fr",
        domains=("sfr.fr", "neuf.fr", "cegetel.net", "club-internet.fr"),
        advice=USUAL,
    ),
    Host(
        key="laposte",
        label="La Poste",
        name="imap.laposte.net",
        domains=("laposte.net",),
        advice=_(
            "Autorisez d’abord l’accès par un programme de courrier (IMAP) dans les réglages de laposte.net."
        ),
    ),
    Host(
        key="outlook",
        label="Outlook, Hotmail",
        name="outlook.office365.com",
        domains=("outlook.fr", "outlook.com", "hotmail.fr", "hotmail.com", "live.fr"),
        advice=_(
            "Microsoft n’accepte plus de mot de passe venant d’un autre programme. Demandez à votre exploitant, ou renvoyez-y les messages vers la nouvelle adresse depuis les réglages d’Outlook."
        ),
        is_closed=True,
    ),
)
BY_KEY = {host.key: host for host in HOSTS}


def host_of(email: str) -> Host | None:
    """From what follows the @."""
    domain = email.rpartition("@")[2].lower()
    return next((host for host in HOSTS if domain in host.domains), None)
