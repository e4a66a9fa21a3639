"""What Postfix and Dovecot read: the schema `mailserver`, each under a role of its own."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from beffroi.mailhosting.models import Absence, Departure, Domain, Mailbox, Redirect
from beffroi.mailhosting.services import aliases, boxes, domains, passwords, roster
from beffroi.mailhosting.services.aliases import Targets
from beffroi.towns import services as towns
from tests.cast import NOON
from tests.rooms.mailhosting import scene

VIEWS = {
    "beffroi_postfix": {"domains", "mailboxes", "aliases", "senders", "sent_copies"},
    "beffroi_dovecot": {"users", "app_passwords", "shares", "no_shares", "scripts"},
}
A_DAY = timedelta(days=1)


@contextmanager
def role(name):
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {name}")
        yield cursor
        cursor.execute("RESET ROLE")


def postfix(view, columns, **where):
    return ask("beffroi_postfix", view, columns, where)


def dovecot(view, columns, **where):
    return ask("beffroi_dovecot", view, columns, where)


def ask(who, view, columns, where):
    (column, value), *_ = where.items() or [("true", True)]
    with role(who) as cursor:
        cursor.execute(f"SELECT {columns} FROM mailserver.{view} WHERE {column} = %s", [value])
        return sorted(row[0] if len(row) == 1 else row for row in cursor.fetchall())


def script(email):
    return dovecot("scripts", "script", username=email)[0]


@pytest.mark.parametrize("name", VIEWS)
def test_a_mail_server_sees_its_views_and_nothing_else(db, name):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE relkind IN ('r', 'v', 'm', 'p', 'f') AND nspname NOT IN ('pg_catalog', 'information_schema')"
            " AND nspname NOT LIKE 'pg_%%' AND has_schema_privilege(%s, n.oid, 'USAGE')"
            " AND has_any_column_privilege(%s, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')",
            [name, name],
        )
        seen = {row[0] for row in cursor.fetchall()}
        cursor.execute(
            "SELECT rolcanlogin, rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls,"
            " (SELECT count(*) FROM pg_auth_members WHERE member = r.oid) FROM pg_roles r WHERE rolname = %s",
            [name],
        )
        assert cursor.fetchone() == (True, False, 0)

    assert seen == {f"mailserver.{view}" for view in VIEWS[name]}
    with pytest.raises(DatabaseError), transaction.atomic(), role(name) as cursor:
        cursor.execute(f"DELETE FROM mailserver.{sorted(VIEWS[name])[0]}")


@pytest.mark.parametrize("name", ["beffroi_web", "beffroi_engine"])
def test_the_views_open_no_door_around_the_wall_between_towns(db, name):
    with pytest.raises(DatabaseError), transaction.atomic(), role(name) as cursor:
        cursor.execute("SELECT 1 FROM mailserver.users")


def test_a_name_that_the_dns_has_not_shown_to_be_the_towns_receives_and_sends_nothing(town):
    """Else any town could choose gmail.com and read what the others write to it."""
    wish = domains.choose(town, "ailleurs.example", by=None, at=NOON)
    box = scene.a_box(town, wish, "maire")

    def seen():
        return (
            postfix("domains", "name", name="ailleurs.example"),
            postfix("mailboxes", "mailbox", address="maire@ailleurs.example"),
            postfix("senders", "login", address="maire@ailleurs.example"),
        )

    assert seen() == ([], [], [])
    domains.move(town, wish.pk, Domain.State.PUBLISHED, by=None, at=NOON)
    assert seen() == (["ailleurs.example"], [box.pk], ["maire@ailleurs.example"])


def test_a_closed_town_has_no_mail(town, domain, mayor, administrator):
    towns.close_town(town, by=administrator, at=NOON)

    assert postfix("domains", "name") == []
    assert dovecot("users", "has_password", username="maire@arcachon.example") == []


def test_a_suspended_box_receives_and_an_archived_one_does_not(town, domain, mayor):
    aliases.create(town, domain.pk, "elus", Targets(mailbox_ids=[mayor.pk]), by=None, at=NOON)
    passwords.set_password(town, mayor.pk, "une phrase bien longue", by=None, at=NOON)
    passwords.add_app_password(town, mayor.pk, "Téléphone", by=None, at=NOON)

    def state():
        address = "maire@arcachon.example"
        return (
            len(postfix("mailboxes", "mailbox", address=address)),
            len(postfix("aliases", "target", address="elus@arcachon.example")),
            len(postfix("senders", "login", address=address)),
            dovecot("users", "has_password", username=address)[0],
            len(dovecot("app_passwords", "digest", username=address)),
        )

    assert state() == (1, 1, 1, True, 1)
    boxes.suspend(town, mayor.pk, by=None, at=NOON)
    assert state() == (1, 1, 0, False, 0)
    boxes.restore(town, mayor.pk, by=None, at=NOON)
    assert state() == (1, 1, 1, True, 1)
    boxes.move(town, mayor.pk, Mailbox.State.ARCHIVED, by=None, at=NOON)
    assert state() == (0, 0, 0, False, 0)


def test_the_roster_says_who_sees_and_writes_as_the_commission(town, domain, mayor, urbanism):
    clerk = scene.a_box(town, domain, "secretariat")
    roster.add(town, urbanism.pk, mayor.pk, by=None, at=NOON)
    reader = roster.add(town, urbanism.pk, clerk.pk, may_send_as=False, by=None, at=NOON)

    def access(local):
        email = f"{local}@arcachon.example"
        return (
            dovecot("users", "acl_groups", username=email),
            dovecot("shares", "from_user", to_user=email),
        )

    seen = ([f"mbx-{urbanism.pk}"], ["urbanisme@arcachon.example"])
    assert access("maire") == access("secretariat") == seen
    with role("beffroi_dovecot") as cursor:  # it tells what it believes to be shared
        cursor.execute("DELETE FROM mailserver.shares")
        cursor.execute("INSERT INTO mailserver.shares VALUES ('a@b.example', 'c@d.example', '1')")
    assert access("maire") == access("secretariat") == seen
    assert postfix("senders", "login", address="urbanisme@arcachon.example") == [
        "maire@arcachon.example",
        "urbanisme@arcachon.example",
    ]
    assert postfix("sent_copies", "copy", address="urbanisme@arcachon.example") == [
        f"box-{urbanism.pk}@sent.beffroi.internal"
    ]
    assert postfix("sent_copies", "copy", address="maire@arcachon.example") == []

    roster.end(town, reader.pk, by=None, at=NOON + A_DAY)

    assert access("secretariat") == ([None], [])
    assert access("maire") == seen


def test_a_frozen_commission_is_only_read(town, mayor, urbanism):
    roster.add(town, urbanism.pk, mayor.pk, by=None, at=NOON)
    boxes.move(town, urbanism.pk, Mailbox.State.FROZEN, by=None, at=NOON)

    assert dovecot("users", "acl_groups", username="maire@arcachon.example") == [
        f"see-{urbanism.pk}"
    ]
    assert postfix("senders", "login", address="urbanisme@arcachon.example") == []


def test_one_may_send_as_an_alias_but_not_as_a_list(town, domain, mayor):
    clerk = scene.a_box(town, domain, "secretariat")
    both = Targets(mailbox_ids=[mayor.pk, clerk.pk])
    aliases.create(town, domain.pk, "elus", both, by=None, at=NOON)
    aliases.create(town, domain.pk, "cabinet", Targets(mailbox_ids=[mayor.pk]), by=None, at=NOON)
    aliases.create(
        town, domain.pk, "presse", Targets(outside=["presse@agence.example"]), by=None, at=NOON
    )

    assert postfix("senders", "login", address="elus@arcachon.example") == []
    assert postfix("senders", "login", address="presse@arcachon.example") == []
    assert postfix("senders", "login", address="cabinet@arcachon.example") == [
        "maire@arcachon.example"
    ]
    assert postfix("aliases", "target", address="elus@arcachon.example") == [
        "maire@arcachon.example",
        "secretariat@arcachon.example",
    ]


def test_an_absence_and_a_redirect_last_as_long_as_their_dates(town, domain, mayor):
    aliases.create(town, domain.pk, "cabinet", Targets(mailbox_ids=[mayor.pk]), by=None, at=NOON)
    soon = NOON + timedelta(days=3650)
    text = {"subject": 'Absent, "vraiment"', "text": "Retour lundi \\o/"}
    Absence.objects.create_in(town, mailbox=mayor, since=soon, **text)
    assert "vacation :days" not in script("maire@arcachon.example")
    before = dovecot("scripts", "id", username="maire@arcachon.example")

    Absence.objects.create_in(town, mailbox=mayor, since=NOON, until=soon, **text)
    Redirect.objects.create_in(town, mailbox=mayor, to="chez@lui.example", since=NOON)

    now = script("maire@arcachon.example")
    assert ':addresses ["maire@arcachon.example", "cabinet@arcachon.example"]' in now
    assert ':subject "Absent, \\"vraiment\\"" "Retour lundi \\\\o/";' in now
    assert 'redirect :copy "chez@lui.example";' in now
    assert dovecot("scripts", "id", username="maire@arcachon.example") != before


def test_a_departure_ends_sign_in_answers_and_sends_on_by_its_date_alone(town, domain, mayor):
    successor = scene.a_box(town, domain, "nouveau.maire")
    passwords.set_password(town, mayor.pk, "une phrase bien longue", by=None, at=NOON)
    departure = Departure.objects.create_in(
        town,
        mailbox=mayor,
        leaves_at=NOON + timedelta(days=3650),
        subject="Départ",
        text="Écrivez à mon successeur.",
        successor=successor,
        keep_copy=False,
        decided_at=NOON,
    )
    assert dovecot("users", "has_password", username="maire@arcachon.example") == [True]

    Departure.objects.of(town).filter(pk=departure.pk).update(leaves_at=NOON)

    assert dovecot("users", "has_password", username="maire@arcachon.example") == [False]
    assert postfix("senders", "login", address="maire@arcachon.example") == []
    assert 'redirect "nouveau.maire@arcachon.example";' in script("maire@arcachon.example")
    assert "Écrivez à mon successeur." in script("maire@arcachon.example")

    Departure.objects.of(town).filter(pk=departure.pk).update(cancelled_at=NOON)

    assert dovecot("users", "has_password", username="maire@arcachon.example") == [True]
    assert "redirect" not in script("maire@arcachon.example")
