"""Departments of the town hall that go, and those that take over."""

import pytest

from beffroi.campaigns.models import Proposal
from beffroi.campaigns.services import proposals
from beffroi.towns import queries, services
from beffroi.towns.models import JournalEntry, Service
from beffroi.towns.permissions import Role
from tests.cast import NOON, an_agent


@pytest.fixture
def youth(town):
    return services.add_service(town, "Jeunesse", by=None, at=NOON)


@pytest.fixture
def sports(town):
    return services.add_service(town, "Sports", by=None, at=NOON)


def names(town):
    return [service.name for service in queries.services(town)]


def a_proposal(town, service, by):
    return proposals.propose(
        town, title="Tournoi", body="Samedi", service=service, wished_date=None, by=by, at=NOON
    )


def test_a_service_that_nothing_names_is_removed(town, youth, sports, administrator):
    services.remove_service(town, youth.pk, by=administrator, at=NOON)

    assert names(town) == ["Sports"]
    assert JournalEntry.objects.of(town).filter(detail__contains="Jeunesse").count() == 2


def test_a_service_that_has_agents_or_proposals_stays(town, youth, sports, administrator):
    an_agent(town, "ines", Role.PROPOSER, service="Jeunesse")
    a_proposal(town, sports, administrator)

    for service in (youth, sports):
        with pytest.raises(services.ServiceInUse):
            services.remove_service(town, service.pk, by=administrator, at=NOON)

    assert names(town) == ["Jeunesse", "Sports"]


def test_a_merged_service_hands_over_all_that_names_it(town, youth, sports, administrator):
    ines = an_agent(town, "ines", Role.PROPOSER, service="Jeunesse")
    a_proposal(town, youth, ines)

    services.merge_service(town, youth.pk, into_id=sports.pk, by=administrator, at=NOON)

    assert names(town) == ["Sports"]
    assert queries.rights(town, ines).service == sports
    assert Proposal.objects.of(town).get().service == sports


def test_a_service_merges_with_another_of_the_same_town_only(
    town, other_town, youth, administrator
):
    far = services.add_service(other_town, "Sports", by=None, at=NOON)

    for into in (far.pk, youth.pk):
        with pytest.raises(services.NoSuchService):
            services.merge_service(town, youth.pk, into_id=into, by=administrator, at=NOON)

    assert names(town) == ["Jeunesse"]
    assert Service.objects.of(other_town).count() == 1
