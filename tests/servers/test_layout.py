"""Folders, ports and what the processes are told."""

import os
import socket
import time
from pathlib import Path

import pytest

from beffroi.servers import layout, ports, supervision, systemd, words
from beffroi.servers.layout import Layout, Ports


@pytest.fixture
def here(tmp_path, monkeypatch):
    for name in ("BEFFROI_URL", "BEFFROI_SMTP_URL", "BEFFROI_LMTP_PORT", "BEFFROI_OUTSIDE_URL"):
        monkeypatch.delenv(name, raising=False)
    return Layout(dir=tmp_path)


def told(here, *, demo=False):
    return layout.environment(here, Ports(web=20000), demo=demo, database_url="postgresql:///x")


def test_the_operators_settings_file_is_read_and_the_environment_overrides_it(here, monkeypatch):
    (here.dir / "settings.env").write_text(
        '# relay of the town\nBEFFROI_SMTP_URL=smtp://file:25\nBEFFROI_URL="https://file.example"\n'
    )
    monkeypatch.setenv("BEFFROI_URL", "https://shell.example")
    assert told(here)["BEFFROI_SMTP_URL"] == "smtp://file:25"
    assert told(here)["BEFFROI_URL"] == "https://shell.example"


def test_a_demonstration_never_mails_the_real_world(here, monkeypatch):
    (here.dir / "settings.env").write_text("BEFFROI_SMTP_URL=smtp://relay.example:25\n")
    monkeypatch.setenv("BEFFROI_SMTP_URL", "smtp://other.example:25")
    assert told(here, demo=True)["BEFFROI_SMTP_URL"] == "smtp://127.0.0.1:20001"


def test_a_demonstration_never_writes_to_real_telephones(here, monkeypatch):
    monkeypatch.setenv("BEFFROI_SMS_PROVIDERS", "smpp://us:secret@smpp.example")
    providers = told(here, demo=True)["BEFFROI_SMS_PROVIDERS"].split()
    assert len(providers) == 2
    assert all("@127.0.0.1:20004?" in provider for provider in providers)


def test_a_channel_that_is_not_set_up_has_no_engine():
    def names(**env):
        return {program.name for program in supervision.programs(env, demo=False)}

    assert {"engine-1", "engine-2"} <= names()
    assert not {"engine-sms", "engine-push"} & names(BEFFROI_URL="http://127.0.0.1:8000")
    assert "engine-sms" in names(BEFFROI_SMS_PROVIDERS="smpp://us:secret@smpp.example")
    assert "engine-push" in names(BEFFROI_URL="https://mairie.example")
    assert "engine-push" in names(BEFFROI_VAPID_CONTACT="mailto:dsi@mairie.example")


def test_a_bad_line_of_the_settings_file_is_named(here):
    (here.dir / "settings.env").write_text("BEFFROI_URL=https://a.example\nBEFFROI_URL https\n")
    with pytest.raises(words.Refused, match="ligne 2"):
        layout.settings_of(here)


def test_a_deep_folder_has_its_sockets_in_a_short_one():
    deep = Path("/srv") / ("commune-de-saint-remy-en-bouzemont-" * 4) / "socket"
    short = layout.socket_folder(deep, of=deep)
    assert len(str(short / ".s.PGSQL.5432")) < 107
    assert layout.socket_folder(deep, of=deep.parent) != short


def test_a_folder_whose_name_would_be_misread_is_refused(tmp_path):
    with pytest.raises(words.Refused, match="sans"):
        Layout(dir=tmp_path / "50%").prepare()
    assert not (tmp_path / "50%").exists()


def test_the_folders_that_hold_secrets_are_the_owners_only(here):
    here.prepare()
    for folder in (here.run, here.logs, here.secrets):
        assert folder.stat().st_mode & 0o077 == 0


def test_the_holder_of_a_port_is_named():
    import os
    import socket

    with socket.socket() as mine:
        mine.bind(("127.0.0.1", 0))
        mine.listen()
        port = mine.getsockname()[1]
        assert not ports.is_free(port)
        assert str(os.getpid()) in ports.holder(port)
    assert ports.is_free(port)


def test_french_spaces_are_put_where_a_person_reads():
    assert words.typographic("Quoi ? « Rien » : fini !") == (
        "Quoi\N{NO-BREAK SPACE}? «\N{NO-BREAK SPACE}Rien\N{NO-BREAK SPACE}»"
        "\N{NO-BREAK SPACE}: fini\N{NO-BREAK SPACE}!"
    )


def test_where_the_mail_servers_run_apart_each_half_serves_its_own_queues():
    def queues(programs):
        asked = [word for program in programs for word in program.arguments]
        return {word for word in asked if word.startswith("--queues=")}

    together = {"BEFFROI_MAIL_DIR": "/srv/mail"}
    apart = together | {"BEFFROI_MAIL": "apart"}

    assert queues(supervision.programs(together, demo=False)) == {
        "--queues=default",
        "--queues=outside,boxes",
    }
    assert queues(supervision.programs(apart, demo=False)) == {
        "--queues=default",
        "--queues=outside",
    }
    assert queues(supervision.mail_half()) == {"--queues=boxes"}
    assert supervision.MAIL_DESK in supervision.programs(together, demo=False)
    assert supervision.MAIL_DESK not in supervision.programs(apart, demo=False)


def test_what_the_mail_half_says_of_its_parts_is_believed_for_a_while(here):
    half = here.mail_half
    half.dir.mkdir(parents=True)
    parts = [supervision.PartState(name="postfix", stage=supervision.Stage.RUNNING, pid=7, up_s=60)]

    supervision.publish(half, parts)
    assert supervision.published(half) == parts

    long_ago = time.time() - 2 * supervision.FRESH_S
    os.utime(half.dir / supervision.PUBLISHED, (long_ago, long_ago))
    assert supervision.published(half) is None


def test_what_systemd_started_tells_it_that_it_is_ready_and_its_children_do_not(
    here, tmp_path, monkeypatch
):
    place = str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", place)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told_to:
        told_to.bind(place)
        told_to.settimeout(5)

        systemd.ready()

        assert told_to.recv(100) == b"READY=1"
    assert "NOTIFY_SOCKET" not in told(here, demo=False)
