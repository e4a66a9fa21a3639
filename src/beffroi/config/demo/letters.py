"""Letters for the demonstration's boxes: brought by the world, to its own MX, once its mail servers run.

The launcher does it in a thread of its own, after everything has started. Killed, it goes on at the next start: what is
there already is asked of Dovecot; once all of it was brought, nothing comes again.
"""

import logging
import mailbox
import os
import smtplib
import tempfile
import threading
import tomllib
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any

from beffroi.gateways.doveadm import Doveadm, NotReachable
from beffroi.gateways.dsync import Dovecot
from beffroi.servers.mail.home import Home

log = logging.getLogger(__name__)

DOMAIN = "arcachon.example"
LEADS_TO = {"mairie": "accueil", "elus": "maire"}
"""An alias, and a list of which one box is enough to know."""
LEFT = frozenset({f"g.vidal@{DOMAIN}", f"r.ducasse@{DOMAIN}"})
"""Boxes that receive nothing any more."""
HERE = Path(__file__).parent
BROUGHT = "letters-brought"
"""A file beside the boxes."""


def bring_aside(home: Home, *, now: datetime) -> threading.Thread:
    """Nobody waits for it."""
    aside = threading.Thread(target=_bring, args=(home,), kwargs={"now": now}, daemon=True)
    aside.start()
    return aside


def _bring(home: Home, *, now: datetime) -> None:
    mark = home.dir / BROUGHT
    if mark.exists():
        return
    try:
        bring(home, now=now)
    except (OSError, smtplib.SMTPException, NotReachable):
        log.warning("letters of the demonstration wait for the next start")
        return
    mark.touch()


def bring(home: Home, *, now: datetime) -> int:
    """Says how many. Raises: OSError, smtplib.SMTPException, NotReachable."""
    wanted = _read(now=now)
    there = _there(home)
    missing = [letter for letter in wanted if letter["Message-ID"] not in there]
    left = [letter for letter in missing if letter["To"] in LEFT]
    _leave(home, left)
    coming = [letter for letter in missing if letter not in left]
    with smtplib.SMTP("127.0.0.1", home.ports.mx, "monde.example", timeout=60) as door:
        for letter in coming:
            sender = parseaddr(letter["From"])[1]
            door.sendmail(sender, [letter["To"]], letter.as_bytes())
    return len(missing)


def _leave(home: Home, letters: list[EmailMessage]) -> None:
    """The MX refuses them by now; they lie there since their day."""
    owner = home.boxes.stat()
    for login in {letter["To"] for letter in letters}:
        with tempfile.TemporaryDirectory(prefix="beffroi-demo-") as folder:
            place = Path(folder) / "mail"
            there = mailbox.Maildir(place)
            for letter in letters:
                if letter["To"] == login:
                    kept = mailbox.MaildirMessage(letter)
                    kept.set_date(letter["Date"].datetime.timestamp())
                    there.add(kept)
            for path in (Path(folder), *Path(folder).rglob("*")):
                os.chown(path, owner.st_uid, owner.st_gid)
            Dovecot(config=home.dovecot / "dovecot.conf").copy_in(place, login)


def _there(home: Home) -> set[str]:
    dovecot = Doveadm(port=home.ports.doveadm, key=home.doveadm_key)
    boxes = {LEADS_TO.get(one["to"], one["to"]) for one in _told()}
    asked = [(f"{box}@{DOMAIN}", folder) for box in boxes for folder in ("INBOX", "Junk")]
    return {found for login, folder in asked for found in dovecot.message_ids(login, folder)}


def _read(*, now: datetime) -> list[EmailMessage]:
    return [_written(one, number, now=now) for number, one in enumerate(_told(), start=1)]


def _told() -> list[dict[str, Any]]:
    read = tomllib.loads((HERE / "letters.toml").read_text(encoding="utf-8"))
    return list(read["letter"])


def _written(told: dict[str, Any], number: int, *, now: datetime) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    sender = parseaddr(told["from"])[1]
    day = (now - timedelta(days=told["days_ago"])).astimezone(UTC)
    written_at = day.replace(hour=told["hour"], minute=number % 60, second=0, microsecond=0)
    letter["From"] = told["from"]
    letter["To"] = f"{told['to']}@{DOMAIN}"
    letter["Subject"] = told["subject"]
    letter["Date"] = format_datetime(written_at)
    letter["Message-ID"] = f"<demonstration-{number}@{sender.partition('@')[2]}>"
    letter.set_content(told["text"])
    if "attach" in told:
        arms = (HERE / "arms.png").read_bytes()
        letter.add_attachment(arms, maintype="image", subtype="png", filename=told["attach"])
    return letter
