"""Background jobs of the house: those that need a gateway, and those that serve every town alike."""

import asyncio
from datetime import UTC, datetime

from django.conf import settings
from procrastinate.contrib.django import app

from beffroi.campaigns.services import answers
from beffroi.campaigns.words import LinkState
from beffroi.delivery.services import keeping
from beffroi.gateways import links
from beffroi.towns.queries import open_towns


@app.task(name=answers.ASK_TASK)
def ask_links(town_id: int, campaign_id: int) -> None:
    """In the demonstration alone a link may lead to this very machine."""
    town = open_towns().get(pk=town_id)
    is_demonstration = bool(settings.BEFFROI_OUTSIDE_URL)
    wanted = answers.wanted(town, campaign_id)
    found = asyncio.run(links.ask(wanted, allow_loopback=is_demonstration))
    answers.keep(town, {address: LinkState(one.value) for address, one in found.items()})


@app.periodic(cron="50 1 * * *", periodic_id="config.purge_reports")
@app.task(name="config.purge_reports", queueing_lock="config.purge_reports", pass_context=False)
def purge_reports(timestamp: int) -> None:
    """At 1:50 UTC: reports quote addresses, and are not kept for ever."""
    keeping.purge(at=datetime.fromtimestamp(timestamp, tz=UTC))
