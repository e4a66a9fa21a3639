"""Folders, ports and what the processes are told."""

from pathlib import Path

import pytest

from beffroi.servers import layout, ports, supervision, words
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
