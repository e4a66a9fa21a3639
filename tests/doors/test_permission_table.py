"""The permission table over every address of the site. A new page is covered without a line here."""

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse

from beffroi.audience.services import themes
from beffroi.towns import services as towns
from beffroi.towns.permissions import GRANTS, Permission, Role
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
    "citizen:robots": RESIDENT,
    "citizen:favicon": RESIDENT,
    "citizen:home": RESIDENT,
    "citizen:confirm": RESIDENT,
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
    "citizen:feed": RESIDENT,
    "citizen:theme": RESIDENT,
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


@pytest.fixture
def member(town):
    """An agent of the town whose roles each test sets."""
    themes.open_town(town, at=NOON)
    administrator = towns.create_agent(email="a@town.example", full_name="Admin", at=NOON)
    towns.add_member(town, administrator, roles=[Role.ADMINISTRATOR], by=None, at=NOON)
    agent = towns.create_agent(email="m@town.example", full_name="Membre", at=NOON)
    towns.add_member(town, agent, roles=[Role.AUDITOR], by=None, at=NOON)
    return agent


@pytest.fixture
def outsider(other_town):
    """Holds every role, in another town."""
    agent = towns.create_agent(email="o@other.example", full_name="Étrangère", at=NOON)
    towns.add_member(other_town, agent, roles=list(Role), by=None, at=NOON)
    return agent


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


@WALK
@pytest.mark.parametrize("address", TOWN_PAGES, ids=str)
def test_each_role_opens_what_its_grants_say(address, client, town, member):
    path = reverse(address.name, kwargs=world.arguments(address, town))
    client.force_login(member)

    for role in Role:
        towns.change_member(town, member.pk, roles=[role], service_id=None, by=member, at=NOON)
        for method in address.view.methods:
            with transaction.atomic():
                behind_the_walls()
                status = client.generic(method, path).status_code
                transaction.set_rollback(True)
            if address.permission in GRANTS[role]:
                assert status != 403, f"{role} is refused {method} {path}"
            else:
                assert status == 403, f"{role} gets {status} for {method} {path}"


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

    for method in address.view.methods:
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

    for method in address.view.methods:
        response = client.generic(method, path)
        assert response.status_code == 302
        assert response["Location"].startswith(settings.LOGIN_URL)


@WALK
@pytest.mark.parametrize("address", TOWN_PAGES, ids=str)
def test_a_page_refuses_the_methods_it_does_not_name(address, client, town, member):
    path = reverse(address.name, kwargs=world.arguments(address, town))
    towns.change_member(town, member.pk, roles=list(Role), service_id=None, by=member, at=NOON)
    client.force_login(member)

    for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - set(address.view.methods):
        assert client.generic(method, path).status_code == 405


@pytest.mark.parametrize("address", OPERATOR_PAGES, ids=str)
def test_the_operator_s_pages_do_not_exist_for_the_agents_of_a_town(address, client, town, member):
    path = reverse(address.name, kwargs=world.arguments(address, town))
    towns.change_member(town, member.pk, roles=list(Role), service_id=None, by=member, at=NOON)
    client.force_login(member)

    for method in address.view.methods:
        assert client.generic(method, path).status_code == 404
