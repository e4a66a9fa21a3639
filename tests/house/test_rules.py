"""The rules of the house, executed. Each says why; an exception is written here, with its reason."""

import re

import pytest

from beffroi.config import settings
from tests.house import source

MAX_LINES = 400
README_LINES = 18

ACROSS_TOWNS = {
    "towns/owned.py": "defines it",
    "towns/queries.py": "an agent chooses among their own towns",
    "delivery/engine": "the engine serves every town",
    "delivery/services/returns.py": "what comes back names its town itself",
    "delivery/services/keeping.py": "old reports are emptied for the whole house",
    "delivery/services/rotation.py": "keys are rotated for the whole house",
    "audience/rotation.py": "keys are rotated for the whole house",
    "audience/services/importing.py": "an import whose worker died is taken up again",
    "audience/services/nightly.py": "nightly work",
    "audience/tasks.py": "nightly work",
    "campaigns/services/clock.py": "the clock strikes for every town",
    "alerts/rotation.py": "keys are rotated for the whole house",
    "mailhosting/services/loops.py": "a test letter names its domain in a signed address",
    "mailhosting/services/mail_reports.py": "a report names its domain in a signed address",
    "mailhosting/rotation.py": "keys are rotated for the whole house",
    "mailhosting/desk.py": "the desk serves every town",
    "content/rotation.py": "keys are rotated for the whole house",
    "alerts/services/watchdog.py": "the watchdog serves every town",
    "content/services/uploads.py": "a file whose worker died is taken up again",
    "content/services/sharing.py": "an intercommunality’s entries are shown by its communes",
    "config": "operating the house",
}
CLOCK_READERS = ("backoffice/", "citizen/", "api/", "config/")
CLOCK_ELSEWHERE = {
    "audience/tasks.py": "a job is a door too: it reads the clock once and passes it down",
    "campaigns/tasks.py": "a job is a door too",
    "alerts/tasks.py": "a job is a door too",
    "delivery/tasks.py": "a job is a door too",
    "content/tasks.py": "a job is a door too",
    "mailhosting/tasks.py": "a job is a door too",
    "delivery/engine": "the worker's loop reads the clock",
}
SETS_ITS_OWN = ("config/", "servers/")  # servers.words.typographic
BROAD_WITH_REASON = {
    "alerts/services/polling.py": "the town is told that it is blind, then it is raised again",
    "alerts/services/watchdog.py": "what goes wrong with one message keeps no other from being looked at",
    "alerts/tasks.py": "what goes wrong with one town keeps no other from its turn",
    "gateways/dns/registrars.py": "the library raises bare Exceptions for what it does not find",
    "gateways/smtp.py": "closes the connection whatever happened, then raises again",
    "gateways/smtp_link.py": "closes the socket whatever happened, then raises again",
}
BANNED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3, "HA" + "CK")) + r")\b")
BROAD = re.compile(r"except\s*(Exception|BaseException)?\s*(as \w+)?\s*:")
HARD_SPACE = re.compile(r"\w [:;!?»]|« |\d %(?!\()")
STRAIGHT = re.compile(r"[A-Za-zéèàç]'[A-Za-zéèàêâô]")


def allowed(path, exceptions):
    return any(source.name(path).startswith(place) for place in exceptions)


@pytest.mark.parametrize("room", source.ROOMS, ids=lambda room: room.name)
def test_a_file_that_passes_400_lines_becomes_a_folder(room):
    long = {
        source.name(path): count
        for path in [*room.rglob("*.py"), *room.rglob("*.html"), *room.rglob("*.css")]
        if "migrations" not in path.parts
        and (count := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }

    assert long == {}


def test_no_test_file_passes_400_lines_either():
    long = [
        path.name
        for path in (source.ROOT / "tests").rglob("*.py")
        if len(path.read_text(encoding="utf-8").splitlines()) > MAX_LINES
    ]

    assert long == []


@pytest.mark.parametrize("room", source.ROOMS, ids=lambda room: room.name)
def test_each_room_has_a_short_page_that_says_what_it_is(room):
    page = room / "README.md"

    assert page.exists(), f"{room.name}/README.md"
    assert len(page.read_text(encoding="utf-8").splitlines()) <= README_LINES


def test_only_the_engine_and_nightly_work_read_across_towns():
    bold = [
        source.name(path)
        for path in source.code()
        if ".across_towns(" in path.read_text(encoding="utf-8") and not allowed(path, ACROSS_TOWNS)
    ]

    assert bold == []


def test_the_clock_is_read_at_the_doors_and_passed_down():
    readers = [
        source.name(path)
        for path in source.code()
        if re.search(r"timezone\.now\(|datetime\.now\(|\.utcnow\(", path.read_text("utf-8"))
        and not source.name(path).startswith(CLOCK_READERS)
        and not allowed(path, CLOCK_ELSEWHERE)
        and not source.name(path).startswith("servers/")
    ]

    assert readers == []


def test_nothing_is_left_for_later_in_the_code():
    paths = [*source.code(), *source.code(under=source.ROOT / "tests"), *source.pages()]
    left = [path.name for path in paths if BANNED.search(path.read_text(encoding="utf-8"))]

    assert left == []


def test_no_error_is_caught_without_its_name():
    broad = [
        source.name(path)
        for path in source.code()
        if source.name(path) not in BROAD_WITH_REASON
        and any(BROAD.fullmatch(line.strip()) for line in path.read_text("utf-8").splitlines())
    ]

    assert broad == []


def test_no_test_is_skipped_or_expected_to_fail():
    marks = re.compile(r"mark\.(skip|xfail)|pytest\.(skip|xfail)\(|pragma: no " + "cover")
    paths = [*source.code(), *source.code(under=source.ROOT / "tests")]

    assert [path.name for path in paths if marks.search(path.read_text("utf-8"))] == []


def test_every_setting_is_described_for_the_operator():
    text = (source.CODE / "config" / "settings.py").read_text(encoding="utf-8")
    names = set(re.findall(r"\"(BEFFROI_[A-Z_]+|DATABASE_URL)\"", text))
    told = (source.ROOT / "docs" / "operate.md").read_text(encoding="utf-8")

    assert names
    assert {name for name in names if name not in told} == set()


@pytest.mark.parametrize("room", source.ROOMS, ids=lambda room: room.name)
def test_french_is_set_as_printers_set_it(room):
    """’ and not ', a no-break space before : ; ! ? » and after «. The launcher sets its own as it speaks."""
    said = [
        (source.name(p), text)
        for p in source.code(under=room)
        for text in source.french_in_python(p)
    ]
    said += [
        (source.name(p), text)
        for p in source.pages()
        if room in p.parents
        for text in source.french_in_page(p)
    ]

    wrong = [
        (where, text)
        for where, text in said
        if _is_typed(text) and not where.startswith(SETS_ITS_OWN)
    ]

    assert wrong == []


def _is_typed(text: str) -> bool:
    words = re.sub(r"{[{%].*?[}%]}|%\(\w+\)[sd]|https?://\S+", "X", text)
    return bool(HARD_SPACE.search(words) or STRAIGHT.search(words))


def test_the_look_uses_no_colour_outside_its_tokens():
    sheet = (source.CODE / "backoffice/static/backoffice/parts.css").read_text(encoding="utf-8")

    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet)) <= {"#fff"}


def test_the_settings_name_no_machine_and_no_secret():
    assert settings.SECRET_KEY not in (source.CODE / "config/settings.py").read_text("utf-8")
