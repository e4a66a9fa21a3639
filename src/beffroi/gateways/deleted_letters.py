"""The letters deleted from one box, as Dovecot shows them to orders alone: listed, and put back."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from beffroi.gateways.doveadm import SHARED_PREFIX, Doveadm, NotReachable

PREFIX = "beffroi.deleted/"
INBOX = "INBOX"
NOWHERE = frozenset({"Trash", "Junk"})
"""What was deleted from there goes back to the inbox, not to where it would be lost again."""
PATIENCE_S = 30.0
"""Somebody waits for the page; a first search reads every letter."""
AT_ONCE = 500
"""Letters in one order: its line stays short."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One deleted letter, before anybody has opened it."""

    key: str
    """Names it for as long as it is kept."""
    folder: str
    """Where it was last, the trash not counted."""
    uid: int
    deleted_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    entry: Entry
    sender: str
    subject: str
    sent_at: datetime | None


class NotPutBack(Exception):
    """Dovecot could not; `args[0]` letters had gone back before."""


def entries(dovecot: Doveadm, login: str, *, text: str = "") -> list[Entry]:
    """The last deleted first; with a text, those whose sender or subject holds it. Raises: NotReachable."""
    query = ["mailbox", f"{PREFIX}*"]
    if text:
        query += ["(", "from", text, "or", "subject", text, ")"]
    wanted = {"user": login, "field": ["mailbox", "uid", "guid"], "query": query}
    found = [_entry(one) for one in _rows(dovecot, [["fetch", wanted, "fetch"]])]
    return sorted(found, key=lambda one: (one.deleted_at, one.key), reverse=True)


def read(dovecot: Doveadm, login: str, wanted: Sequence[Entry]) -> list[Letter]:
    """These, in their order; those that are gone meanwhile are left out. Raises: NotReachable."""
    fields = ["guid", "hdr.from.utf8", "hdr.subject.utf8", "date.sent.unixtime"]
    orders: list[list[object]] = [
        ["fetch", {"user": login, "field": fields, "query": query}, "fetch"]
        for _folder, query in _by_folder(wanted)
    ]
    said = {one["guid"]: one for one in _rows(dovecot, orders)} if orders else {}
    return [_letter(entry, said[entry.key]) for entry in wanted if entry.key in said]


def put_back(dovecot: Doveadm, login: str, wanted: Sequence[Entry]) -> Counter[str]:
    """How many are in which folder now; a full box takes them too. Raises: NotReachable, NotPutBack."""
    there = {one["mailbox"] for one in _rows(dovecot, [_folders(login)])}
    done: Counter[str] = Counter()
    for folder, query in _by_folder(wanted):
        to = folder if folder in there - NOWHERE else INBOX
        order = {"user": login, "destinationMailbox": to, "query": query}
        [(kind, _said, _)] = dovecot.ask([["move", order, "move"]], PATIENCE_S)
        if kind == "error":
            raise NotPutBack(done.total())
        done[to] += query[-1].count(",") + 1
    return done


def _folders(login: str) -> list[object]:
    return ["mailboxList", {"user": login, "mailboxMask": ["*"]}, "list"]


def _by_folder(wanted: Iterable[Entry]) -> list[tuple[str, list[str]]]:
    """For each folder its letters, in portions."""
    uids = defaultdict[str, list[str]](list)
    for one in wanted:
        uids[one.folder].append(str(one.uid))
    return [
        (folder, ["mailbox", f"{PREFIX}{folder}", "uid", ",".join(some[i : i + AT_ONCE])])
        for folder, some in uids.items()
        for i in range(0, len(some), AT_ONCE)
    ]


def _rows(dovecot: Doveadm, orders: list[list[object]]) -> list[Any]:
    answers = dovecot.ask(orders, PATIENCE_S)
    if any(kind == "error" for kind, _said, _mark in answers):
        raise NotReachable
    return [
        one
        for _kind, said, _mark in answers
        for one in said
        if not one.get("mailbox", "").startswith(f"{SHARED_PREFIX}/")
    ]


def _entry(said: dict[str, str]) -> Entry:
    """The keeper names a letter after the moment of its deletion (servers/mail/deleted_letters.py)."""
    return Entry(
        key=said["guid"],
        folder=said["mailbox"].removeprefix(PREFIX),
        uid=int(said["uid"]),
        deleted_at=datetime.fromtimestamp(int(said["guid"].partition(".")[0]), UTC),
    )


def _letter(entry: Entry, said: dict[str, str]) -> Letter:
    sent = int(said["date.sent.unixtime"] or 0)
    return Letter(
        entry=entry,
        sender=said["hdr.from.utf8"].strip(),
        subject=said["hdr.subject.utf8"].strip(),
        sent_at=datetime.fromtimestamp(sent, UTC) if sent > 0 else None,
    )
