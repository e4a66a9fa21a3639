"""One person leaves: decided, changed, cancelled, archived; what the servers read follows, and everything comes back."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from beffroi.mailhosting.models import Consultation, Cut, Departure, Mailbox, Member, Nudge
from beffroi.mailhosting.queries import boxes as boxes_read, departures as read, replies as texts
from beffroi.mailhosting.services import consultations, departures, nightly, replies, roster
from beffroi.mailhosting.services.departures import Plan
from beffroi.mailhosting.services.facts import (
    AlreadyLeaving,
    BadCustodian,
    BadSuccessor,
    BadTimes,
    NoReason,
    NoSuchThing,
    NotAPerson,
    NotNow,
    UnknownBlank,
)
from beffroi.mailhosting.stages import ALLOWED, Leaving
from beffroi.mailhosting.texts import Text
from beffroi.mailhosting.words import Reply
from beffroi.towns.models import JournalEntry
from tests.cast import NOON
from tests.rooms.mailhosting import scene

A_DAY = timedelta(days=1)
START = NOON + 2000 * A_DAY
"""Far ahead of the database's own clock, by which a membership that is over is never rewritten."""
LEAVES, ARCHIVE = START + 10 * A_DAY, START + 100 * A_DAY


def a_plan(mailbox, **others) -> Plan:
    wanted = {"leaves_at": LEAVES, "archive_at": ARCHIVE, "answer": None, **others}
    return Plan(mailbox_id=mailbox.pk, **wanted)


def on_roster(town, shared, *, at):
    return sorted(boxes_read.roster(town, shared.pk, at=at).values_list("person_id", "may_send_as"))


@pytest.fixture
def successor(town, domain):
    return scene.a_box(town, domain, "nouveau.maire", display_name="Anne Neuve")


@pytest.fixture
def custodian(town, domain, administrator):
    return scene.a_box(town, domain, "dgs", holder_id=administrator.pk)


@pytest.fixture
def on_urbanism(town, urbanism, mayor):
    return roster.add(town, urbanism.pk, mayor.pk, by=None, at=START)


def test_a_departure_ends_every_roster_on_its_day_and_cancelling_gives_them_back(
    town, domain, mayor, urbanism, on_urbanism, administrator
):
    works = scene.a_box(town, domain, "travaux", kind="commission")
    until = LEAVES + 30 * A_DAY
    roster.add(town, works.pk, mayor.pk, may_send_as=False, until=until, by=None, at=START)
    before = sorted(Member.objects.of(town).values_list("shared_id", "since", "until"))

    row = departures.decide(town, a_plan(mayor), by=administrator, at=START)

    assert on_roster(town, urbanism, at=LEAVES - A_DAY / 24) == [(mayor.pk, True)]
    assert on_roster(town, urbanism, at=LEAVES) == on_roster(town, works, at=LEAVES) == []
    assert Nudge.objects.of(town).filter(login="maire@arcachon.example", due_at=LEAVES).exists()

    departures.cancel(town, row.pk, by=administrator, at=START + A_DAY)

    assert sorted(Member.objects.of(town).values_list("shared_id", "since", "until")) == before


def test_cancelled_after_the_day_the_person_is_on_the_rosters_again_and_the_gap_stays_on_record(
    town, mayor, urbanism, on_urbanism, administrator
):
    row = departures.decide(town, a_plan(mayor), by=administrator, at=START)
    back = LEAVES + 5 * A_DAY

    departures.cancel(town, row.pk, by=administrator, at=back)

    history = boxes_read.history(town, urbanism.pk).values_list("since", "until", "may_send_as")
    assert list(history) == [(back, None, True), (START, LEAVES, True)]
    with pytest.raises(NotNow):
        departures.cancel(town, row.pk, by=administrator, at=back)


def test_a_change_moves_the_day_and_nothing_else(
    town, mayor, urbanism, on_urbanism, successor, administrator
):
    row = departures.decide(town, a_plan(mayor), by=administrator, at=START)
    later = a_plan(mayor, leaves_at=LEAVES + 7 * A_DAY, successor_id=successor.pk)

    departures.change(town, row.pk, later, by=administrator, at=START)

    assert on_roster(town, urbanism, at=LEAVES + 6 * A_DAY) == [(mayor.pk, True)]
    assert on_roster(town, urbanism, at=LEAVES + 7 * A_DAY) == []
    departures.cancel(town, row.pk, by=administrator, at=START)
    assert Member.objects.of(town).get().until is None
    assert not Cut.objects.of(town).exists()


def test_once_gone_the_words_may_change_and_the_day_may_not(town, mayor, successor):
    row = departures.decide(town, a_plan(mayor), by=None, at=START)
    after = LEAVES + A_DAY

    with pytest.raises(NotNow):
        departures.change(town, row.pk, a_plan(mayor, leaves_at=after + A_DAY), by=None, at=after)
    changed = departures.change(
        town, row.pk, a_plan(mayor, successor_id=successor.pk), by=None, at=after
    )

    assert changed.successor == successor


def test_the_night_archives_what_is_due_once_and_the_archive_gives_nothing_back(town, mayor):
    row = departures.decide(town, a_plan(mayor), by=None, at=START)
    nightly.tidy(town, at=ARCHIVE - A_DAY)
    mayor.refresh_from_db()
    assert mayor.state == Mailbox.State.ACTIVE

    nightly.tidy(town, at=ARCHIVE)
    nightly.tidy(town, at=ARCHIVE + A_DAY)

    mayor.refresh_from_db()
    assert (mayor.state, mayor.state_since) == (Mailbox.State.ARCHIVED, ARCHIVE)
    with pytest.raises(NotNow):
        departures.cancel(town, row.pk, by=None, at=ARCHIVE + A_DAY)


def test_a_preview_says_what_will_happen_in_sentences_with_dates_and_does_nothing(
    town, mayor, urbanism, on_urbanism, successor, custodian
):
    answer = texts.text_of(town, Reply.DEPARTURE)
    plan = a_plan(mayor, answer=answer, successor_id=successor.pk, custodian_id=custodian.pk)
    lines = JournalEntry.objects.of(town).count()

    effects = departures.preview(town, plan, at=START)

    said = " ".join(f"{one.sentence} {one.detail}" for one in effects)
    for word in ("maire@arcachon.example", "nouveau.maire@arcachon.example", "Urbanisme", "Dgs"):
        assert word in said
    assert "Anne Neuve" in said and "[" not in said
    assert [one.at for one in effects] == [LEAVES] * 5 + [ARCHIVE]
    assert not Departure.objects.of(town).exists()
    assert Member.objects.of(town).get().until is None
    assert JournalEntry.objects.of(town).count() == lines


def test_the_successor_is_in_service_and_mail_never_comes_back_to_who_left(
    town, mayor, successor, custodian
):
    with pytest.raises(BadSuccessor):
        departures.preview(town, a_plan(mayor, successor_id=mayor.pk), at=START)
    departures.decide(town, a_plan(successor, successor_id=custodian.pk), by=None, at=START)
    departures.decide(town, a_plan(custodian, successor_id=mayor.pk), by=None, at=START)

    with pytest.raises(BadSuccessor):
        departures.decide(town, a_plan(mayor, successor_id=successor.pk), by=None, at=START)


def test_what_cannot_be_decided_is_refused(town, other_town, mayor, urbanism, successor):
    scene.a_live_domain(other_town, "marseille.example")
    for wrong, fact in (
        (a_plan(urbanism), NotAPerson),
        (a_plan(mayor, leaves_at=START - A_DAY), BadTimes),
        (a_plan(mayor, archive_at=LEAVES), BadTimes),
        (a_plan(mayor, custodian_id=mayor.pk), BadCustodian),
        (a_plan(mayor, custodian_id=urbanism.pk), NoSuchThing),
    ):
        with pytest.raises(fact):
            departures.decide(town, wrong, by=None, at=START)
    with pytest.raises(NoSuchThing):
        departures.decide(other_town, a_plan(mayor), by=None, at=START)
    departures.decide(town, a_plan(mayor), by=None, at=START)
    with pytest.raises(AlreadyLeaving):
        departures.decide(town, a_plan(mayor), by=None, at=START)


def test_the_custodian_reads_for_a_day_for_a_reason_that_the_journal_keeps(
    town, mayor, successor, custodian, administrator, clerk
):
    row = departures.decide(town, a_plan(mayor, custodian_id=custodian.pk), by=None, at=START)
    with pytest.raises(NotNow):
        consultations.open_box(town, row.pk, reason="Dossier PLU", by=administrator, at=START)
    with pytest.raises(NoReason):
        consultations.open_box(town, row.pk, reason=" ", by=administrator, at=LEAVES)
    with pytest.raises(NoSuchThing):
        consultations.open_box(town, row.pk, reason="Dossier PLU", by=clerk, at=LEAVES)

    opened = consultations.open_box(town, row.pk, reason="Dossier PLU", by=administrator, at=LEAVES)

    assert opened.until - opened.since == timedelta(hours=24)
    assert JournalEntry.objects.of(town).filter(kind="box.consulted", actor=administrator).exists()
    assert _groups(custodian) is None
    Consultation.objects.of(town).update(since=NOON)
    assert _groups(custodian) == f"see-{mayor.pk}"
    departures.cancel(town, row.pk, by=administrator, at=LEAVES + A_DAY / 24)
    assert Consultation.objects.of(town).get().until == LEAVES + A_DAY / 24


def _groups(mailbox):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT acl_groups FROM mailserver.users WHERE username = %s", [mailbox.address.email]
        )
        return cursor.fetchone()[0]


def test_the_town_writes_its_own_words_and_only_known_blanks(town, administrator):
    mine = Text(subject="[nom] est parti", text="Écrivez à [adresse].")
    replies.write(town, Reply.DEPARTURE, mine, by=administrator, at=START)
    assert texts.text_of(town, Reply.DEPARTURE) == mine
    with pytest.raises(UnknownBlank):
        replies.write(
            town,
            Reply.DEPARTURE,
            Text(subject="x", text="[adresse mail]"),
            by=administrator,
            at=START,
        )


ACTS = st.sampled_from(["decide", "change", "cancel", "night", "wait"])


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=st.lists(st.tuples(ACTS, st.integers(1, 20)), max_size=14))
def test_whatever_happens_in_whatever_order_stages_follow_the_table_and_rosters_come_back(
    town, mayor, urbanism, acts
):
    """Cancelled, the person is where they were; otherwise no roster holds them beyond the day of leaving."""
    with transaction.atomic():
        roster.add(town, urbanism.pk, mayor.pk, by=None, at=START)
        _live(town, mayor, urbanism, acts)
        transaction.set_rollback(True)


def _live(town, mayor, urbanism, acts):
    at, row = START, None
    for act, days in acts:
        at += A_DAY
        before = read.stage(row, at=at) if row else Leaving.DRAFT
        try:
            row = _act(town, mayor, row, act, before, at=at, days=days)
        except (NotNow, AlreadyLeaving):
            assert act == "decide" or before in {Leaving.ARCHIVED, Leaving.CANCELLED}
            continue
        if row is None:
            continue
        row.refresh_from_db()
        now = read.stage(row, at=at)
        assert now == before or now in ALLOWED[before] or act == "decide"
        if now == Leaving.CANCELLED:
            assert on_roster(town, urbanism, at=at) == [(mayor.pk, True)]
        else:
            assert on_roster(town, urbanism, at=max(at, row.leaves_at)) == []


def _act(town, mayor, row, act, before, *, at, days):
    if act == "night":
        nightly.tidy(town, at=at)
    if act == "decide":
        leaves = at + days * A_DAY
        plan = a_plan(mayor, leaves_at=leaves, archive_at=leaves + 5 * A_DAY)
        return departures.decide(town, plan, by=None, at=at)
    if act == "change" and row:
        leaves = row.leaves_at if before == Leaving.IN_FORCE else at + days * A_DAY
        plan = a_plan(mayor, leaves_at=leaves, archive_at=max(at, leaves) + 5 * A_DAY)
        return departures.change(town, row.pk, plan, by=None, at=at)
    if act == "cancel" and row:
        return departures.cancel(town, row.pk, by=None, at=at)
    return row
