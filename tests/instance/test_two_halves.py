"""The site as a user without any right, the mail servers as root beside it: what `./beffroi install` starts, without systemd."""

import imaplib
import json
import os
import shutil
import signal
import smtplib
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

import pytest

from beffroi.servers import supervision
from beffroi.servers.launch.install import plan, units
from beffroi.servers.launch.install.asked import Asked
from beffroi.servers.launch.install.hands import Hands
from beffroi.servers.launch.install.steps import Section
from beffroi.servers.layout import Layout, MailPorts
from beffroi.servers.ports import free_port
from tests.instance import whole as house
from tests.mail.clients import Inbox, eventually

pytestmark = [pytest.mark.instance, pytest.mark.slow]

NOBODY = "daemon"
"""Of base-passwd: a user with nothing, as `beffroi` is."""
WORD = "une phrase bien longue"
MAKE = f"""
from django.utils import timezone
from beffroi.mailhosting.models import Domain, Mailbox
from beffroi.mailhosting.services import boxes, domains, passwords
from beffroi.mailhosting.services.boxes import NewBox
from beffroi.towns import services as towns
now = timezone.now()
town = towns.create_town("33009", at=now, sender_address="mairie@arcachon.example")
domain = domains.choose(town, "arcachon.example", by=None, at=now)
domains.move(town, domain.pk, Domain.State.PUBLISHED, by=None, at=now)
new = NewBox(domain_id=domain.pk, local_part="accueil", kind=Mailbox.Kind.PERSON, display_name="Accueil", quota_mib=100)
passwords.set_password(town, boxes.create(town, new, by=None, at=now).pk, {WORD!r}, by=None, at=now)
"""


@dataclass(kw_only=True)
class Halves:
    dir: Path
    port: int
    launchers: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def mail_ports(self) -> MailPorts:
        return MailPorts.after(self.port)

    def start(self, half: str) -> None:
        closed = ["setpriv", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
        who = [*closed, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--init-groups"]
        program = [
            str(house.ROOT / "beffroi"),
            half,
            "--dir",
            str(self.dir),
            "--port",
            str(self.port),
        ]
        with (self.dir.parent / f"{half}.out").open("ab") as out:
            self.launchers[half] = subprocess.Popen(
                [*(who if half == "up" else []), *program],
                env=house.clean_environment() | {"BEFFROI_MAIL": "apart"},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                cwd="/",
            )

    def said(self) -> str:
        return "\n".join(path.read_text() for path in self.dir.parent.glob("*.out"))

    @property
    def whole(self) -> house.Whole:
        return house.Whole(
            dir=self.dir,
            port=self.port,
            launcher=self.launchers["up"],
            output=self.dir.parent / "up.out",
        )

    def parts(self) -> dict[str, str]:
        try:
            return {
                name: part["state"]
                for name, part in json.loads(self.whole.health()[1])["parts"].items()
                if not part["healthy"]
            }
        except ValueError:
            return {"web": "silent"}

    def well(self) -> None:
        running = {"postfix", "dovecot", "rspamd", "mail-keeper", "mail-desk", "boxes"}
        half = Layout(dir=self.dir).mail_half
        house.wait_until(
            lambda: (
                running == {part.name for part in supervision.published(half) or []}
                and self.whole.health()[0] == 200
            ),
            house.START_TIMEOUT_S,
            "both halves are well",
            self.said,
        )

    def brought(self, subject: str) -> bool:
        """False: put off, to be brought again."""
        letter = EmailMessage()
        letter["From"], letter["To"] = "claire@monde.example", "accueil@arcachon.example"
        letter["Subject"] = subject
        letter.set_content("Bonjour")
        with smtplib.SMTP("127.0.0.1", self.mail_ports.mx, "monde.example", timeout=60) as door:
            try:
                door.sendmail(letter["From"], [letter["To"]], letter.as_bytes())
            except smtplib.SMTPRecipientsRefused as refused:
                assert {code // 100 for code, _ in refused.recipients.values()} == {4}
                return False
        return True

    def arrived(self, subject: str) -> bool:
        try:
            with Inbox(self.mail_ports.imaps, "accueil@arcachon.example", WORD) as inbox:
                return subject in inbox.subjects()
        except imaplib.IMAP4.error:  # the database is away
            return False

    def stop(self) -> None:
        for half in ("mail", "up"):
            launcher = self.launchers[half]
            launcher.send_signal(signal.SIGTERM)
            launcher.wait(timeout=house.STOP_TIMEOUT_S)


@pytest.fixture
def halves(monkeypatch) -> Iterator[Halves]:
    folder = Path(tempfile.mkdtemp(prefix="beffroi-halves-"))
    folder.chmod(0o711)
    both = Halves(dir=folder / "data", port=free_port(neighbours=15))
    monkeypatch.setattr(units, "USER", NOBODY)
    asked = Asked(
        source=house.ROOT,
        dir=both.dir,
        port=both.port,
        site="beffroi.bassin.example",
        host="courrier.bassin.example",
        returns="retours.bassin.example",
        relay="",
        email="",
        acme="certbot",
        mail=True,
        nginx=False,
    )
    steps = [step for part in plan.of(asked) for step in part.steps if _lies_in(both.dir, step)]
    Hands().carry_out([Section(title="Dossiers", steps=tuple(steps))])
    settings = both.dir / "settings.env"
    kept = [line for line in settings.read_text().splitlines() if "BEFFROI_MAIL" not in line]
    settings.write_text("\n".join([*kept, "BEFFROI_MAIL_HOST=courrier.bassin.example"]))
    try:
        yield both
    finally:
        for launcher in both.launchers.values():
            if launcher.poll() is None:
                launcher.kill()
                launcher.wait()
        house.wait_until(
            lambda: not house.processes_of(both.dir), house.STOP_TIMEOUT_S, "none is left"
        )
        shutil.rmtree(folder)


def _lies_in(folder: Path, step: object) -> bool:
    path = getattr(step, "path", None)
    return path is not None and (path == folder or folder in path.parents)


def test_two_halves_serve_one_town_and_either_survives_the_death_of_the_other(halves):
    halves.start("mail")  # it waits for the other
    halves.start("up")
    halves.well()
    halves.whole.manage("shell", "-v", "0", "-c", MAKE)
    assert halves.brought("premiere")
    assert eventually(lambda: halves.arrived("premiere"))

    halves.launchers["mail"].kill()
    halves.launchers["mail"].wait()
    house.wait_until(
        lambda: halves.parts() == {"mail": "stopped"}, 60, "the site says it", halves.parts
    )
    halves.start("mail")
    halves.well()

    halves.whole.restarted("postgres", halves.whole.kill("postgres"))
    halves.well()
    assert eventually(lambda: halves.brought("seconde"))  # Dovecot alone would wait for a minute
    assert eventually(lambda: halves.arrived("seconde"))

    os.kill(halves.launchers["mail"].pid, signal.SIGHUP)  # as a terminal that closes
    strangers = {path.owner() for path in (halves.dir / "secrets").iterdir()}
    assert strangers == {NOBODY}  # nothing that the site could not read again
    assert halves.launchers["mail"].poll() is None
    halves.stop()
    assert house.processes_of(halves.dir) == []
