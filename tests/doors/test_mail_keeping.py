"""Courrier > Conservation: how long boxes are kept, and which are held."""

from datetime import UTC, datetime

from beffroi.mailhosting.models import Mailbox
from beffroi.mailhosting.queries import keeping
from beffroi.towns.models import JournalEntry
from tests.doors.test_mail_boxes import words
from tests.doors.test_mail_departures import desk, people  # noqa: F401 - fixtures

HERE = "/mairie/arcachon/courrier/conservation/"


def test_a_box_is_held_for_a_reason_and_released(desk, people):  # noqa: F811
    box = people[0]
    page = words(desk.post(f"{HERE}{box.pk}/", {"hold": "1", "reason": "x"}))
    assert "Donnez la raison" in page

    desk.post(f"{HERE}{box.pk}/", {"hold": "1", "reason": "Contentieux PLU"})

    box.refresh_from_db()
    assert box.legal_hold and "Gelée" in words(desk.get(HERE))
    assert "Contentieux PLU" in JournalEntry.objects.of(box.town).get(kind="box.held").detail
    desk.post(f"{HERE}{box.pk}/lever/")
    box.refresh_from_db()
    assert not box.legal_hold


def test_an_archived_box_is_kept_as_its_kind_or_as_the_town_says_and_longer_while_held(
    desk,  # noqa: F811
    people,  # noqa: F811
):
    box = people[0]
    rows = Mailbox.objects.of(box.town).filter(pk=box.pk)
    rows.update(state="archived", state_since=datetime(2026, 11, 30, tzinfo=UTC))

    def one():
        return next(row for row in keeping.kept(box.town, at=later) if row.box == box)

    later = datetime(2028, 1, 1, tzinfo=UTC)
    assert (one().ends_at, one().is_over) == (datetime(2027, 11, 30, tzinfo=UTC), True)
    rows.update(legal_hold=True)
    assert not one().is_over
    desk.post(f"{HERE}{box.pk}/", {"months": "120"})
    assert one().ends_at == datetime(2036, 11, 30, tzinfo=UTC)
