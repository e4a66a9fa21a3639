"""From a service's idea to an article."""

import pytest

from beffroi.campaigns.queries import campaigns, proposals as board
from beffroi.campaigns.services import facts, proposals
from beffroi.campaigns.words import ProposalState
from beffroi.towns.permissions import Role
from tests.cast import NOON, an_agent
from tests.rooms.campaigns import scene


def propose(town, by, title="Concert", body="Samedi 20 h\nà l’église\n\n- chorale\n- orgue"):
    return proposals.propose(
        town, title=title, body=body, service=None, wished_date=None, by=by, at=NOON
    )


@pytest.fixture
def proposer(town):
    return an_agent(town, "service", Role.PROPOSER, service="Culture")


def test_picked_proposals_become_articles_in_their_order(town, agent, proposer):
    first, second = propose(town, proposer), propose(town, proposer, "Piscine", "Fermée <lundi>")

    campaign = proposals.pick(town, [second.pk, first.pk], into=None, by=agent, at=NOON)

    content = campaigns.content_of(town, campaign)
    assert [item.title for item in content.items] == ["Piscine", "Concert"]
    assert content.items[0].body == "<p>Fermée &lt;lundi&gt;</p>"
    assert content.items[1].body == (
        "<p>Samedi 20 h<br>à l’église</p><ul><li>chorale</li><li>orgue</li></ul>"
    )
    assert content.items[1].proposal_id == first.pk
    assert board.waiting(town) == 0


def test_a_proposal_joins_a_draft_that_exists(town, agent, proposer):
    draft = scene.a_draft(town, agent)

    proposals.pick(town, [propose(town, proposer).pk], into=draft.pk, by=agent, at=NOON)

    draft.refresh_from_db()
    titles = [item.title for item in campaigns.content_of(town, draft).items]
    assert titles == ["Travaux", "Concert"]


def test_a_proposal_is_picked_once(town, agent, proposer):
    proposal = propose(town, proposer)
    proposals.pick(town, [proposal.pk], into=None, by=agent, at=NOON)

    with pytest.raises(facts.WrongStage):
        proposals.pick(town, [proposal.pk], into=None, by=agent, at=NOON)


def test_a_proposal_does_not_slip_into_an_approved_text(
    town, agent, colleague, proposer, residents
):
    campaign = scene.approved(town, agent, colleague)

    with pytest.raises(facts.WrongStage):
        proposals.pick(town, [propose(town, proposer).pk], into=campaign.pk, by=agent, at=NOON)

    assert board.waiting(town) == 1


def test_declining_says_why_and_can_be_undone(town, agent, proposer):
    proposal = propose(town, proposer)

    with pytest.raises(facts.ReasonMissing):
        proposals.decline(town, proposal.pk, reason="", by=agent, at=NOON)
    proposals.decline(town, proposal.pk, reason="Déjà annoncé.", by=agent, at=NOON)
    assert board.board(town, state=ProposalState.DECLINED).get().reason == "Déjà annoncé."
    proposals.reopen(town, proposal.pk, by=agent, at=NOON)

    assert board.waiting(town) == 1


def test_the_board_keeps_the_order_it_was_given(town, proposer):
    one, two, three = (propose(town, proposer, title) for title in "abc")

    proposals.order(town, [two.pk, three.pk, one.pk])

    assert [row.title for row in board.board(town)] == ["b", "c", "a"]


def test_another_town_sees_and_changes_nothing(town, other_town, proposer, stranger):
    proposal = propose(town, proposer)

    assert board.proposal(other_town, proposal.pk) is None
    with pytest.raises(facts.NoSuchProposal):
        proposals.decline(other_town, proposal.pk, reason="x", by=stranger, at=NOON)
