"""What came back is not kept for ever, and what belongs to nobody is read with a trace."""

from datetime import timedelta

import pytest

from beffroi.delivery.models import Event, StrayReturn
from beffroi.delivery.queries.strays import strays
from beffroi.delivery.services import keeping, returns
from beffroi.towns import queries, services
from tests.cast import NOON
from tests.rooms.delivery import cast, letters

pytestmark = pytest.mark.django_db
A_MONTH = timedelta(days=31)
LETTER = b"Subject: ?\r\n\r\nBonjour, qui \xc3\xaates-vous ?"


@pytest.fixture
def operator():
    return services.create_agent(
        email="op@house.example", full_name="Opale", at=NOON, is_operator=True
    )


@pytest.fixture
def stray(db):
    returns.receive(LETTER, envelope_recipient="x@ailleurs.example", at=NOON)
    return strays()[0]


def test_a_stray_is_read_as_it_came_and_the_reading_is_kept(stray, operator):
    assert keeping.read_stray(stray.id, by=operator, at=NOON) == LETTER

    (line,) = queries.house_journal()
    assert (line.kind, line.actor, line.detail) == ("stray.read", operator, str(stray.id))


def test_a_stray_is_deleted_once(stray, operator):
    keeping.delete_stray(stray.id, by=operator, at=NOON)

    assert strays() == []
    with pytest.raises(keeping.NoSuchStray):
        keeping.delete_stray(stray.id, by=operator, at=NOON)
    assert [line.kind for line in queries.house_journal()] == ["stray.deleted"]


def test_after_a_month_the_report_is_emptied_and_what_it_said_is_kept(town, engine):
    message_id = cast.sent(town, cast.people(town, 1))
    engine()
    to = letters.the_return_path(message_id, 0)
    returns.receive(letters.a_bounce(message_id, 0), envelope_recipient=to, at=NOON)

    assert keeping.purge(at=NOON + timedelta(days=29)) == 0
    assert keeping.purge(at=NOON + A_MONTH) == 1

    event = Event.objects.of(town).get()
    assert (event.raw, event.key_id, event.status) == (None, None, "5.1.1")
    assert returns.raw_report(town, event.pk) == b""


def test_strays_go_after_three_months(stray):
    keeping.purge(at=NOON + A_MONTH)
    assert StrayReturn.objects.count() == 1

    keeping.purge(at=NOON + 3 * A_MONTH)
    assert StrayReturn.objects.count() == 0
