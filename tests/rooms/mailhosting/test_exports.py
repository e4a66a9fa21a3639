"""Who may have a box written to a file, and where the file is."""

import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from beffroi.mailhosting.models import BoxExport, Departure
from beffroi.mailhosting.services import boxes, exports
from beffroi.mailhosting.services.facts import NoSuchThing, NotNow
from beffroi.mailhosting.words import BoxKind, BoxState, Exporting
from beffroi.towns.models import JournalEntry
from tests import cast
from tests.cast import NOON
from tests.rooms.mailhosting import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def domain(town):
    return scene.a_live_domain(town, "arcachon.example")


@pytest.fixture
def commission(town, domain):
    return scene.a_box(town, domain, "urbanisme", kind=BoxKind.COMMISSION)


@pytest.fixture
def ready(town, commission, administrator, settings, tmp_path):
    settings.BEFFROI_DIR = tmp_path
    row = exports.ask(town, commission.pk, by=administrator, at=NOON)
    file = exports.archive(row.pk)
    file.parent.mkdir()
    file.write_bytes(b"PK")
    BoxExport.objects.of(town).update(state=Exporting.READY, ready_at=NOON, size_bytes=2)
    return row


def test_the_box_of_a_person_in_service_is_theirs_to_take_out(town, domain, administrator):
    box = scene.a_box(town, domain, "odile")
    with pytest.raises(NotNow):
        exports.ask(town, box.pk, by=administrator, at=NOON)
    assert not BoxExport.objects.of(town).exists()

    boxes.move(town, box.pk, BoxState.ARCHIVED, by=None, at=NOON)

    assert exports.ask(town, box.pk, by=administrator, at=NOON).state == Exporting.WAITING


def test_another_town_has_neither_the_box_nor_the_file(
    town, other_town, commission, ready, administrator
):
    with pytest.raises(NoSuchThing):
        exports.ask(other_town, commission.pk, by=administrator, at=NOON)
    with pytest.raises(NoSuchThing):
        exports.take(other_town, ready.pk, by=administrator, at=NOON)
    assert exports.forget_old(other_town, at=NOON + exports.KEPT) == 0
    assert exports.archive(ready.pk).exists()


def test_the_administrator_takes_the_file_and_the_journal_knows(client, town, ready, administrator):
    client.force_login(administrator)
    address = reverse("backoffice:keeping-download", args=[town.slug, ready.pk])

    answer = client.get(address)

    assert b"".join(answer.streaming_content) == b"PK"
    assert "urbanisme-arcachon.example-" in answer["Content-Disposition"]
    kinds = JournalEntry.objects.of(town).values_list("kind", flat=True)
    assert {"box.exported", "box.export_taken"} <= set(kinds)
    exports.forget_old(town, at=NOON + exports.KEPT)
    again = client.get(address, follow=True)
    assert "Ce fichier n’est plus là" in again.content.decode()
    assert "Télécharger" not in again.content.decode()


def test_whoever_only_reads_the_mail_pages_does_not_take_a_box_out(client, town, ready):
    auditor = cast.an_agent(town, "audit", cast.Role.AUDITOR)
    client.force_login(auditor)

    answer = client.get(reverse("backoffice:keeping-download", args=[town.slug, ready.pk]))

    assert answer.status_code == 403


@pytest.fixture
def own(town, domain, agent, settings, tmp_path):
    """The box of an agent without any right over the town's mail, and their export of it."""
    settings.BEFFROI_DIR = tmp_path
    box = scene.a_box(town, domain, "lea", holder_id=agent.pk)
    row = exports.ask_own(town, box.pk, by=agent, at=NOON)
    file = exports.archive(row.pk)
    file.parent.mkdir()
    file.write_bytes(b"PK")
    BoxExport.objects.of(town).update(state=Exporting.READY, ready_at=NOON, size_bytes=2, total=1)
    return box, row


def test_a_holder_takes_their_own_box_out_and_the_journal_knows(client, town, own, agent):
    box, row = own
    client.force_login(agent)
    page = client.get(reverse("backoffice:my-box", args=[town.slug, box.pk])).content.decode()
    address = reverse("backoffice:my-export-file", args=[town.slug, row.pk])
    assert address in page

    answer = client.get(address)

    assert b"".join(answer.streaming_content) == b"PK"
    said = JournalEntry.objects.of(town).filter(actor=agent).values_list("kind", flat=True)
    assert {"box.exported", "box.export_taken"} <= set(said)


def test_nobody_else_takes_it_be_it_the_administrator_a_colleague_or_another_town_s(
    client, town, other_town, own, administrator, colleague, stranger
):
    box, row = own
    for somebody in (administrator, colleague):
        with pytest.raises(NoSuchThing):
            exports.ask_own(town, box.pk, by=somebody, at=NOON)
        with pytest.raises(NoSuchThing):
            exports.take_own(town, row.pk, by=somebody, at=NOON)
        client.force_login(somebody)
        for name, which in (("my-export-file", row), ("keeping-download", row)):
            answer = client.get(reverse(f"backoffice:{name}", args=[town.slug, which.pk]))
            assert answer.status_code in (403, 404)
        asked = client.post(reverse("backoffice:my-export", args=[town.slug, box.pk]))
        assert asked.status_code == 404
    client.force_login(administrator)
    seen = client.get(reverse("backoffice:keeping-box", args=[town.slug, box.pk])).content.decode()
    assert f"exports/{row.pk}.zip" not in seen
    for somebody in (stranger, box.holder):
        with pytest.raises(NoSuchThing):
            exports.ask_own(other_town, box.pk, by=somebody, at=NOON)
        with pytest.raises(NoSuchThing):
            exports.take_own(other_town, row.pk, by=somebody, at=NOON)


def test_a_holder_who_may_not_open_the_box_does_not_take_it_out_either(town, own, agent):
    box, row = own
    for closed in (leave, suspend):
        closed(town, box)
        with pytest.raises(NotNow):
            exports.ask_own(town, box.pk, by=agent, at=NOON)
        with pytest.raises(NoSuchThing):
            exports.take_own(town, row.pk, by=agent, at=NOON)


def leave(town, box):
    Departure.objects.create_in(town, mailbox=box, leaves_at=NOON, decided_at=NOON)


def suspend(town, box):
    Departure.objects.of(town).update(cancelled_at=NOON)
    boxes.suspend(town, box.pk, by=None, at=NOON)


def test_a_job_begins_as_soon_as_an_export_is_asked_for_and_only_once(
    town, commission, administrator
):
    row = exports.ask(town, commission.pk, by=administrator, at=NOON)
    exports.ask(town, commission.pk, by=administrator, at=NOON)

    jobs = ProcrastinateJob.objects.filter(task_name=exports.RUN_TASK)
    assert [job.args for job in jobs] == [{"town_id": town.pk, "export_id": row.pk}]
