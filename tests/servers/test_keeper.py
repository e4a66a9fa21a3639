"""What is deleted from a box can be put back for a while; what is alive is never taken for deleted. On plain folders."""

import os
import random
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from beffroi.servers.mail import deleted_letters, keeper
from beffroi.servers.mail.keeper import DAY_S, Keeper

DAYS = 30


class Box:
    """A Maildir++ as Dovecot leaves it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.n = 0
        for folder in ("", ".Trash", ".Archives"):
            for place in ("cur", "new", "tmp"):
                (path / "mail" / folder / place).mkdir(parents=True, exist_ok=True)

    def deliver(self, folder="") -> Path:
        self.n += 1
        letter = self.path.joinpath("mail", folder, "new", f"17.M{self.n}.vm,S=9")
        letter.write_text(f"letter {self.n}")
        return letter

    def move(self, letter: Path, folder: str) -> Path:
        moved = self.copy(letter, folder)
        letter.unlink()
        return moved

    def copy(self, letter: Path, folder: str) -> Path:
        self.n += 1
        other = self.path.joinpath("mail", folder, "cur", f"18.M{self.n}.vm:2,S")
        os.link(letter, other)
        return other

    def put_back(self, text: str, folder="") -> Path:
        """As `doveadm move` does."""
        return self.move(next(one for one in self._deleted() if one.read_text() == text), folder)

    def _deleted(self) -> list[Path]:
        return sorted((self.path / "deleted").glob(".*/cur/*"))

    def deleted(self) -> list[str]:
        return sorted(one.read_text() for one in self._deleted())

    def deleted_from(self) -> list[str]:
        return [one.parts[-3] for one in self._deleted()]


@pytest.fixture
def box(tmp_path):
    (tmp_path / "boxes").mkdir()
    return Box(tmp_path / "boxes" / "7")


class Rounds(Keeper):
    """Rounds under a clock that runs an hour ahead each time: every change is old, and the list of holds new."""

    def twice(self, *, after_s: float = 0) -> None:
        for _ in range(2):
            self.ahead += 3600 + after_s
            os.utime(self.held, (self.clock(), self.clock()))
            self.round()
            after_s = 0

    ahead = 0.0


@pytest.fixture
def rounds(box, tmp_path):
    held = tmp_path / "held"
    keeper.write_held(held, iter(()))
    ours = Rounds(boxes=box.path.parent, held=held, days=DAYS)
    ours.clock = lambda: time.time() + ours.ahead
    return ours


def test_a_deleted_letter_is_set_aside_under_its_folder_and_the_moment(box, rounds):
    letter = box.deliver(".Archives")
    rounds.twice()
    assert box.deleted() == []
    before = rounds.clock()

    letter.unlink()
    rounds.twice()

    [(file)] = box._deleted()
    assert (file.read_text(), box.deleted_from()) == ("letter 1", [".Archives"])
    assert int(before) <= int(file.name.split(".")[0]) <= rounds.clock()


def test_the_trash_hides_where_a_letter_was(box, rounds):
    letter = box.deliver(".Archives")
    rounds.twice()
    letter = box.move(letter, ".Trash")
    rounds.twice()
    letter.unlink()
    rounds.twice()

    assert box.deleted_from() == [".Archives"]


def test_a_folder_that_is_deleted_whole_leaves_its_letters(box, rounds):
    box.deliver(".Archives")
    rounds.twice()
    gone = box.path / "mail" / "..DOVECOT-TRASHED"
    (box.path / "mail" / ".Archives").rename(gone)
    rounds.twice()
    for file in sorted(gone.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    gone.rmdir()
    rounds.twice()

    assert (box.deleted(), box.deleted_from()) == (["letter 1"], [".Archives"])


def test_a_letter_that_another_box_also_has_is_deleted_from_this_one_only(box, rounds):
    other = Box(box.path.parent / "8")
    letter = box.deliver()
    copy = other.path / "mail" / "cur" / "19.M1.vm:2,"
    os.link(letter, copy)
    rounds.twice()

    letter.unlink()
    rounds.twice()

    assert (box.deleted(), other.deleted()) == (["letter 1"], [])
    assert copy.exists()


def test_a_letter_in_flight_between_two_folders_is_not_taken_for_deleted(box, rounds, tmp_path):
    """Seen in neither while somebody holds a link to it: only a second look says that it is gone."""
    letter = box.deliver()
    rounds.twice()
    letter.rename(tmp_path / "in flight")
    first = deleted_letters.look(box.path, frozenset(), now=1)
    assert (box.deleted(), len(first.suspects)) == ([], 1)
    (tmp_path / "in flight").rename(box.path / "mail" / ".Archives" / "cur" / "20.M1.vm:2,S")

    second = deleted_letters.look(box.path, first.suspects, now=2)

    assert (box.deleted(), second.suspects) == ([], frozenset())


def test_what_is_put_back_is_alive_and_can_be_deleted_again(box, rounds):
    letter = box.deliver()
    rounds.twice()
    letter.unlink()
    rounds.twice()

    letter = box.put_back("letter 1")
    rounds.twice()
    assert box.deleted() == []
    letter.unlink()
    rounds.twice()
    assert box.deleted() == ["letter 1"]


def test_a_move_back_that_was_killed_half_way_doubles_nothing(box, rounds):
    letter = box.deliver()
    rounds.twice()
    letter.unlink()
    rounds.twice()
    [aside] = box._deleted()
    box.copy(aside, "")  # and Dovecot died before it took the other away

    rounds.twice()

    assert box.deleted() == []


def test_after_thirty_days_it_is_destroyed_but_not_where_a_hold_is(box, rounds):
    held = Box(box.path.parent / "8")
    for one in (box, held):
        letter = one.deliver()
        rounds.twice()
        letter.unlink()
    rounds.twice()
    keeper.write_held(rounds.held, iter([8]))
    rounds.twice(after_s=(DAYS - 1) * DAY_S)
    assert (box.deleted(), held.deleted()) == (["letter 1"], ["letter 1"])

    rounds.twice(after_s=DAY_S)

    assert (box.deleted(), held.deleted()) == ([], ["letter 1"])
    assert not list((box.path / "kept").glob("*/*"))


@pytest.mark.parametrize("list_is", ["old", "gone"])
def test_without_a_fresh_list_of_holds_nothing_is_destroyed(box, rounds, list_is):
    letter = box.deliver()
    rounds.twice()
    letter.unlink()
    rounds.twice()
    if list_is == "gone":
        rounds.held.unlink()
    rounds.ahead += (DAYS + 9) * DAY_S

    rounds.round()

    assert box.deleted() == ["letter 1"]


def test_what_is_not_a_letter_is_left_alone(box, rounds):
    mail = box.path / "mail"
    for name in ("dovecot-uidlist", "tmp/17.M1.vm", ".Archives/dovecot.index.log", "cur/.nfs1"):
        (mail / name).write_text("not a letter")
    (mail / ".strange").mkdir()
    rounds.twice()
    assert not (box.path / "kept").exists()
    (mail / "tmp/17.M1.vm").rename(mail / "new/17.M1.vm")
    rounds.twice()
    assert len(list((box.path / "kept").glob("*/*"))) == 1


def test_a_box_that_is_removed_or_has_no_mail_yet_stops_nothing(box, rounds):
    (box.path.parent / "9").mkdir()
    removed = Box(box.path.parent / "8")
    removed.deliver()
    letter = box.deliver()
    rounds.twice()
    shutil.rmtree(removed.path)
    letter.unlink()
    rounds.twice()
    assert box.deleted() == ["letter 1"]


def test_a_backup_that_numbers_files_anew_loses_nothing(box, rounds):
    """Names under kept/ are those of another disk; only the links count."""
    one, two = box.deliver(), box.deliver()
    rounds.twice()
    kept = box.path / "kept" / deleted_letters.INBOX
    first, second = kept / str(one.stat().st_ino), kept / str(two.stat().st_ino)
    first.rename(kept / "swap")
    second.rename(first)
    (kept / "swap").rename(second)
    three = box.deliver()
    (kept / str(three.stat().st_ino)).write_text("letter of another number")
    rounds.twice()
    for letter in (one, two, three):
        letter.unlink()
    rounds.twice()

    expected = ["letter 1", "letter 2", "letter 3", "letter of another number"]
    assert box.deleted() == expected


def test_an_idle_box_is_not_read(box, rounds):
    box.deliver()
    rounds.twice()

    rounds.ahead += 60
    assert rounds.round() == 0
    box.deliver()
    assert rounds.round() == 1


def test_a_change_within_the_same_tick_as_a_look_is_seen(box, rounds):
    """The file system's clock is coarse: a folder that has just changed is read again."""
    rounds.clock = time.time
    letter = box.deliver()
    rounds.known.clear()
    rounds.round()
    frozen = (box.path / "mail" / "new").stat().st_mtime_ns
    letter.unlink()
    os.utime(box.path / "mail" / "new", ns=(frozen, frozen))
    rounds.known["7"].not_before = 0

    rounds.round()

    assert box.deleted() == ["letter 1"]


class Storm:
    """A box whose letters come, move and go between looks, by chance."""

    def __init__(self, box: Box, seed: int) -> None:
        self.box, self.draw = box, random.Random(seed)
        self.alive: list[Path] = []
        self.seen: set[str] = set()
        self.suspects: frozenset[int] = frozenset()
        self.now = 0

    def texts(self) -> set[str]:
        return {letter.read_text() for letter in self.alive}

    def deliver(self) -> None:
        self.alive.append(self.box.deliver(self.draw.choice(["", ".Archives"])))

    def move(self) -> None:
        if letter := self._taken():
            self.alive.append(self.box.move(letter, self._folder()))

    def copy(self) -> None:
        if letter := self._taken():
            self.alive += [letter, self.box.copy(letter, self._folder())]

    def rename(self) -> None:
        if letter := self._taken():
            name = f"{self.box.n}.{self.draw.random()}:2,RS"
            self.alive.append(letter.rename(letter.parent.parent / "cur" / name))

    def delete(self) -> None:
        if letter := self._taken():
            letter.unlink()

    def put_back(self) -> None:
        if gone := sorted(set(self.box.deleted()) - self.texts()):
            self.alive.append(self.box.put_back(self.draw.choice(gone)))

    def kill_the_keeper(self) -> None:
        """Another takes over with nothing in memory."""
        self.suspects = frozenset()

    def look(self) -> None:
        self.now += 1
        self.suspects = deleted_letters.look(self.box.path, self.suspects, now=self.now).suspects
        self.seen |= self.texts()
        assert not self.texts() & set(self.box.deleted())

    def _taken(self) -> Path | None:
        return self.alive.pop(self.draw.randrange(len(self.alive))) if self.alive else None

    def _folder(self) -> str:
        return self.draw.choice(["", ".Archives", ".Trash"])


STEPS = st.sampled_from(
    [Storm.deliver, Storm.move, Storm.copy, Storm.rename, Storm.delete, Storm.put_back]
    + [Storm.kill_the_keeper, Storm.look, Storm.look]
)


@given(steps=st.lists(STEPS, max_size=40), seed=st.integers(0, 999))
@settings(max_examples=150, deadline=None)
def test_whatever_was_seen_and_is_gone_can_be_put_back_and_what_is_alive_is_never_deleted(
    tmp_path_factory, steps, seed
):
    storm = Storm(Box(tmp_path_factory.mktemp("boxes") / "7"), seed)
    for step in [*steps, Storm.look, Storm.look]:
        step(storm)

    deleted = storm.box.deleted()
    assert sorted(deleted) == sorted(storm.seen - storm.texts())
