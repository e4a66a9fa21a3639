"""The past year of the demonstration gives the figures of the town of Arcachon, counted by the bilan itself."""

import pytest
from django.utils import timezone

from beffroi.alerts.queries import alerts, history
from beffroi.alerts.words import ColourChoice
from beffroi.bilan.periods import past_year
from beffroi.bilan.queries.report import report
from beffroi.config.demo import story
from beffroi.delivery.words import Channel
from beffroi.money.queries import budgets
from beffroi.towns.models import Town

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def told(tmp_path, settings):
    """The bilan of the demonstration's last twelve months."""
    settings.CONTACT_KEYS_FILE = tmp_path / "contact_keys.json"
    now = timezone.now()
    story.tell(secrets_dir=tmp_path, now=now)
    return report(Town.objects.get(insee_code=story.ARCACHON), past_year(timezone.localdate(now)))


def test_the_bilan_of_the_demonstration_shows_the_figures_of_arcachon(told):
    works = next(theme for theme in told.themes if theme.is_temporary)
    [*storms] = told.alerts
    town = Town.objects.get(insee_code=story.ARCACHON)
    [whole, culture] = budgets.of_year(town, year=timezone.localdate().year)

    assert told.people.at_end == 1_300
    assert (works.name, works.subscribers) == ("Travaux Cœur de Ville", 150)
    assert told.campaigns == 39
    assert (sum(line.count for line in storms), {line.colour for line in storms}) == (3, {"Orange"})
    assert told.by(Channel.SMS).sent == 19_953
    assert told.by(Channel.EMAIL).sent == 58_451
    assert told.by(Channel.SMS).delivered < 19_953
    assert told.paper.sheets == 39 * 900
    sms = told.costs[Channel.SMS]
    months = [one.sent for one in told.months if one.channel == Channel.SMS]
    assert sms.free_parts == sum(min(sent, 2_000) for sent in months)
    assert sms.before_tax == (19_953 - sms.free_parts) * 100
    assert told.with_tax == told.before_tax + told.vat > 0
    assert whole.left > 0 < culture.left
    kept = history.days(town, at=timezone.now())
    orange = {one.day for one in kept if one.colour == ColourChoice.ORANGE}
    assert {timezone.localdate(one.opened_at) for one in alerts.past(town)} <= orange
