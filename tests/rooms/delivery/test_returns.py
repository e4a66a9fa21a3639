"""What comes back is recorded, then acted on, once; what is forged has no effect."""

from datetime import timedelta

import pytest
from hypothesis import given, settings, strategies as st

from beffroi.delivery.models import Event, StrayReturn
from beffroi.delivery.parse.reports import ReportKind, read
from beffroi.delivery.parse.status import Severity, severity
from beffroi.delivery.queries import messages as message_queries, people as people_queries
from beffroi.delivery.services import returns
from beffroi.delivery.services.returns import Received
from beffroi.delivery.words import ContactState, DeliveryState as State, EventKind, StopReason
from tests.cast import NOON
from tests.rooms.delivery import cast, letters


def back(raw, message_id=1, seq=0, *, at=NOON, to=None):
    return returns.receive(
        raw, envelope_recipient=to or letters.the_return_path(message_id, seq), at=at
    )


@pytest.mark.django_db
class TestEffects:
    def test_a_hard_bounce_stops_the_address(self, town, engine):
        (person,) = cast.people(town, 1)
        message_id = cast.sent(town, [person])
        engine()
        assert back(letters.a_bounce(message_id, 0), message_id) is Received.ACTED
        assert cast.states(town, message_id) == [State.BOUNCED]
        standing = people_queries.standing(town, person)
        assert people_queries.standing(town, person).state == ContactState.BOUNCED
        assert [stop.reason for stop in standing.stops] == [StopReason.BOUNCED]
        assert message_queries.outcomes(town, message_id).bounced == 1
        (line,) = people_queries.history(town, person)
        assert [(e.kind, e.status) for e in line.events] == [(EventKind.HARD_BOUNCE, "5.1.1")]

    def test_the_same_report_twice_counts_once(self, town, engine):
        message_id = cast.sent(town, cast.people(town, 1))
        engine()
        raw = letters.a_bounce(message_id, 0)
        assert [back(raw, message_id) for _ in range(2)] == [Received.ACTED, Received.REPEATED]
        assert Event.objects.of(town).count() == 1

    def test_a_report_that_overtakes_the_engine_is_kept(self, town, engine):
        message_id = cast.sent(town, cast.people(town, 1))
        assert back(letters.a_bounce(message_id, 0), message_id) is Received.ACTED
        engine()
        assert cast.states(town, message_id) == [State.BOUNCED]

    def test_a_complaint_stops_at_once_and_no_later_bounce_hides_it(self, town, engine):
        (person,) = cast.people(town, 1)
        message_id = cast.sent(town, [person])
        engine()
        raw = letters.a_complaint(message_id, 0)
        assert back(raw, to="plaintes@retours.localhost") is Received.ACTED
        back(letters.a_bounce(message_id, 0), message_id)
        assert cast.states(town, message_id) == [State.COMPLAINED]
        standing = people_queries.standing(town, person)
        assert standing.state == ContactState.COMPLAINED
        assert StopReason.COMPLAINED in [stop.reason for stop in standing.stops]

    def test_passing_failures_stop_an_address_only_over_a_week(self, town, engine):
        (person,) = cast.people(town, 1)
        day = NOON
        for n in range(8):
            message_id = cast.sent(town, [person], at=day)
            for status in ("4.2.2", "4.2.1"):  # twice a day counts once
                raw = letters.a_bounce(message_id, 0, status=status)
                back(raw, message_id, at=day + timedelta(minutes=n))
            standing = people_queries.standing(town, person)
            stopped = n == 7
            assert standing.soft_bounces == n + 1
            assert bool(standing.stops) is stopped
            day += timedelta(days=1)
        assert people_queries.standing(town, person).state == ContactState.BOUNCED

    def test_a_forged_return_path_changes_nothing_and_is_kept_for_review(self, town, engine):
        (person,) = cast.people(town, 1)
        message_id = cast.sent(town, [person])
        engine()
        true = letters.the_return_path(message_id, 0)
        forged = true.replace(true[5:9], "aaaa" if true[5:9] != "aaaa" else "bbbb")
        raw = letters.a_bounce(message_id, 0).replace(true.encode(), forged.encode())
        assert back(raw, to=forged) is Received.STRAY
        assert cast.states(town, message_id) == [State.ACCEPTED]
        assert people_queries.standing(town, person).state == ContactState.OK
        assert StrayReturn.objects.get().why == "forged or gone"
        assert back(raw, to=forged) is Received.REPEATED

    @pytest.mark.parametrize(
        "raw", [letters.OUT_OF_OFFICE, letters.NOT_SPAM, b""], ids=["absence", "not-spam", "empty"]
    )
    def test_what_is_no_failure_stops_nobody(self, town, engine, raw):
        (person,) = cast.people(town, 1)
        message_id = cast.sent(town, [person])
        engine()
        assert back(raw, message_id) in {Received.IGNORED, Received.STRAY}
        assert people_queries.standing(town, person).stops == []

    def test_a_delay_is_not_a_bounce(self, town, engine):
        message_id = cast.sent(town, cast.people(town, 1))
        engine()
        raw = letters.a_bounce(message_id, 0, status="4.4.1", action="delayed")
        assert back(raw, message_id) is Received.IGNORED
        assert cast.states(town, message_id) == [State.ACCEPTED]

    def test_an_old_style_notice_is_read_by_the_library(self, town, engine):
        (person,) = cast.people(town, 1)
        message_id = cast.sent(town, [person])
        engine()
        assert back(letters.QMAIL, message_id) is Received.ACTED
        assert people_queries.standing(town, person).state == ContactState.BOUNCED


@pytest.mark.parametrize(
    ("status", "action", "kind"),
    [
        ("5.1.1", "failed", ReportKind.HARD_BOUNCE),
        ("5.2.2", "failed", ReportKind.SOFT_BOUNCE),  # full
        ("5.7.1", "failed", ReportKind.SOFT_BOUNCE),  # disliked
        ("4.4.7", "failed", ReportKind.SOFT_BOUNCE),  # the trap: flufl.bounce calls it permanent
        ("5.1.1", "delayed", ReportKind.DELAYED),
        ("2.0.0", "delivered", ReportKind.DELIVERED),
        ("2.0.0", "relayed", ReportKind.DELIVERED),
        ("5.0.0", "failed", ReportKind.HARD_BOUNCE),  # the diagnostic says 5.1.1
    ],
)
def test_status_and_action_are_read_here_first(status, action, kind):
    assert read(letters.a_bounce(1, 0, status=status, action=action)).kind is kind


def test_the_references_of_a_complaint_come_from_the_report_not_from_the_envelope():
    assert letters.the_return_path(5, 6) in read(letters.a_complaint(5, 6)).references


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        (550, "", Severity.HARD),
        (550, "5.1.1", Severity.HARD),
        (550, "5.7.1", Severity.SOFT),
        (552, "5.2.2", Severity.SOFT),
        (554, "", Severity.SOFT),
        (421, "4.7.0", Severity.SOFT),
    ],
)
def test_a_refusal_condemns_the_address_only_when_it_speaks_of_the_address(code, status, expected):
    assert severity(code, status) is expected


@settings(deadline=None)
@given(st.binary(max_size=2000))
def test_no_bytes_make_the_reader_stumble(raw):
    read(raw)


@settings(deadline=None)
@given(st.data())
def test_no_damage_to_a_report_makes_the_reader_stumble(data):
    raw = bytearray(letters.a_bounce(1, 0))
    for _ in range(data.draw(st.integers(1, 30))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    read(bytes(raw[: data.draw(st.integers(0, len(raw)))]))
