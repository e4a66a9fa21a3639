"""What waits in Postfix's queue to leave: counted by the domain that sends."""

import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

TIMEOUT_S = 20
POSTQUEUE = "/usr/sbin/postqueue"


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    letters: int
    oldest_s: int
    """Unix time at which the oldest of them came in."""


def waiting(mail_dir: Path) -> dict[str, Waiting] | None:
    """By domain of the sender; None where the queue may not be read."""
    command = [POSTQUEUE, "-c", str(mail_dir / "postfix" / "conf"), "-j"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=TIMEOUT_S, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return count(done.stdout.splitlines())


def count(lines: Iterable[bytes]) -> dict[str, Waiting]:
    """One JSON object per letter (postqueue(1), -j); what is on its way this instant is not waiting."""
    found: dict[str, Waiting] = {}
    for line in lines:
        letter = json.loads(line)
        if letter["queue_name"] != "deferred":
            continue
        domain = str(letter["sender"]).rpartition("@")[2].lower()
        came = int(letter["arrival_time"])
        before = found.get(domain, Waiting(letters=0, oldest_s=came))
        found[domain] = Waiting(letters=before.letters + 1, oldest_s=min(before.oldest_s, came))
    return found
