"""Official mail on its real servers: how soon a box is read, how soon access is gone, many towns, letters a second.

Every clock runs in this process, from the call of the service to what a mail program sees. One JSON object on standard output.
"""

import argparse
import imaplib
import json
import multiprocessing
import os
import shutil
import signal
import smtplib
import ssl
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from beffroi.config.bench.ground import HOST, data_folder
from beffroi.servers import tether
from beffroi.servers.layout import Layout, MailPorts
from beffroi.servers.mail import house
from beffroi.servers.mail.home import Home
from beffroi.servers.ports import free_port
from beffroi.servers.postfix_tools import find_or_fetch

if TYPE_CHECKING:
    from beffroi.mailhosting.models import Domain, Mailbox
    from beffroi.towns.models import Town

ROUNDS, TOWNS, BOXES, LETTERS, LETTER_BYTES, SESSIONS = 10, 1_000, 10, 2_000, 4_096, 20
WORD = "une phrase bien longue"
FIRST_START_S = 120


def main(arguments: list[str] | None = None) -> None:
    """`./beffroi bench mail`; as root, with the packages of the mail servers."""
    parser = argparse.ArgumentParser(prog="beffroi bench mail")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--towns", type=int, default=TOWNS)
    parser.add_argument("--letters", type=int, default=LETTERS)
    asked = parser.parse_args(arguments)
    _set_up()
    with _servers() as (home, started_s, mib):
        scene = _scene(home)
        rounds = [scene.box_to_read() for _ in range(asked.rounds)]
        gone = [scene.access_gone() for _ in range(asked.rounds)]
        filtered = scene.letters_per_s(asked.letters)
        _without_filter(home)
        bare = scene.letters_per_s(asked.letters)
        towns_s = _many_towns(asked.towns)
    print(
        json.dumps(
            {
                "warm_start_s": round(started_s, 2),
                "memory_mib": mib,
                "box_to_first_read_s": _spread(rounds),
                "roster_to_access_gone_s": _spread(gone),
                "towns": asked.towns,
                "boxes": asked.towns * BOXES,
                "towns_created_s": round(towns_s, 1),
                "accepted_per_s": round(filtered),
                "accepted_per_s_without_filter": round(bare),
            }
        )
    )


def _spread(seconds: list[float]) -> dict[str, float]:
    return {"median": round(statistics.median(seconds), 3), "worst": round(max(seconds), 3)}


def _set_up() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beffroi.config.settings")
    django.setup()


@contextmanager
def _servers() -> Iterator[tuple[Home, float, int]]:
    """Started twice: the first time compiles the filter's patterns, the second is what every later one takes."""
    from django.core.management import call_command

    call_command("mail_roles")
    home = _home()
    for last in (False, True):
        house.make(home)
        began = time.monotonic()
        processes = [_run(list(server.command)) for server in house.servers(home)]
        try:
            if house.wait_until_up(home, timeout_s=FIRST_START_S) is None:
                sys.exit("Les serveurs de courrier ne répondent pas.")
            took = time.monotonic() - began
            if last:
                processes.append(_desk(home))
                yield home, took, house.weigh_mib([process.pid for process in processes[:3]]) or 0
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait()
    shutil.rmtree(home.dir)


def _home() -> Home:
    folder = data_folder()
    for place in (folder, folder.parent):
        place.mkdir(exist_ok=True)
        place.chmod(0o711)
    url = os.environ["DATABASE_URL"]
    found = house.find(
        Layout(dir=folder),
        {"BEFFROI_URL": "http://127.0.0.1", "BEFFROI_MAIL_HOST": "mail.beffroi.example"},
        ports=MailPorts.after(free_port(neighbours=15)),
        database_url=url,
        private=False,
        alone=True,
        relay=f"{HOST}:9",
    )
    if isinstance(found, house.Off):
        sys.exit(f"Le courrier ne peut pas être mesuré : {found.why}.")
    second = Path(unquote(urlsplit(url).hostname or "")).parent.parent / "mail-sockets"
    host = str(second) if second.exists() else found.base.host
    return replace(found, base=replace(found.base, host=host))


def _desk(home: Home) -> "subprocess.Popen[bytes]":
    os.environ["BEFFROI_MAIL_DIR"] = str(home.dir)
    os.environ["BEFFROI_DOVEADM_PORT"] = str(home.ports.doveadm)
    run = [sys.executable, "-m", "beffroi.config.mail_desk"]
    return _run(tether.command(run, stop=signal.SIGTERM))


def _run(command: list[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command,
        env=os.environ | {tether.PARENT: str(os.getpid())},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,
        cwd="/",
    )


def _without_filter(home: Home) -> None:
    """The same Postfix, asked to do without."""
    path = home.postfix / "conf" / "main.cf"
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("smtpd_milters")]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    subprocess.run(["/usr/sbin/postfix", "-c", str(path.parent), "reload"], check=True)
    time.sleep(2)


@dataclass(kw_only=True)
class Scene:
    home: Home
    town: "Town"
    domain: "Domain"
    made: int = 0

    def box(self, kind: str) -> "Mailbox":
        from beffroi.mailhosting.models import Mailbox
        from beffroi.mailhosting.services import boxes, passwords
        from beffroi.mailhosting.services.boxes import NewBox

        self.made += 1
        new = NewBox(
            domain_id=self.domain.pk,
            local_part=f"{kind}{self.made}",
            kind=Mailbox.Kind(kind),
            display_name=kind,
        )
        made = boxes.create(self.town, new, by=None, at=_now())
        return passwords.set_password(self.town, made.pk, WORD, by=None, at=_now())

    def box_to_read(self) -> float:
        began = time.monotonic()
        box = self.box("person")
        with smtplib.SMTP(HOST, self.home.ports.mx, "monde.example") as door:
            door.sendmail("a@monde.example", [box.address.email], "Subject: Un\r\n\r\nUn.\r\n")
        while not self._reads(box):
            time.sleep(0.01)
        return time.monotonic() - began

    def _reads(self, box: "Mailbox") -> bool:
        try:
            link = self._sign_in(box)
            found = link.select()[1][0] != b"0"
            link.shutdown()
        except imaplib.IMAP4.error:  # ended by the desk's first word
            return False
        return found

    def access_gone(self) -> float:
        from beffroi.mailhosting.services import roster

        shared, person = self.box("commission"), self.box("person")
        at = _now()
        member = roster.add(self.town, shared.pk, person.pk, by=None, at=at)
        _until(lambda: not _nudges_wait())
        link = self._sign_in(person)
        began = time.monotonic()
        roster.end(self.town, member.pk, by=None, at=_now())
        _until(lambda: _hung_up(link))
        took = time.monotonic() - began
        after = self._sign_in(person)
        if any(b"Partage" in line for line in after.list()[1] if isinstance(line, bytes)):
            sys.exit("Le partage est encore là.")
        after.shutdown()
        return took

    def letters_per_s(self, count: int) -> float:
        tools = find_or_fetch(data_folder() / "tools")
        box = self.box("function")
        command = [
            str(tools.source),
            "-s",
            str(SESSIONS),
            "-l",
            str(LETTER_BYTES),
            "-m",
            str(count),
        ]
        command += ["-f", "a@monde.example", "-t", box.address.email]
        began = time.monotonic()
        to = f"{HOST}:{self.home.ports.mx}"
        subprocess.run([*command, to], env=tools.environment(), check=True)
        return count / (time.monotonic() - began)

    def _sign_in(self, box: "Mailbox") -> imaplib.IMAP4_SSL:
        trusting = ssl._create_unverified_context()  # noqa: S323 - a certificate of our own, on loopback
        link = imaplib.IMAP4_SSL(HOST, self.home.ports.imaps, ssl_context=trusting)
        link.login(box.address.email, WORD)
        return link


def _scene(home: Home) -> Scene:
    from beffroi.mailhosting.models import Domain
    from beffroi.mailhosting.services import allowances, domains
    from beffroi.towns import services as towns

    town = towns.create_town("33009", at=_now(), sender_address="a@arcachon.example")
    by = towns.create_agent(email="a@b.example", full_name="A", at=_now())
    allowances.lend(town, max_boxes=10_000, max_mib=10**9, by=by, at=_now())
    domain = domains.choose(town, "arcachon.example", by=None, at=_now())
    live = domains.move(town, domain.pk, Domain.State.PUBLISHED, by=None, at=_now())
    return Scene(home=home, town=town, domain=live)


def _nudges_wait() -> bool:
    from beffroi.mailhosting.models import Nudge

    return Nudge.objects.across_towns(why="bench").filter(due_at__lte=_now()).exists()


def _hung_up(link: imaplib.IMAP4_SSL) -> bool:
    try:
        return link.noop()[0] != "OK"
    except (imaplib.IMAP4.abort, OSError):
        return True


def _until(fact: Callable[[], bool]) -> None:
    while not fact():
        time.sleep(0.005)


def _many_towns(count: int) -> float:
    """Each with a domain and ten boxes, by two processes: seconds. Its key is made when its records are first asked for."""
    from django.db import connection

    from beffroi.towns import communes

    codes = [code for code in communes.everyone() if code != "33009"][:count]
    halves = [codes[::2], codes[1::2]]
    began = time.monotonic()
    connection.close()  # each process opens its own
    with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as pool:
        list(pool.map(_make_towns, halves))
    return time.monotonic() - began


def _make_towns(codes: list[str]) -> None:
    from django.db import transaction

    from beffroi.mailhosting.models import Mailbox
    from beffroi.mailhosting.services import boxes, domains
    from beffroi.mailhosting.services.boxes import NewBox
    from beffroi.towns import services as towns

    for code in codes:
        with transaction.atomic():
            town = towns.create_town(code, at=_now(), sender_address=f"a@c{code}.example")
            domain = domains.choose(town, f"c{code}.example", by=None, at=_now())
            wanted = [
                NewBox(
                    domain_id=domain.pk,
                    local_part=f"boite{number}",
                    kind=Mailbox.Kind.PERSON,
                    display_name=f"Boîte {number}",
                )
                for number in range(BOXES)
            ]
            boxes.create_many(town, wanted, by=None, at=_now())


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    main()
