from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from beffroi.delivery.models import Chunk
from beffroi.delivery.words import ChunkState
from beffroi.servers import supervision
from beffroi.servers.layout import Layout
from beffroi.towns import scope
from tests.doors.world import row_of


def test_a_healthy_house_says_so_of_each_part(client, db):
    response = client.get("/sante")

    assert response.status_code == 200
    said = response.json()
    assert said["status"] == "ok"
    assert {"database", "queue", "web", "disk"} <= set(said["parts"])


def test_the_answer_is_never_cached_and_names_no_town(client, town):
    response = client.get("/sante")

    assert "no-store" in response["Cache-Control"]
    assert town.name not in response.content.decode()


def test_a_queue_that_nobody_empties_is_an_outage(client, town):
    chunk = row_of(Chunk, town)
    Chunk.objects.of(town).filter(pk=chunk.pk).update(
        state=ChunkState.WAITING, not_before=timezone.now() - timedelta(minutes=10)
    )

    response = client.get("/sante")

    assert response.status_code == 503
    assert response.json()["parts"]["queue"]["state"] == "late"


def test_the_web_role_sees_the_age_of_the_queue_and_none_of_its_rows(client, town):
    chunk = row_of(Chunk, town)
    Chunk.objects.of(town).filter(pk=chunk.pk).update(
        state=ChunkState.WAITING, not_before=timezone.now() - timedelta(minutes=10)
    )
    scope.enter(town_id=None)
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE beffroi_web")
        cursor.execute("SELECT count(*) FROM delivery_chunk")
        assert cursor.fetchone() == (0,)

        assert client.get("/sante").json()["parts"]["queue"]["state"] == "late"
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_health_page_only_answers(client, db, method):
    assert getattr(client, method)("/sante").status_code == 405


def test_mail_servers_that_run_apart_and_say_nothing_are_an_outage(client, db, settings, tmp_path):
    settings.MAIL_IS_APART, settings.BEFFROI_DIR = True, tmp_path
    silent = client.get("/sante")
    assert (silent.status_code, silent.json()["parts"]["mail"]["state"]) == (503, "stopped")

    half = Layout(dir=tmp_path).mail_half
    half.dir.mkdir(parents=True)
    running = supervision.PartState(name="postfix", stage=supervision.Stage.RUNNING, pid=7, up_s=60)
    supervision.publish(half, [running])

    well = client.get("/sante")
    assert (well.status_code, well.json()["parts"]["postfix"]["state"]) == (200, "running")
