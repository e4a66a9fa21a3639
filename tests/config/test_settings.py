"""A missing or bad setting stops the start with a sentence; secrets are their owner's only."""

import os
import stat
import subprocess
import sys

import pytest

from beffroi.config import secrets

IMPORT = [sys.executable, "-c", "import beffroi.config.settings"]


def start(tmp_path, **settings):
    environment = {**os.environ, "BEFFROI_DIR": str(tmp_path), **settings}
    return subprocess.run(IMPORT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BEFFROI_URL", "mairie.example"),
        ("BEFFROI_DB_ROLE", "root"),
        ("BEFFROI_SMTP_URL", "relay:25"),
        ("BEFFROI_LMTP_PORT", "vingt-cinq"),
        ("BEFFROI_DEBUG", "perhaps"),
        ("BEFFROI_SMS_PROVIDERS", "smpp://:secret@"),
        ("BEFFROI_VAPID_CONTACT", "dsi@mairie.example"),
    ],
)
def test_a_bad_value_stops_the_start_and_names_the_setting(tmp_path, name, value):
    result = start(tmp_path, **{name: value})

    assert result.returncode != 0
    assert name in result.stderr


def test_good_values_start(tmp_path):
    assert start(tmp_path, BEFFROI_URL="https://mairie.example").returncode == 0


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path):
    folder = tmp_path / "secrets"

    first = secrets.load(folder)
    second = secrets.load(folder)

    assert first == second
    assert len(first.token_key) >= 32
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_installations_share_no_secret(tmp_path):
    assert secrets.load(tmp_path / "a") != secrets.load(tmp_path / "b")


def test_push_services_are_told_the_site_when_nobody_else_is_named(tmp_path):
    told = "from beffroi.config import settings; print(settings.BEFFROI_VAPID_CONTACT, settings.PUSH_IS_ON)"
    said = [
        subprocess.run(
            [sys.executable, "-c", told],
            env={**os.environ, "BEFFROI_DIR": str(tmp_path), "BEFFROI_URL": url},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for url in ("https://mairie.example", "http://127.0.0.1:8000")
    ]

    assert said == [["https://mairie.example", "True"], ["False"]]


def test_the_key_of_notifications_is_made_once_and_its_public_half_is_for_browsers(tmp_path):
    first, again = secrets.load(tmp_path), secrets.load(tmp_path)

    assert first.vapid_private_key == again.vapid_private_key
    assert len(first.vapid_public_key) == 87  # 65 bytes in base64url without padding
    assert "PRIVATE KEY" not in repr(first)
