"""Parts that die and come back, a second start, and what the operator sees meanwhile."""

import os
import stat
import subprocess

import pytest

from beffroi.servers import supervision
from tests.instance import whole as house

pytestmark = [pytest.mark.instance, pytest.mark.slow]


@pytest.mark.parametrize("program", ["web", "engine-1", "jobs", "returns", "outside", "postgres"])
def test_what_is_killed_comes_back_and_beffroi_is_well_again(instance, program):
    killed = instance.kill(program)
    instance.restarted(program, killed)
    instance.healthy()
    house.wait_until(
        lambda: all(part.healthy for part in supervision.states(instance.dir)), 30, "all run"
    )


def test_every_part_of_the_architecture_runs(instance):
    names = {part.name for part in supervision.states(instance.dir)}
    engines = {"engine-1", "engine-2", "engine-sms", "engine-push"}
    mail = {"postfix", "dovecot", "rspamd", "mail-keeper", "mail-desk", "names"}
    assert names == {"postgres", "web", *engines, "jobs", "lookouts", "returns", "outside", *mail}


def test_a_killed_web_server_leaves_no_worker_behind(instance):
    family = {pid for pid in instance.processes() if "beffroi.servers.web" in house.line_of(pid)}
    assert len(family) == 3, "the server and its two workers"
    instance.restarted("web", instance.kill("web"))
    instance.healthy()
    house.wait_until(
        lambda: not family & set(instance.processes()),
        30,
        "no worker of the old one",
        instance.lines,
    )


def test_secrets_are_readable_by_their_owner_only(instance):
    folder = instance.dir / "secrets"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = list(folder.iterdir())
    assert {"django_secret_key", "token_key", "postgres_password"} <= {f.name for f in files}
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
        assert file.stat().st_uid == os.geteuid()


def test_no_password_stands_in_the_supervisors_configuration(instance):
    password = (instance.dir / "secrets" / "postgres_password").read_text()
    for file in (instance.dir / "run").iterdir():
        if file.is_file():
            assert password not in file.read_text()


def test_postgresql_listens_on_no_port(instance):
    listening = instance.manage("dbshell", "--", "-Atc", "SHOW listen_addresses")
    assert listening.strip() == ""


def test_a_second_start_in_the_same_folder_says_that_it_runs_already(instance):
    again = subprocess.run(
        [str(house.ROOT / "beffroi"), "up", "--dir", str(instance.dir), "--port", "29900"],
        env=house.clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 1
    assert "tourne déjà" in again.stderr
    assert instance.url in again.stderr
    instance.healthy()


def test_a_port_that_is_taken_is_named_with_who_holds_it(instance, tmp_path):
    refused = subprocess.run(
        [str(house.ROOT / "beffroi"), "up", "--dir", str(tmp_path), "--port", str(instance.port)],
        env=house.clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    assert f"{instance.port} (site)" in refused.stderr
    assert "processus" in refused.stderr


def test_the_doctor_finds_a_running_beffroi_well(instance):
    seen = subprocess.run(
        [str(house.ROOT / "beffroi"), "doctor", "--dir", str(instance.dir)],
        env=house.clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "en bonne santé" in seen.stdout
    assert "web\N{NO-BREAK SPACE}: RUNNING" in seen.stdout
