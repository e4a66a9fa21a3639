"""What was deleted from one box: held by a second name from its first look, set aside when no folder has it any more.

    mail/     the box as Dovecot knows it, a Maildir++
    kept/     a hard link to every letter that was ever seen in it, under its last folder; takes no room while it is alive
    deleted/  a Maildir++ of what was deleted, each letter a hard link under the moment that this was seen

What is put back from deleted/ is still in kept/, so that nothing depends on being seen in between. Every step is one link or
one unlink: a kill between any two loses nothing, and what it leaves half done the next look finishes.
"""

import os
from collections.abc import Iterator, Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MAIL, KEPT, DELETED = "mail", "kept", "deleted"
INBOX = ".INBOX"
"""What the others call INBOX lies at the root; no folder of a holder can bear this name."""
TRASH = ".Trash"
PLACES = ("cur", "new")


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    watched: tuple[str, ...]
    """While the times of these folders stay, so does everything in the box."""
    suspects: frozenset[int]
    """Inodes that were in no folder, while somebody else holds a link to them: in flight, perhaps."""
    whole: bool
    """Nothing moved away meanwhile."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Letter:
    folder: str
    path: str


def look(box: Path, suspects: AbstractSet[int], *, now: int) -> Look:
    """Keeps what is new, sets aside what is gone. `suspects`: of the look before.

    Raises: FileNotFoundError (there is no box, or its mail is elsewhere), OSError (no room, no right).
    """
    watched, live, whole = _live(box / MAIL)
    kept, deleted = _stored(box / KEPT), _deleted(box)
    for inode, letter in live.items():
        there = kept.get(inode)
        held = _keep(box, inode, letter) if there is None else True
        whole &= held
        if there and letter.folder not in (there.folder, TRASH) and _keep(box, inode, letter):
            _unlink(there.path)
        if held and inode in deleted:  # it was put back: alive again
            _unlink(deleted.pop(inode))
    missing = set()
    for inode in kept.keys() - live.keys() - deleted.keys():
        if os.stat(kept[inode].path).st_nlink == 1 or (whole and inode in suspects):
            _set_aside(box, inode, kept[inode], now=now)
        else:
            missing.add(inode)
    return Look(watched=watched, suspects=frozenset(missing), whole=whole)


def forget(box: Path, *, before: int) -> int:
    """Destroys what was deleted before that time; how many letters."""
    old = {inode: path for inode, path in _deleted(box).items() if _was(path, before)}
    kept = _stored(box / KEPT) if old else {}
    for inode, path in old.items():
        if inode in kept:  # first: by itself it would be taken for newly deleted
            _unlink(kept[inode].path)
        _unlink(path)
    return len(old)


def _was(path: str, before: int) -> bool:
    """The moment is in the name of the file, which is also what Dovecot calls the letter (its guid)."""
    moment = Path(path).name.partition(".")[0]
    return moment.isdigit() and int(moment) <= before


def _live(mail: Path) -> tuple[tuple[str, ...], dict[int, _Letter], bool]:
    """A letter that two folders hold counts for the first of them, and for the trash last."""
    watched, live, whole = [str(mail)], dict[int, _Letter](), True
    folders = sorted(_folders(mail), key=lambda one: (one[0] == TRASH, one[0] != INBOX, one[0]))
    for name, path in folders:
        if name != INBOX and not os.path.isdir(f"{path}/cur"):  # being made, or no folder at all
            watched.append(path)
            continue
        for place in (f"{path}/{one}" for one in PLACES):
            watched.append(place)
            try:
                for inode, letter in _letters(place):
                    live.setdefault(inode, _Letter(folder=name, path=letter))
            except FileNotFoundError:
                whole = False
    return tuple(watched), live, whole


def _folders(mail: Path) -> Iterator[tuple[str, str]]:
    """All of them, under their names on disk."""
    yield INBOX, str(mail)
    yield from _subfolders(mail)


def _subfolders(mail: Path) -> Iterator[tuple[str, str]]:
    with os.scandir(mail) as entries:
        for entry in entries:
            # Dovecot empties a folder that is deleted under a name with two dots
            is_one = entry.name.startswith(".") and not entry.name.startswith("..")
            if is_one and entry.is_dir(follow_symlinks=False):
                yield entry.name, entry.path


def _letters(place: str) -> Iterator[tuple[int, str]]:
    with os.scandir(place) as entries:
        for entry in entries:
            if not entry.name.startswith(".") and entry.is_file(follow_symlinks=False):
                yield entry.inode(), entry.path


def _stored(kept: Path) -> dict[int, _Letter]:
    found = {}
    with suppress(FileNotFoundError), os.scandir(kept) as folders:
        for folder in folders:
            for inode, path in _letters(folder.path):
                found[inode] = _Letter(folder=folder.name, path=path)
    return found


def _deleted(box: Path) -> dict[int, str]:
    found: dict[int, str] = {}
    with suppress(FileNotFoundError):
        for _name, path in _subfolders(box / DELETED):
            for place in PLACES:
                with suppress(FileNotFoundError):
                    found.update(_letters(f"{path}/{place}"))
    return found


def _keep(box: Path, inode: int, letter: _Letter) -> bool:
    """False: it was renamed meanwhile; the next look finds it."""
    place = _place(box / KEPT, letter.folder)
    for n in range(9):
        try:
            os.link(letter.path, place / (f"{inode}.{n}" if n else str(inode)))
        except FileNotFoundError:
            return False
        except FileExistsError:  # of another letter: a restored backup numbers anew
            continue
        return True
    return False


def _set_aside(box: Path, inode: int, letter: _Letter, *, now: int) -> None:
    place = box / DELETED / letter.folder
    place.parent.mkdir(mode=0o700, exist_ok=True)
    _maildir(place)
    os.link(letter.path, place / "cur" / f"{now}.I{inode}.kept")


def _maildir(place: Path) -> None:
    for one in (place, *(place / name for name in ("tmp", "new", "cur"))):
        one.mkdir(mode=0o700, exist_ok=True)


def _place(kept: Path, folder: str) -> Path:
    place = kept / folder
    for one in (kept, place):
        one.mkdir(mode=0o700, exist_ok=True)
    return place


def _unlink(path: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(path)
