"""Orders to a running Dovecot, over its HTTP interface."""

import base64
import http.client
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

TIMEOUT_S = 10.0
READING_TIMEOUT_S = 180.0
"""A box that nobody has opened for long is indexed first."""
NOT_FOUND = 68  # Source: sysexits.h as Dovecot uses it: nobody is signed in, or no such file
EXISTS = 65  # the folder is there already
FINE = frozenset({NOT_FOUND, EXISTS})

Order = tuple[str, dict[str, object]]
FULL = (
    *("lookup", "read", "write", "write-seen", "write-deleted"),
    *("insert", "post", "expunge", "create", "delete"),
)
"""What a roster may do in a shared box; everything but giving rights (RFC 4314)."""
WHEN = "date.received.unixtime"
"""Seconds since 1970: the plain date is told in the servers' own time zone, without its name."""
READ_ONLY = ("lookup", "read")
SHARED_PREFIX = "Partage"
FOLDERS = ("Sent", "Drafts", "Trash", "Junk")


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """What a box holds, its shared folders of others not counted."""

    messages: int
    size_bytes: int
    first_at: datetime | None
    last_at: datetime | None


class NotReachable(Exception):
    """Dovecot does not answer; the order must be given again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Doveadm:
    port: int
    key: str = field(repr=False)
    host: str = "127.0.0.1"

    def open_box(self, login: str, box_id: int) -> bool:
        """Folders of the box, and what its roster and a custodian may do in it; again changes nothing."""
        mine: dict[str, object] = {"user": login}
        return self.obey(
            [
                ("mailboxCreate", mine | {"mailbox": list(FOLDERS), "subscriptions": True}),
                ("aclSet", mine | _right(f"group=mbx-{box_id}", FULL)),
                ("aclSet", mine | _right(f"group=see-{box_id}", READ_ONLY)),
            ]
        )

    def end_sessions(self, login: str) -> bool:
        """Whoever is signed in must sign in again."""
        return self.obey([("authCacheFlush", {"user": [login]}), ("kick", {"mask": [login]})])

    def size_bytes(self, login: str) -> int | None:
        """What counts against the quota; None: Dovecot knows no such box. Raises: NotReachable."""
        wanted = {"user": login, "field": ["vsize"], "mailboxMask": ["*"]}
        [(kind, said, _)] = self.ask([["mailboxStatus", wanted, "status"]])
        if kind == "error":
            return None
        return sum(int(one["vsize"]) for one in _own(said))

    def contents(self, login: str) -> Contents | None:
        """None: Dovecot knows no such box. Raises: NotReachable."""
        mine: dict[str, object] = {"user": login}
        wanted = mine | {"field": ["messages", "vsize"], "mailboxMask": ["*"]}
        [(kind, said, _)] = self.ask([["mailboxStatus", wanted, "status"]], READING_TIMEOUT_S)
        if kind == "error":
            return None
        own = _own(said)
        full = [one["mailbox"] for one in own if int(one["messages"])]
        asked = mine | {"field": [WHEN]}
        orders = [["fetch", asked | {"query": ["mailbox", name]}, name] for name in full]
        answers = self.ask(orders, READING_TIMEOUT_S) if orders else []
        stamps = [one[WHEN] for kind, said, _ in answers if kind != "error" for one in said]
        moments = sorted(datetime.fromtimestamp(int(stamp), UTC) for stamp in stamps)
        return Contents(
            messages=sum(int(one["messages"]) for one in own),
            size_bytes=sum(int(one["vsize"]) for one in own),
            first_at=moments[0] if moments else None,
            last_at=moments[-1] if moments else None,
        )

    def erase(self, folder: str) -> bool:
        """A folder and all that is in it; links in it are not followed. Whether it is gone; again changes nothing.

        Raises: NotReachable.
        """
        place: dict[str, object] = {"fsDriver": "posix", "fsArgs": "dirs"}
        whole = place | {"recursive": True, "path": [f"{folder}/"]}
        asked = [["fsDelete", whole, "gone"], ["fsStat", place | {"path": folder}, "there"]]
        kind, said, _ = self.ask(asked, READING_TIMEOUT_S)[-1]
        return bool(kind == "error" and said.get("exitCode") == NOT_FOUND)

    def message_ids(self, login: str, folder: str) -> set[str]:
        """Of all letters in one folder; none if there is no such folder. Raises: NotReachable."""
        wanted: dict[str, object] = {
            "user": login,
            "field": ["hdr.message-id"],
            "query": ["mailbox", folder],
        }
        [(kind, said, _)] = self.ask([["fetch", wanted, "fetch"]], READING_TIMEOUT_S)
        return set() if kind == "error" else {one["hdr.message-id"].strip() for one in said}

    def obey(self, orders: Sequence[Order]) -> bool:
        """Whether all were done. Raises: NotReachable."""
        answers = self.ask([[name, arguments, name] for name, arguments in orders])
        return all(answer[0] != "error" or answer[1].get("exitCode") in FINE for answer in answers)

    def ask(self, body: object, timeout_s: float = TIMEOUT_S) -> "list[tuple[str, Any, str]]":
        """Its answers one by one: a kind (« error » among them), what it says, our mark. Raises: NotReachable."""
        key = base64.b64encode(self.key.encode()).decode()
        headers = {"Authorization": f"X-Dovecot-API {key}", "Content-Type": "application/json"}
        link = http.client.HTTPConnection(self.host, self.port, timeout=timeout_s)
        try:
            link.request("POST", "/doveadm/v1", json.dumps(body), headers)
            answer = link.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as silent:
            raise NotReachable from silent
        finally:
            link.close()
        if answer.status != http.HTTPStatus.OK:
            raise NotReachable(answer.status)
        return [(kind, said, tag) for kind, said, tag in json.loads(text)]


def _own(folders: Sequence[Any]) -> list[Any]:
    """Without the folders that others share."""
    return [one for one in folders if not one["mailbox"].startswith(f"{SHARED_PREFIX}/")]


def _right(who: str, rights: Sequence[str]) -> dict[str, object]:
    return {"mailbox": "INBOX", "id": who, "right": list(rights)}
