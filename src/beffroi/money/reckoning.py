"""The arithmetic of charges, without rows: prices, and the month's free SMS parts handed out in order."""

from collections.abc import Iterable

from beffroi.delivery.words import Channel
from beffroi.money.facts import Line, PricedLine, Prices


def price(prices: Prices, lines: Iterable[Line], *, free_left: int) -> list[PricedLine]:
    """Each line at its price; SMS lines draw on the free parts, first come first served."""
    priced = []
    for line in lines:
        free = min(free_left, line.recipients * line.parts) if line.channel == Channel.SMS else 0
        free_left -= free
        priced.append(
            PricedLine(
                channel=line.channel,
                recipients=line.recipients,
                parts=line.parts,
                unit_price=prices.of(line.channel),
                vat_rate=prices.vat_rate,
                free_parts=free,
            )
        )
    return priced
