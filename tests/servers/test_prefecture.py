"""The invented prefecture of the demonstration, followed by a town as it follows any other."""

import pytest
from django.utils import timezone

from beffroi.alerts.models import ReceivedAlert
from beffroi.alerts.queries import received
from beffroi.alerts.services import feeds
from beffroi.delivery.models import Message
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(town, outside, agent):
    address = f"http://127.0.0.1:{outside.page}/alertes/flux.atom"
    cast.an_agent(town, "officer", cast.Role.DUTY)
    feed = feeds.add(town, address, "Gironde", by=agent, at=timezone.now())

    def once_more():
        now = timezone.now()  # the prefecture has the clock of its own process
        feeds.visit(town, feed.pk, at=now, allow_loopback=True)
        feed.refresh_from_db()
        assert feed.failing_since is None
        return [one.headline for one in received.received(town, at=now)]

    return once_more


def rung(town):
    return Message.objects.of(town).filter(reference__startswith="received:").count()


def test_a_town_hears_of_the_alert_of_its_update_and_of_its_end(town, outside, visit):
    [air] = visit()
    assert "Pollution de l’air\N{NO-BREAK SPACE}: information" in air
    assert rung(town) == 0, "it is not grave"

    outside.post("/alertes/prevenir")
    fire, _ = visit()
    assert "accès aux massifs interdit" in fire
    assert rung(town) == 1

    outside.post("/alertes/prevenir")
    outside.post("/alertes/lever")
    visit()
    last = ReceivedAlert.objects.of(town).order_by("-pk")[0]
    assert (last.message_type, len(last.references)) == ("Cancel", 2)
    assert "Lever l’alerte" not in outside.get("/alertes")


def test_the_trap_is_refused_and_keeps_nothing_else_out(town, outside, visit):
    outside.post("/alertes/pieger")
    outside.post("/alertes/prevenir")

    assert len(visit()) == 2
    outside.stop("kill")
    outside.start()
    assert outside.get("/alertes").count("document CAP") == 2
