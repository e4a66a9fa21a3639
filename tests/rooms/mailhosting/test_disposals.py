"""The end of retention: nothing goes without its list, its visa and its days, and nothing that is held."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from beffroi.mailhosting.models import (
    AliasTarget,
    Consultation,
    Departure,
    Disposal,
    DisposalLine,
    HandOver,
    Mailbox,
    OldAddress,
    Outgoing,
)
from beffroi.mailhosting.queries import boxes as found, disposals as read
from beffroi.mailhosting.services import boxes, departures, disposals, exports, keeping
from beffroi.mailhosting.services.disposals import DELAY, Visa
from beffroi.mailhosting.services.facts import NoSuchThing, NotDisposable, NotNow, NoVisa
from beffroi.mailhosting.services.inventories import Volume
from beffroi.mailhosting.stages import Disposing
from beffroi.towns.models import JournalEntry
from tests.cast import NOON
from tests.rooms.mailhosting import scene

A_YEAR = timedelta(days=366)
LATER = NOON + A_YEAR + timedelta(days=1)
DAY = LATER + DELAY
HELD = Volume(messages=12, size_bytes=3_000_000, first_at=NOON, last_at=NOON)


@pytest.fixture
def old(town, domain):
    """Archived a year ago: a person's boxes are kept for twelve months."""
    rows = [scene.a_box(town, domain, name) for name in ("odile", "paul")]
    for row in rows:
        boxes.move(town, row.pk, Mailbox.State.ARCHIVED, by=None, at=NOON)
    return [Mailbox.objects.of(town).get(pk=row.pk) for row in rows]


@pytest.fixture
def listed(town, old, administrator):
    row = prepared(town, old, administrator)
    disposals.advance(town, measure=lambda _: HELD, erase=never, at=LATER)
    disposals.keep_record(town, row.pk, b"%PDF-", by=administrator, at=LATER)
    return row


@pytest.fixture
def confirmed(town, listed, administrator):
    return disposals.confirm(town, listed.pk, visa(), by=administrator, at=LATER)


def prepared(town, old, by):
    ids = [box.pk for box in old]
    return disposals.prepare(town, ids, reason="Délai échu", by=by, at=LATER)


def visa(day=LATER, reference="AD33 2027-114"):
    return Visa(reference=reference, given_on=day.date())


def never(mailbox_id):
    raise AssertionError("nothing is destroyed before its day")


def run(town, *, at=DAY, erase=lambda _: True):
    asked: list[int] = []

    def told(mailbox_id):
        asked.append(mailbox_id)
        return erase(mailbox_id)

    disposals.advance(town, measure=lambda _: HELD, erase=told, at=at)
    return asked


def stage(town, row, *, at):
    return read.stage(Disposal.objects.of(town).get(pk=row.pk), at=at)


def states(town, old):
    rows = Mailbox.objects.of(town).filter(pk__in=[box.pk for box in old])
    return list(rows.order_by("id").values_list("state", flat=True))


def told(town, kind):
    return [one.detail for one in JournalEntry.objects.of(town).filter(kind=kind).order_by("id")]


def test_after_its_days_the_boxes_are_destroyed_and_the_journal_certifies_it(
    town, old, confirmed, administrator
):
    scene_alias = AliasTarget.objects.of(town)
    assert stage(town, confirmed, at=LATER) == Disposing.PLANNED
    assert run(town, at=DAY - timedelta(seconds=1)) == []
    assert states(town, old) == ["archived", "archived"]

    assert sorted(run(town)) == [box.pk for box in old]

    assert states(town, old) == ["destroyed", "destroyed"]
    assert stage(town, confirmed, at=DAY) == Disposing.DONE
    said = told(town, "box.destroyed")
    assert len(said) == 2 and "odile@arcachon.example" in said[0]
    row = Disposal.objects.of(town).get(pk=confirmed.pk)
    for words in ("12 messages", "AD33 2027-114", row.record_sha256):
        assert words in said[0]
    entry = JournalEntry.objects.of(town).filter(kind="box.destroyed").first()
    assert entry is not None and entry.actor == administrator
    assert run(town) == []  # once
    assert not found.boxes(town).filter(pk=old[0].pk).exists()
    assert not scene_alias.exists()
    with pytest.raises(NoSuchThing):
        boxes.restore(town, old[0].pk, by=administrator, at=DAY)


def test_it_is_taken_back_until_its_day_and_not_after(town, old, confirmed, administrator):
    with pytest.raises(NotNow):
        disposals.cancel(town, confirmed.pk, by=administrator, at=DAY)

    disposals.cancel(town, confirmed.pk, by=administrator, at=DAY - timedelta(seconds=1))

    assert run(town) == []
    assert states(town, old) == ["archived", "archived"]
    assert [one.box for one in read.proposed(town, at=LATER)] == old


@pytest.mark.parametrize("what", ["held", "kept longer", "used again"])
def test_a_box_that_something_stands_for_meanwhile_is_spared(
    town, old, confirmed, administrator, what
):
    box, other = old
    if what == "held":
        keeping.hold(town, box.pk, reason="Contentieux", by=administrator, at=LATER)
    elif what == "kept longer":
        keeping.keep_for(town, box.pk, 120, by=administrator, at=LATER)
    else:
        boxes.restore(town, box.pk, by=administrator, at=LATER)
        boxes.move(town, box.pk, Mailbox.State.ARCHIVED, by=administrator, at=LATER)

    assert run(town) == [other.pk]

    assert states(town, old) == ["archived", "destroyed"]
    assert told(town, "box.spared") == [box.display_name]
    assert stage(town, confirmed, at=DAY) == Disposing.DONE


def test_servers_that_do_not_answer_and_a_process_that_dies_are_followed_by_the_next_round(
    town, old, confirmed
):
    assert run(town, erase=lambda _: False) == [box.pk for box in old]
    assert stage(town, confirmed, at=DAY) == Disposing.RUNNING
    assert told(town, "box.destroyed") == []

    with pytest.raises(KeyboardInterrupt):
        run(town, erase=interrupted)
    assert told(town, "box.destroyed") == []
    assert run(town) == [box.pk for box in old]

    assert len(told(town, "box.destroyed")) == 2
    assert stage(town, confirmed, at=DAY) == Disposing.DONE


def interrupted(mailbox_id):
    raise KeyboardInterrupt


def test_only_what_is_archived_over_and_free_is_proposed(town, domain, old, administrator):
    box, other = old
    in_use = scene.a_box(town, domain, "anne")
    leaving = departures.Plan(
        mailbox_id=in_use.pk, leaves_at=NOON, archive_at=LATER + A_YEAR, answer=None
    )
    departures.decide(town, leaving, by=None, at=NOON)
    boxes.move(town, in_use.pk, Mailbox.State.ARCHIVED, by=None, at=NOON)
    assert read.proposed(town, at=NOON + timedelta(days=300)) == []
    assert {one.box for one in read.proposed(town, at=LATER)} == {box, other}
    keeping.hold(town, box.pk, reason="Contentieux", by=administrator, at=LATER)
    assert [one.box for one in read.proposed(town, at=LATER)] == [other]

    for wrong in ([box.pk], [in_use.pk], []):
        with pytest.raises(NotDisposable):
            disposals.prepare(town, wrong, reason="Délai échu", by=None, at=LATER)

    prepared(town, [other], administrator)
    with pytest.raises(NotDisposable):  # it is on a list already
        prepared(town, [other], administrator)


def test_what_a_hand_over_or_an_old_address_still_uses_is_not_proposed(town, old):
    box, other = old
    election = HandOver.objects.create_in(
        town, takes_place_at=NOON, archive_at=DAY, prepared_at=NOON, decided_at=NOON
    )
    Outgoing.objects.create_in(town, hand_over=election, mailbox=box)
    fetched = OldAddress.objects.create_in(
        town, mailbox=other, email="a@b.example", port=993, fetch_until=DAY, made_at=NOON
    )
    assert read.proposed(town, at=LATER) == []

    HandOver.objects.of(town).update(archived_at=LATER)
    assert [one.box for one in read.proposed(town, at=LATER)] == [box]
    OldAddress.objects.of(town).filter(pk=fetched.pk).update(ended_at=LATER)
    assert [one.box for one in read.proposed(town, at=LATER)] == old


def test_a_box_that_a_custodian_reads_waits_for_the_end_of_it(town, domain, old, confirmed):
    box, other = old
    gone = Departure.objects.create_in(
        town, mailbox=box, leaves_at=NOON, archived_at=NOON, decided_at=NOON
    )
    Consultation.objects.create_in(
        town,
        departure=gone,
        reader=scene.a_box(town, domain, "anne"),
        since=LATER,
        until=DAY + timedelta(hours=1),
    )

    assert run(town) == [other.pk]
    assert run(town, at=DAY + timedelta(hours=2)) == [box.pk]


def test_two_processes_that_destroy_the_same_box_certify_it_once(town, old, confirmed):
    def meanwhile(mailbox_id):
        disposals.advance(town, measure=lambda _: HELD, erase=lambda _: True, at=DAY)
        return True

    run(town, erase=meanwhile)

    assert len(told(town, "box.destroyed")) == len(old)


def test_a_visa_has_a_reference_and_a_day_since_the_list(town, listed, administrator):
    a_day = timedelta(days=1)
    for wrong in (visa(reference=" "), visa(LATER + a_day), visa(LATER - a_day)):
        with pytest.raises(NoVisa):
            disposals.confirm(town, listed.pk, wrong, by=administrator, at=LATER)
    assert stage(town, listed, at=DAY) == Disposing.LISTED


def test_without_a_list_there_is_nothing_to_confirm_and_a_list_is_made_once(
    town, old, administrator
):
    row = prepared(town, old, administrator)
    with pytest.raises(NotNow):  # not counted yet
        disposals.keep_record(town, row.pk, b"%PDF-", by=administrator, at=LATER)
    with pytest.raises(NotNow):
        disposals.confirm(town, row.pk, visa(), by=administrator, at=LATER)
    run(town, at=LATER)
    disposals.keep_record(town, row.pk, b"%PDF-", by=administrator, at=LATER)
    with pytest.raises(NotNow):
        disposals.keep_record(town, row.pk, b"%PDF-other", by=administrator, at=LATER)


def test_until_the_list_is_made_the_boxes_are_counted_anew(town, old, administrator):
    listed = prepared(town, old, administrator)

    def count(contents, at):
        disposals.advance(town, measure=lambda _: contents, erase=never, at=at)
        return set(read.lines(listed).values_list("messages", flat=True))

    more = replace(HELD, messages=HELD.messages + 2)
    soon, later = LATER + timedelta(minutes=9), LATER + timedelta(minutes=11)
    assert count(HELD, LATER) == count(more, soon) == {HELD.messages}
    assert count(more, later) == {more.messages}
    disposals.count_again(town, listed.pk, by=administrator, at=later)
    with pytest.raises(NotNow):  # not while they are being counted
        disposals.keep_record(town, listed.pk, b"%PDF-", by=administrator, at=later)
    assert count(HELD, later) == {HELD.messages}
    disposals.keep_record(town, listed.pk, b"%PDF-", by=administrator, at=later)
    assert count(more, later + timedelta(days=1)) == {HELD.messages}


def test_an_export_that_is_being_made_is_waited_for_and_a_finished_one_goes_too(
    town, old, confirmed, settings, tmp_path
):
    settings.BEFFROI_DIR = tmp_path
    row = exports.ask(town, old[0].pk, by=None, at=LATER)
    assert run(town) == [old[1].pk]
    assert stage(town, confirmed, at=DAY) == Disposing.RUNNING
    old[0].exports.update(state="ready", ready_at=DAY)
    exports.archive(row.pk).parent.mkdir()
    exports.archive(row.pk).write_bytes(b"PK")

    assert run(town) == [old[0].pk]

    assert not exports.archive(row.pk).exists()
    assert old[0].exports.get().state == "gone"


def test_another_town_neither_sees_nor_stops_nor_confirms_it(
    town, other_town, confirmed, old, administrator
):
    assert read.disposal(other_town, confirmed.pk) is None
    assert read.record(other_town, confirmed.pk) is None
    assert read.proposed(other_town, at=LATER) == []
    with pytest.raises(NoSuchThing):
        disposals.cancel(other_town, confirmed.pk, by=administrator, at=LATER)
    with pytest.raises(NotDisposable):
        disposals.prepare(other_town, [old[0].pk], reason="Délai échu", by=None, at=LATER)
    assert run(other_town) == []


def test_the_database_itself_refuses_what_was_not_agreed(town, old, confirmed, administrator):
    def refused(mailbox, **values):
        rows = Mailbox.objects.of(town).filter(pk=mailbox.pk)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**values)

    DisposalLine.objects.of(town).filter(mailbox=old[1]).delete()
    refused(old[1], state="destroyed")
    refused(old[0], state="destroyed", legal_hold=True)
    run(town)
    refused(old[0], state="archived")
    refused(old[0], legal_hold=True)
