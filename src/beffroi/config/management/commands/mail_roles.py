"""Gives the two database roles of the mail servers the passwords of this installation's secrets."""

from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from psycopg import sql

from beffroi.mailhosting import roles
from beffroi.servers.layout import Layout
from beffroi.servers.mail.home import secret

ROLES = {
    roles.POSTFIX: "mail_postfix_password",
    roles.DOVECOT: "mail_dovecot_password",
}


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Gives the mail servers' database roles their passwords."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        layout = Layout(dir=settings.BEFFROI_DIR)
        connection.ensure_connection()
        link: psycopg.Connection[object] = connection.connection
        for role, name in ROLES.items():
            # Only the verifier travels: no log of statements can hold the password.
            word = secret(layout, name).encode()
            verifier = link.pgconn.encrypt_password(word, role.encode(), b"scram-sha-256")
            statement = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(
                sql.Identifier(role), sql.Literal(verifier.decode())
            )
            with connection.cursor() as cursor:
                cursor.execute(statement.as_string(link))
