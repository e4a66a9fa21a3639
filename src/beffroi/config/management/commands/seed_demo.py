"""Fills an installation with the demonstration, once, and prints how to sign in."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from beffroi.config.demo import official_mail, people, story


class Command(BaseCommand):
    help = "Fills this installation with the demonstration town, once."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        secrets_dir = settings.BEFFROI_DIR / "secrets"
        story.tell(secrets_dir=secrets_dir, now=timezone.now())
        self.stdout.write(
            f"Pour entrer, mot de passe de tous les comptes : {people.password(secrets_dir)}"
        )
        for login in story.logins():
            self.stdout.write(f"  {login.email:34} {login.what}")
        if settings.MAIL_IS_ON:
            imaps, submissions, _submission = settings.BEFFROI_MAIL_PORTS
            self.stdout.write(
                "\nDans un vrai programme de courrier (certificat de démonstration, à accepter) :\n"
                f"  compte {official_mail.SHOWN}, même mot de passe\n"
                f"  réception IMAP 127.0.0.1, port {imaps}, SSL/TLS\n"
                f"  envoi SMTP 127.0.0.1, port {submissions}, SSL/TLS"
            )
