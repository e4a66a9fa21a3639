"""The inputs of these tests, and of the corpus when it is there."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.house.source import ROOT

FILES = Path(__file__).parent / "files"
CORPUS = ROOT.parent / "shared" / "samples"
"""Kept beside the repository, for who has it; further places where a worktree may find it follow."""
CORPORA = [
    folder for folder in (CORPUS, ROOT.parent.parent / "shared" / "samples") if folder.is_dir()
]
PARIS = ZoneInfo("Europe/Paris")
SITE = "https://www.exemple.example/"


def bytes_of(name: str) -> bytes:
    return (FILES / name).read_bytes()


def at(text: str) -> datetime:
    """« 2026-03-05 20:30 » in Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def flaws(reading):
    return [remark.flaw for remark in reading.remarks]


def beginnings(found):
    return [f"{date.begins_at:%Y-%m-%d %H:%M}" for date in found.occurrences]
