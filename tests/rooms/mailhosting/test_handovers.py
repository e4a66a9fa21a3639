"""After an election: prepared, previewed, decided, begun, counted, recorded; cancelled, everything comes back."""

import hashlib

import pytest

from beffroi.mailhosting.models import Departure, InventoryLine, Mailbox, Member
from beffroi.mailhosting.queries import boxes as boxes_read, handovers as read
from beffroi.mailhosting.services import departures, handovers, inventories, nightly, roster
from beffroi.mailhosting.services.facts import (
    BadTimes,
    HandOverOpen,
    NobodyGoes,
    NoSuchThing,
    NotNow,
    PartOfHandOver,
    SeatOfLeaver,
)
from beffroi.mailhosting.services.handovers import Plan
from beffroi.mailhosting.services.inventories import Volume
from beffroi.mailhosting.stages import Leaving
from beffroi.mailhosting.texts import Text
from beffroi.towns.models import JournalEntry
from tests.rooms.mailhosting import scene
from tests.rooms.mailhosting.test_departures import A_DAY, START

DAY, ARCHIVE = START + 10 * A_DAY, START + 200 * A_DAY
HELD = Volume(messages=12, size_bytes=3_000_000, first_at=START, last_at=DAY)


@pytest.fixture
def council(town, domain, mayor, urbanism):
    """The old mayor and Léon sit on urbanism; Léon stays, Anne comes; culture is nobody's yet."""
    leon = scene.a_box(town, domain, "leon", display_name="Léon Roux")
    anne = scene.a_box(town, domain, "anne", display_name="Anne Neuve")
    culture = scene.a_box(town, domain, "culture", kind="commission")
    for shared, person in ((urbanism, mayor), (urbanism, leon), (culture, leon)):
        roster.add(town, shared.pk, person.pk, by=None, at=START)
    return {"mayor": mayor, "leon": leon, "anne": anne, "urbanism": urbanism, "culture": culture}


def a_plan(council, **others) -> Plan:
    wanted = {
        "takes_place_at": DAY,
        "archive_at": ARCHIVE,
        "outgoing_mayor": "Camille Dubourg",
        "incoming_mayor": "Anne Neuve",
        "answer": Text(subject="Fin de mandat", text="Écrivez à [adresse]."),
        "outgoing_ids": [council["mayor"].pk],
        "seats": {
            council["urbanism"].pk: [council["anne"].pk, council["leon"].pk],
            council["culture"].pk: [council["anne"].pk],
        },
        **others,
    }
    return Plan(**wanted)


@pytest.fixture
def decided(town, council, administrator):
    row = handovers.prepare(town, a_plan(council), by=administrator, at=START)
    return handovers.decide(town, row.pk, by=administrator, at=START)


def rosters(town, council, *, at):
    return {
        name: {
            member.person.address.local_part
            for member in boxes_read.roster(town, council[name].pk, at=at)
        }
        for name in ("urbanism", "culture")
    }


BEFORE = {"urbanism": {"maire", "leon"}, "culture": {"leon"}}
AFTER = {"urbanism": {"anne", "leon"}, "culture": {"anne"}}


def test_nothing_changes_before_it_is_decided_and_the_preview_says_what_will(town, council):
    row = handovers.prepare(town, a_plan(council), by=None, at=START)

    said = " ".join(one.sentence + one.detail for one in handovers.preview(town, row.pk, at=START))

    for word in ("maire@arcachon.example", "Anne Neuve, Léon Roux", "Fin de mandat", "Culture"):
        assert word in said
    assert not Departure.objects.of(town).exists()
    assert rosters(town, council, at=DAY) == BEFORE
    row.refresh_from_db()
    assert read.stage(row, at=DAY + A_DAY) == Leaving.DRAFT


def test_on_the_day_the_dates_alone_change_hands(town, council, decided):
    assert rosters(town, council, at=DAY - A_DAY / 24) == BEFORE
    assert rosters(town, council, at=DAY) == AFTER
    stayed = Member.objects.of(town).get(shared=council["urbanism"], person=council["leon"])
    assert (stayed.since, stayed.until) == (START, None)
    assert Departure.objects.of(town).get().leaves_at == DAY


def test_boxes_freeze_together_and_the_inventory_goes_on_where_it_stopped(town, council, decided):
    inventories.advance(town, measure=lambda _: HELD, at=DAY - A_DAY)
    assert not InventoryLine.objects.of(town).exists()
    asked = []

    def dies(login):
        asked.append(login)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return HELD

    with pytest.raises(KeyboardInterrupt):
        inventories.advance(town, measure=dies, at=DAY)
    council["mayor"].refresh_from_db()
    assert council["mayor"].state == Mailbox.State.FROZEN
    decided.refresh_from_db()
    assert decided.counted_at is None

    inventories.advance(town, measure=lambda login: asked.append(login), at=DAY + A_DAY)

    assert sorted(asked) == sorted([asked[0], asked[1], asked[1], asked[3]])
    lines = InventoryLine.objects.of(town).exclude(counted_at=None)
    assert sorted(lines.values_list("messages", flat=True), key=str) == [12, None, None]
    decided.refresh_from_db()
    assert decided.counted_at == DAY + A_DAY


def test_the_record_is_kept_once_with_its_hash_in_the_journal(
    town, council, decided, administrator
):
    with pytest.raises(NotNow):
        inventories.keep_record(town, decided.pk, b"%PDF", by=administrator, at=DAY)
    inventories.advance(town, measure=lambda _: None, at=DAY)
    inventories.count_again(town, decided.pk, by=administrator, at=DAY)
    inventories.advance(town, measure=lambda _: HELD, at=DAY)

    inventories.keep_record(town, decided.pk, b"%PDF", by=administrator, at=DAY)

    entry = JournalEntry.objects.of(town).get(kind="hand_over.record")
    assert hashlib.sha256(b"%PDF").hexdigest() in entry.detail
    assert read.record(town, decided.pk) == b"%PDF"
    with pytest.raises(NotNow):
        inventories.keep_record(town, decided.pk, b"other", by=administrator, at=DAY)


@pytest.mark.parametrize("days_after", [-5, 5])
def test_cancelled_before_or_after_the_day_everybody_is_where_they_were(
    town, council, decided, days_after
):
    at = DAY + days_after * A_DAY
    inventories.advance(town, measure=lambda _: HELD, at=at)

    handovers.cancel(town, decided.pk, by=None, at=at)

    assert rosters(town, council, at=at) == BEFORE
    council["mayor"].refresh_from_db()
    assert council["mayor"].state == Mailbox.State.ACTIVE
    assert not Departure.objects.of(town).filter(cancelled_at=None).exists()
    handovers.prepare(town, a_plan(council, takes_place_at=at + 20 * A_DAY), by=None, at=at)


def test_a_changed_plan_has_to_be_decided_again(town, council, decided):
    other = a_plan(council, seats={council["culture"].pk: []})

    handovers.change(town, decided.pk, other, by=None, at=START)
    assert rosters(town, council, at=DAY) == BEFORE
    handovers.decide(town, decided.pk, by=None, at=START)

    assert rosters(town, council, at=DAY) == {"urbanism": {"leon"}, "culture": set()}


def test_its_departures_go_with_it_and_the_archive_takes_all_of_it_at_once(town, council, decided):
    departure = Departure.objects.of(town).get()
    with pytest.raises(PartOfHandOver):
        departures.cancel(town, departure.pk, by=None, at=START)
    inventories.advance(town, measure=lambda _: HELD, at=DAY)

    nightly.tidy(town, at=ARCHIVE)

    decided.refresh_from_db()
    council["mayor"].refresh_from_db()
    assert read.stage(decided, at=ARCHIVE) == Leaving.ARCHIVED
    assert council["mayor"].state == Mailbox.State.ARCHIVED
    with pytest.raises(NotNow):
        handovers.cancel(town, decided.pk, by=None, at=ARCHIVE)


def test_what_cannot_be_prepared_is_refused(town, other_town, council):
    mayor, anne = council["mayor"].pk, council["anne"].pk
    for wrong, fact in (
        ({"outgoing_ids": []}, NobodyGoes),
        ({"outgoing_ids": [mayor, anne]}, SeatOfLeaver),
        ({"archive_at": DAY}, BadTimes),
        ({"seats": {mayor: [anne]}}, NoSuchThing),
    ):
        with pytest.raises(fact):
            handovers.prepare(town, a_plan(council, **wrong), by=None, at=START)
    with pytest.raises(NoSuchThing):
        handovers.prepare(other_town, a_plan(council), by=None, at=START)
    row = handovers.prepare(town, a_plan(council), by=None, at=START)
    with pytest.raises(HandOverOpen):
        handovers.prepare(town, a_plan(council), by=None, at=START)
    with pytest.raises(NoSuchThing):
        handovers.decide(other_town, row.pk, by=None, at=START)
