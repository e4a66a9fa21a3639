"""For whoever has the machine: makes an operator if need be, and prints a link to choose a password."""

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone

from beffroi.towns import queries, services


class Command(BaseCommand):
    help = (
        "Prints a link with which an operator chooses a password; makes the account if it is new."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("full_name", nargs="?", default="")

    def handle(self, *args: Any, email: str, full_name: str, **options: Any) -> None:  # noqa: ANN401
        agent = queries.agent_by_email(email)
        if agent is None and full_name:
            agent = services.create_agent(
                email=email, full_name=full_name, at=timezone.now(), is_operator=True
            )
        if agent is None or not agent.is_operator:
            raise CommandError("Aucun exploitant n’a cette adresse. Ajoutez son nom pour le créer.")
        path = reverse(
            "account_reset_password_from_key",
            kwargs={
                "uidb36": user_pk_to_url_str(agent),
                "key": default_token_generator.make_token(agent),
            },
        )
        self.stdout.write(f"{settings.BEFFROI_URL}{path}")
