"""The operating guide and the code say the same."""

import re
from pathlib import Path

from beffroi.config.commands import doctor
from beffroi.servers.launch import packages

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")


def test_every_variable_is_described_in_the_operating_guide():
    read = set()
    for folder in ("config", "servers", "delivery", "gateways"):
        for file in (ROOT / "src" / "beffroi" / folder).rglob("*.py"):
            read |= set(re.findall(r'"(BEFFROI_[A-Z_]+|DATABASE_URL)"', file.read_text()))
    assert {name for name in read if f"`{name}`" not in GUIDE} == set()


def test_every_debian_package_is_named_in_the_operating_guide():
    for need in packages.Need:
        for package in need.value.packages:
            assert package in GUIDE, package


def test_every_secret_is_named_in_the_operating_guide():
    for name in doctor.SECRETS:
        assert name in GUIDE, name
