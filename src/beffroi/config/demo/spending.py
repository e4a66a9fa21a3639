"""What the past year cost the demonstration's town, to the figures that it reproduces; and its budgets."""

from datetime import datetime

from django.utils import timezone

from beffroi.bilan import services as bilan
from beffroi.config.demo import history
from beffroi.config.demo.telmails import Office
from beffroi.delivery.words import Channel
from beffroi.kit.money import EURO
from beffroi.money.services import budgets
from beffroi.money.services.budgets import NewBudget
from beffroi.money.words import OnExceed
from beffroi.towns import queries as towns

SENT = {Channel.EMAIL: 58_451, Channel.SMS: 19_953}
"""By the town of Arcachon in the past period (issue 3)."""
TOWN_BUDGET, CULTURE_BUDGET = 4_500 * EURO, 900 * EURO
LETTERS_PER_SENDING, SHEETS_PER_LETTER = 900, 1


def settle_the_past(office: Office, *, today: datetime) -> None:
    for channel, sent in SENT.items():
        history.refuse_beyond(office.town, channel, sent=sent)
    history.receive_sms(office.town)
    _budgets(office, today=today)
    bilan.set_paper(
        office.town,
        letters_per_sending=LETTERS_PER_SENDING,
        sheets_per_letter=SHEETS_PER_LETTER,
        by=office.agents["direction"],
        at=today,
    )


def _budgets(office: Office, *, today: datetime) -> None:
    """Wide enough that no visitor is stopped at once."""
    culture = towns.services(office.town).get(name="Culture")
    for service_id, amount in ((None, TOWN_BUDGET), (culture.pk, CULTURE_BUDGET)):
        new = NewBudget(
            service_id=service_id,
            year=timezone.localdate(today).year,
            amount=amount,
            on_exceed=OnExceed.CABINET_MAY_OVERRIDE,
        )
        budgets.set_budget(office.town, new, by=office.agents["direction"], at=today)
