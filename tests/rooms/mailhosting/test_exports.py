"""Who may have a box written to a file, and where the file is."""

import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from beffroi.mailhosting.models import BoxExport
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


def test_a_job_begins_as_soon_as_an_export_is_asked_for_and_only_once(
    town, commission, administrator
):
    row = exports.ask(town, commission.pk, by=administrator, at=NOON)
    exports.ask(town, commission.pk, by=administrator, at=NOON)

    jobs = ProcrastinateJob.objects.filter(task_name=exports.RUN_TASK)
    assert [job.args for job in jobs] == [{"town_id": town.pk, "export_id": row.pk}]
