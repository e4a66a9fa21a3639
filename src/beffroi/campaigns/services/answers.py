"""Asking whether the links of a letter answer, without keeping anybody waiting: a job asks, the cache remembers."""

import contextlib
from collections.abc import Mapping

from django.core.cache import cache
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from beffroi.campaigns.links import outside
from beffroi.campaigns.models import Campaign
from beffroi.campaigns.queries import where
from beffroi.campaigns.queries.contents import content_of
from beffroi.campaigns.words import LinkState
from beffroi.towns.models import Town

ASK_TASK = "config.ask_links"
KEPT_S = {
    LinkState.ASKED: 90,
    LinkState.ANSWERS: 6 * 3600,
    LinkState.SILENT: 600,  # whoever mends a site does not wait long for it to be seen
    LinkState.PRIVATE: 600,
    LinkState.UNKNOWN: 300,
}


def wanted(town: Town, campaign_id: int) -> list[str]:
    """The addresses that have been asked for and not answered yet."""
    told = _told(town, campaign_id)
    return [address for address, state in told.items() if state is LinkState.ASKED]


def ask(town: Town, campaign_id: int) -> None:
    """Has the links asked of which nothing is known; the page need not wait."""
    new = [address for address, state in _told(town, campaign_id).items() if state is None]
    if not new:
        return
    keep(town, dict.fromkeys(new, LinkState.ASKED))
    job = app.configure_task(
        ASK_TASK, queueing_lock=f"{ASK_TASK}:{campaign_id}", allow_unknown=False
    )
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():  # it will find these links too
        job.defer(town_id=town.pk, campaign_id=campaign_id)


def keep(town: Town, found: Mapping[str, LinkState]) -> None:
    """Remembers what the links answered."""
    for address, state in found.items():
        cache.set(where.key(town, address), state.value, KEPT_S[state])


def _told(town: Town, campaign_id: int) -> dict[str, LinkState | None]:
    campaign = Campaign.objects.of(town).filter(pk=campaign_id, deleted_at=None).first()
    if campaign is None:
        return {}
    addresses = outside(content_of(town, campaign))
    known = where.states(town, addresses)
    return {address: known.get(address) for address in addresses}
