"""The permission table over every address of the site. A new page is covered without a line here."""

from dataclasses import dataclass

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse

from beffroi.audience.services import themes
from beffroi.towns import queries, services as towns
from beffroi.towns.models import Agent, Town
from beffroi.towns.permissions import GRANTS, Permission, Role
from tests import cast
from tests.cast import NOON
from tests.doors import world

ADDRESSES = world.every_address()
TOWN_PAGES = [a for a in ADDRESSES if a.permission not in (None, Permission.OPERATE)]
OPERATOR_PAGES = [a for a in ADDRESSES if a.permission is Permission.OPERATE]

SIGN_IN = "sign-in: each of these settles by itself whom it serves (tests/doors/test_sign_in.py)"
RESIDENT = "residents: open to all by design; what is secret is behind a signed link"
PROGRAM = "mail programs: the same answer for every domain; reads no town"
OPEN = {
    "backoffice:my-towns": "lists only the towns of whoever signed in",
    "citizen:front": RESIDENT,
    "citizen:start": RESIDENT,
    "citizen:robots": RESIDENT,
    "citizen:favicon": RESIDENT,
    "citizen:home": RESIDENT,
    "citizen:together": RESIDENT,
    "citizen:shared_manifest": RESIDENT,
    "citizen:shared_icon": RESIDENT,
    "citizen:shared_worker": RESIDENT,
    "citizen:shared_app_script": RESIDENT,
    "citizen:news": RESIDENT,
    "citizen:news_page": RESIDENT,
    "citizen:news_theme": RESIDENT,
    "citizen:news_theme_page": RESIDENT,
    "citizen:news_theme_feed": RESIDENT,
    "citizen:news_feed": RESIDENT,
    "citizen:news_json": RESIDENT,
    "citizen:news_item": RESIDENT,
    "citizen:photo": RESIDENT,
    "citizen:small_photo": RESIDENT,
    "citizen:agenda": RESIDENT,
    "citizen:agenda_month": RESIDENT,
    "citizen:agenda_page": RESIDENT,
    "citizen:agenda_month_page": RESIDENT,
    "citizen:calendar": RESIDENT,
    "citizen:event_calendar": RESIDENT,
    "citizen:event": RESIDENT,
    "citizen:cinema": RESIDENT,
    "citizen:film": RESIDENT,
    "citizen:directories": RESIDENT,
    "citizen:directory": RESIDENT,
    "citizen:directory_open": RESIDENT,
    "citizen:directory_page": RESIDENT,
    "citizen:directory_open_page": RESIDENT,
    "citizen:place": RESIDENT,
    "citizen:practical": RESIDENT,
    "citizen:practical_page": RESIDENT,
    "citizen:numbers": RESIDENT,
    "citizen:search": RESIDENT,
    "citizen:offline": RESIDENT,
    "citizen:contribute": RESIDENT,
    "citizen:subscribe": RESIDENT,
    "citizen:app_script": RESIDENT,
    "citizen:confirm": RESIDENT,
    "citizen:preview": RESIDENT,
    "citizen:unsubscribe": RESIDENT,
    "citizen:lost": RESIDENT,
    "citizen:code": RESIDENT,
    "citizen:centre": RESIDENT,
    "citizen:centre_themes": RESIDENT,
    "citizen:centre_pause": RESIDENT,
    "citizen:centre_resume": RESIDENT,
    "citizen:centre_address": RESIDENT,
    "citizen:centre_leave": RESIDENT,
    "citizen:centre_download": RESIDENT,
    "citizen:centre_erase": RESIDENT,
    "citizen:number_code": RESIDENT,
    "citizen:centre_phone": RESIDENT,
    "citizen:centre_phone_remove": RESIDENT,
    "citizen:centre_drills": RESIDENT,
    "citizen:centre_push": RESIDENT,
    "citizen:notifications": RESIDENT,
    "citizen:push_subscribe": RESIDENT,
    "citizen:push_state": RESIDENT,
    "citizen:push_leave": RESIDENT,
    "citizen:push_renew": RESIDENT,
    "citizen:push_try": RESIDENT,
    "citizen:push_trial": RESIDENT,
    "citizen:push_arrived": RESIDENT,
    "citizen:worker": RESIDENT,
    "citizen:push_script": RESIDENT,
    "citizen:manifest": RESIDENT,
    "citizen:app_icon": RESIDENT,
    "citizen:archive": RESIDENT,
    "citizen:archive_page": RESIDENT,
    "citizen:feed": RESIDENT,
    "citizen:theme": RESIDENT,
    "citizen:theme_page": RESIDENT,
    "citizen:theme_feed": RESIDENT,
    "citizen:message": RESIDENT,
    "citizen:image": RESIDENT,
    "citizen:short": RESIDENT,
    "citizen:link": RESIDENT,
    "citizen:alert": RESIDENT,
    "citizen:alert_cap": RESIDENT,
    "citizen:coat_of_arms": RESIDENT,
    "citizen:icon": RESIDENT,
    "citizen:privacy": RESIDENT,
    "citizen:accessibility": RESIDENT,
    "citizen:legal": RESIDENT,
    "sante": "health: says nothing of any town",
    "sms-callback": "SMS providers: opened by the secret in the address; acts on nothing, reads no town",
    "mail-thunderbird": PROGRAM,
    "mail-outlook": PROGRAM,
    "mail-telephone": PROGRAM,
    "mail-encryption": PROGRAM,
    "box-password": SIGN_IN,
    "box-password-letter": SIGN_IN,
    "account": SIGN_IN,
    "access-link": SIGN_IN,
    "end-session": SIGN_IN,
    "usersessions_list": SIGN_IN,
    "account_login": SIGN_IN,
    "account_logout": SIGN_IN,
    "account_inactive": SIGN_IN,
    "account_reauthenticate": SIGN_IN,
    "account_change_password": SIGN_IN,
    "account_set_password": SIGN_IN,
    "account_reset_password": SIGN_IN,
    "account_reset_password_done": SIGN_IN,
    "account_reset_password_from_key": SIGN_IN,
    "account_reset_password_from_key_done": SIGN_IN,
    "mfa_index": SIGN_IN,
    "forget-phone": SIGN_IN,
    "mfa_authenticate": SIGN_IN,
    "mfa_reauthenticate": SIGN_IN,
    "mfa_activate_totp": SIGN_IN,
    "mfa_deactivate_totp": SIGN_IN,
    "mfa_view_recovery_codes": SIGN_IN,
    "mfa_generate_recovery_codes": SIGN_IN,
    "mfa_download_recovery_codes": SIGN_IN,
    "mfa_list_webauthn": SIGN_IN,
    "mfa_add_webauthn": SIGN_IN,
    "mfa_remove_webauthn": SIGN_IN,
    "mfa_edit_webauthn": SIGN_IN,
    "mfa_login_webauthn": SIGN_IN,
    "mfa_reauthenticate_webauthn": SIGN_IN,
}


WALK = pytest.mark.slow
"""A walk over all pages: half a minute each."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """Keys of what all tests of this file share; each undoes what it does to it."""

    town: int
    member: int
    other_town: int
    outsider: int


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """Two towns, an agent of each, and in the first a row for every address that names one."""
    with django_db_blocker.unblock(), transaction.atomic():
        other_town = cast.a_town("13055", sender_address="mairie@marseille.example")
        outsider = cast.an_agent(other_town, "outsider", *Role)
        town = cast.a_town()
        themes.open_town(town, at=NOON)
        cast.an_agent(town, "administrator", Role.ADMINISTRATOR)
        member = cast.an_agent(town, "member", Role.AUDITOR)
        for address in TOWN_PAGES + OPERATOR_PAGES:
            world.arguments(address, town)
        yield Made(town=town.pk, member=member.pk, other_town=other_town.pk, outsider=outsider.pk)
        transaction.set_rollback(True)


@pytest.fixture
def town(made, db):
    return Town.objects.get(pk=made.town)


@pytest.fixture
def member(made, db):
    """An agent of the town whose roles each test sets."""
    return Agent.objects.get(pk=made.member)


@pytest.fixture
def other_town(made, db):
    return Town.objects.get(pk=made.other_town)


@pytest.fixture
def outsider(made, db):
    """Holds every role, in another town."""
    return Agent.objects.get(pk=made.outsider)


def give(town, member, roles):
    towns.change_member(town, member.pk, roles=roles, service_id=None, by=member, at=NOON)


def behind_the_walls():
    """As the web server runs: row-level security binds, until the transaction is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE beffroi_web")


def test_every_address_is_in_the_table_or_open_with_a_reason():
    unknown = [a.name for a in ADDRESSES if a.permission is None and a.name not in OPEN]

    assert unknown == []


def test_the_list_of_open_addresses_holds_nothing_else():
    assert set(OPEN) <= {address.name for address in ADDRESSES}


def test_names_of_addresses_are_unique():
    names = [address.name for address in ADDRESSES]

    assert sorted(set(names)) == sorted(names)


def methods(address):
    """HEAD is the same view, with its answer thrown away."""
    return [method for method in address.view.methods if method != "HEAD"]


@pytest.mark.parametrize("role", Role)
def test_a_role_gives_the_rights_of_its_grants_and_several_give_those_of_each(town, member, role):
    give(town, member, [role])
    assert queries.rights(town, member).permissions == GRANTS[role]

    give(town, member, [role, Role.AUDITOR])
    assert queries.rights(town, member).permissions == GRANTS[role] | GRANTS[Role.AUDITOR]


@WALK
@pytest.mark.parametrize("address", TOWN_PAGES, ids=str)
def test_each_role_opens_what_its_grants_say(address, client, town, member):
    """The door asks one question: whoever holds all roles that may not is refused; of those who may, the least opens it."""
    path = reverse(address.name, kwargs=world.arguments(address, town))
    client.force_login(member)
    may = [role for role in Role if address.permission in GRANTS[role]]
    refused = [role for role in Role if role not in may]
    least = min(may, key=lambda role: len(GRANTS[role]), default=None)

    if refused:
        give(town, member, refused)
        assert answers(client, address, path) == dict.fromkeys(methods(address), 403), refused
    if least:
        give(town, member, [least])
        assert 403 not in answers(client, address, path).values(), least


def answers(client, address, path):
    """As the web server gives them; what they changed is taken back."""
    found = {}
    for method in methods(address):
        with transaction.atomic():
            behind_the_walls()
            found[method] = client.generic(method, path).status_code
            transaction.set_rollback(True)
    return found


@WALK
@pytest.mark.parametrize("address", TOWN_PAGES, ids=str)
def test_an_agent_of_another_town_gets_nothing_and_changes_nothing(
    address, client, town, member, other_town, outsider
):
    arguments = world.arguments(address, town)
    here = reverse(address.name, kwargs=arguments)
    forged = reverse(address.name, kwargs=arguments | {"town_slug": other_town.slug})
    client.force_login(outsider)
    before = world.snapshot(town), world.snapshot(other_town)

    for method in methods(address):
        assert client.generic(method, here).status_code == 404, f"{method} {here}"
        if len(arguments) > 1:
            answer = client.generic(method, forged)
            assert answer.status_code in (302, 400, 404, 409), f"{method} {forged}"
            assert answer.get("Location", forged).startswith(f"/mairie/{other_town.slug}/")

    if len(arguments) > 1:
        assert (world.snapshot(town), world.snapshot(other_town)) == before
    else:
        assert world.snapshot(town) == before[0]


@WALK
@pytest.mark.parametrize("address", TOWN_PAGES + OPERATOR_PAGES, ids=str)
def test_whoever_is_not_signed_in_is_sent_to_sign_in(address, client, town, member):
    path = reverse(address.name, kwargs=world.arguments(address, town))

    for method in methods(address):
        response = client.generic(method, path)
        assert response.status_code == 302
        assert response["Location"].startswith(settings.LOGIN_URL)


@WALK
@pytest.mark.parametrize("address", TOWN_PAGES, ids=str)
def test_a_page_refuses_the_methods_it_does_not_name(address, client, town, member):
    path = reverse(address.name, kwargs=world.arguments(address, town))
    give(town, member, list(Role))
    client.force_login(member)

    for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - set(address.view.methods):
        assert client.generic(method, path).status_code == 405


@pytest.mark.parametrize("address", OPERATOR_PAGES, ids=str)
def test_the_operator_s_pages_do_not_exist_for_the_agents_of_a_town(address, client, town, member):
    path = reverse(address.name, kwargs=world.arguments(address, town))
    give(town, member, list(Role))
    client.force_login(member)

    for method in methods(address):
        assert client.generic(method, path).status_code == 404
