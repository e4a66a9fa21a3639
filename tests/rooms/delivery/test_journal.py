"""The journal keeps what the next hop calls a delivery: a crash between its answer and our commit orphans no receipt."""

import uuid

from beffroi.delivery.engine import heal, rows
from beffroi.delivery.engine.journal import Journal, Mark, Place, read
from beffroi.delivery.models import DeliveryReference
from beffroi.delivery.services import reports
from beffroi.delivery.words import Channel, DeliveryState as State
from tests.cast import NOON
from tests.rooms.delivery import cast
from tests.rooms.delivery.telephones import an_sms, phones, received


def a_journal(folder, claim_id, message_id=7):
    folder.mkdir(parents=True, exist_ok=True)
    journal = Journal(folder, claim_id, message_id)
    journal.write((0, Mark.BEGUN, 0))
    journal.write((0, Mark.ACCEPTED, 0), (1, Mark.BEGUN, 0), named=(0, ("a/1", "a/2")))
    journal.write((1, Mark.ACCEPTED, 0), named=(1, ("a/3",)))
    return folder / f"{claim_id.hex}.journal"


def test_wherever_a_crash_cuts_the_journal_what_was_written_before_is_read(tmp_path):
    raw = a_journal(tmp_path, uuid.uuid4()).read_bytes()
    whole = read(raw)
    assert whole.marks == {0: (Mark.ACCEPTED, 0), 1: (Mark.ACCEPTED, 0)}
    assert whole.references == {0: ("a/1", "a/2"), 1: ("a/3",)}

    for cut in range(len(raw)):
        notes = read(raw[:cut])
        for seq, (mark, _) in notes.marks.items():
            if mark is Mark.ACCEPTED:
                assert notes.references[seq] == whole.references[seq]


def test_a_dead_workers_references_are_found_in_its_journal(town, settings):
    sms = an_sms(town, phones(town, 3))
    place, claim_id = Place(settings.JOURNAL_DIR, "engine-sms"), uuid.uuid4()
    claim = rows.claim(
        claim_id,
        worker=place.worker,
        channel=Channel.SMS,
        lanes_below=9,
        window=9,
        now=NOON,
    )
    assert claim is not None
    a_journal(settings.JOURNAL_DIR, claim_id, sms)

    assert heal.heal(place, alive=(), now=NOON) == 1
    reports.keep([received("1"), received("2"), received("3")], at=NOON)

    assert cast.states(town, sms) == [State.DELIVERED, State.DELIVERED, State.PLANNED]
    assert DeliveryReference.objects.of(town).count() == 3
