"""Background jobs that need a gateway: each hands a service what a gateway has found."""

import asyncio

from django.conf import settings
from procrastinate.contrib.django import app

from beffroi.campaigns.services import answers
from beffroi.campaigns.words import LinkState
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
