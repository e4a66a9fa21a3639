import pytest

from beffroi.towns import queries, services
from beffroi.towns.models import JournalEntry
from beffroi.towns.permissions import GRANTS, Permission, Role
from tests.cast import NOON


def test_rights_are_those_of_all_roles_together(town, agent, administrator):
    services.change_member(
        town,
        agent.pk,
        roles=[Role.WRITER, Role.CLERK],
        service_id=None,
        by=administrator,
        at=NOON,
    )

    rights = queries.rights(town, agent)

    assert rights.permissions == GRANTS[Role.WRITER] | GRANTS[Role.CLERK]
    assert not rights.may(Permission.CAMPAIGN_APPROVE)


def test_a_stranger_has_no_rights_here(town, stranger):
    assert queries.rights(town, stranger) is None


def test_an_agent_whose_account_is_closed_has_no_rights(town, agent):
    agent.is_active = False
    agent.save()

    assert queries.rights(town, agent) is None


def test_nobody_writes_and_approves_by_one_role():
    for role, permissions in GRANTS.items():
        if role is not Role.APPROVER:
            assert Permission.CAMPAIGN_APPROVE not in permissions


def test_no_role_of_a_town_operates_the_house():
    assert all(Permission.OPERATE not in permissions for permissions in GRANTS.values())


def test_a_town_keeps_its_last_administrator(town, administrator):
    with pytest.raises(services.LastAdministrator):
        services.remove_member(town, administrator.pk, by=administrator, at=NOON)
    with pytest.raises(services.LastAdministrator):
        services.change_member(
            town,
            administrator.pk,
            roles=[Role.WRITER],
            service_id=None,
            by=administrator,
            at=NOON,
        )

    assert queries.rights(town, administrator).may(Permission.MEMBER_WRITE)


def test_a_member_of_another_town_cannot_be_changed_from_here(town, administrator, stranger):
    with pytest.raises(services.NotAMember):
        services.remove_member(town, stranger.pk, by=administrator, at=NOON)


def test_an_agent_is_added_once(town, agent):
    with pytest.raises(services.AlreadyMember):
        services.add_member(town, agent, roles=[Role.CLERK], by=None, at=NOON)


def test_two_agents_cannot_share_an_address_whatever_its_case(agent):
    with pytest.raises(services.AgentExists):
        services.create_agent(email=agent.email.upper(), full_name="Double", at=NOON)


def test_changes_of_rights_are_in_the_journal(town, agent, administrator):
    services.remove_member(town, agent.pk, by=administrator, at=NOON)

    line = JournalEntry.objects.of(town).filter(kind="member.removed").get()

    assert line.actor_id == administrator.pk
    assert line.detail == agent.full_name


def test_the_one_person_rule_is_journalled_each_way(town, administrator):
    services.set_one_person_rule(town, allowed=True, by=administrator, at=NOON)
    services.set_one_person_rule(town, allowed=False, by=administrator, at=NOON)

    assert JournalEntry.objects.of(town).filter(kind="town.one_person_rule").count() == 2
