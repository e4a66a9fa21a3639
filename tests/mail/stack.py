"""The real mail servers on the tests' own database: one stack for all tests of this folder."""

import os
import shutil
import signal
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from beffroi.gateways.doveadm import Doveadm
from beffroi.mailhosting.models import Domain, Mailbox, Nudge
from beffroi.mailhosting.services import boxes, domains, passwords, roster
from beffroi.mailhosting.services.boxes import NewBox
from beffroi.servers import ports as tcp, tether
from beffroi.servers.layout import Layout, MailPorts
from beffroi.servers.mail import house, rspamd
from beffroi.servers.mail.home import Home
from beffroi.servers.postgres import Cluster
from beffroi.towns.models import Town
from tests import cast, database
from tests.mail import ground
from tests.mail.clients import TRUSTING, Inbox, Sieve, World, eventually

WORD = "une phrase bien longue"
START_TIMEOUT_S = 90
KEEPER_EVERY_S = 0.2
SOURCE = str(Path(house.__file__).parents[3])
BEHIND_A_GUARD = ("postfix", "rspamd")


@dataclass(kw_only=True)
class Stack:
    home: Home
    world: World
    cluster: Cluster
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    names: int = 0

    @property
    def ports(self) -> MailPorts:
        return self.home.ports

    @property
    def dovecot(self) -> Doveadm:
        return Doveadm(port=self.ports.doveadm, key=self.home.doveadm_key)

    # rows

    def town(self, insee_code: str, domain: str) -> Town:
        town = cast.a_town(insee_code, sender_address=f"mairie@{domain}")
        self.domain(town, domain)
        return town

    def domain(self, town: Town, name: str, *, live: bool = True) -> Domain:
        now = timezone.now()
        row = domains.choose(town, name, by=None, at=now)
        if live:
            row = domains.move(town, row.pk, Domain.State.PUBLISHED, by=None, at=now)
        return row

    def box(self, town: Town, kind: str = "person", *, domain: Domain | None = None, **others):
        """A new one, under a name that no other test has."""
        self.names += 1
        under = domain or Domain.objects.of(town).first()
        new = NewBox(
            domain_id=under.pk,
            local_part=f"{kind}{self.names}",
            kind=Mailbox.Kind(kind),
            display_name=f"{kind} {self.names}",
            **{"quota_mib": 100, **others},
        )
        row = boxes.create(town, new, by=None, at=timezone.now())
        if kind == "person":
            passwords.set_password(town, row.pk, WORD, by=None, at=timezone.now())
        return row

    def join(self, shared: Mailbox, person: Mailbox, **others):
        now = timezone.now()
        return roster.add(shared.town, shared.pk, person.pk, by=None, at=now, **others)

    # programs

    def inbox(self, box: Mailbox | str, password: str = WORD) -> Inbox:
        """Opened once the desk has nothing left to say: what it says ends sessions."""
        assert eventually(self._desk_is_idle, within_s=START_TIMEOUT_S), self.logs()
        return Inbox(self.ports.imaps, _email(box), password)

    def _desk_is_idle(self) -> bool:
        waiting = Nudge.objects.across_towns(why="tests").filter(due_at__lte=timezone.now())
        return not waiting.exists()

    def sieve(self, box: Mailbox) -> Sieve:
        return Sieve(self.ports.sieve, _email(box), WORD)

    def bring(self, message, *, to: Mailbox | str, sender: str = "claire@monde.example") -> None:
        """As another mail host does. Raises what smtplib raises."""
        with smtplib.SMTP("127.0.0.1", self.ports.mx, "monde.example", timeout=60) as door:
            door.sendmail(sender, [_email(to)], message.as_bytes())

    def send(self, message, *, login: Mailbox, sender: Mailbox | str, to: Mailbox | str) -> None:
        """As a holder's program does. Raises what smtplib raises."""
        with smtplib.SMTP_SSL(
            "127.0.0.1", self.ports.submissions, "pc", context=TRUSTING, timeout=60
        ) as door:
            door.login(_email(login), WORD)
            door.sendmail(_email(sender), [_email(to)], message.as_bytes())

    # servers

    def start(self, name: str) -> None:
        if name == "postgres":
            self.processes[name] = ground.run_again(self.cluster, self.home.dir)
            for reader in ("postfix", "dovecot"):  # as the launcher does
                self.processes[reader].send_signal(signal.SIGHUP)
            return
        server = next(one for one in house.servers(self.home) if one.name == name)
        quick = ("--every", str(KEEPER_EVERY_S)) if name == "mail-keeper" else ()
        self._run(name, [*server.command, *quick], os.environ | {"PYTHONPATH": SOURCE})

    def start_desk(self) -> None:
        env = os.environ | {
            "DATABASE_URL": database.url(),
            "BEFFROI_MAIL_DIR": str(self.home.dir),
            "BEFFROI_DOVEADM_PORT": str(self.ports.doveadm),
            "PYTHONPATH": SOURCE,
            "BEFFROI_DIR": str(settings.BEFFROI_DIR),
        }
        run = [sys.executable, "-m", "beffroi.config.mail_desk"]
        self._run("desk", tether.command(run, stop=signal.SIGTERM), env)

    def _run(self, name: str, command: list[str], env: dict[str, str]) -> None:
        with (self.home.dir / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command,
                env=env | {tether.PARENT: str(os.getpid())},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
                cwd="/",
            )

    def kill(self, name: str) -> None:
        """kill -9 of the program itself; then what the supervisor does."""
        process = self.processes[name]
        main = process.pid
        if name in BEHIND_A_GUARD:
            main = int(Path(f"/proc/{main}/task/{main}/children").read_text().split()[0])
        os.kill(main, signal.SIGKILL)
        process.wait()
        assert is_gone(main), f"what {name} had started still answers"

    def wait_up(self) -> None:
        assert house.wait_until_up(self.home, timeout_s=START_TIMEOUT_S), self.logs()

    def stop(self) -> None:
        """PostgreSQL last."""
        database = self.processes.pop("postgres")
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(timeout=30)
        ground.stop(database)

    def logs(self) -> str:
        ends = [
            f"== {path.name}\n" + "\n".join(path.read_text(errors="replace").splitlines()[-60:])
            for path in sorted(self.home.dir.glob("*.log"))
        ]
        return "\n".join(ends)


def is_gone(group: int, *, within_s: float = 10) -> bool:
    """Children of a killed master end when they see that it is gone, or its guard ends them."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def _email(box: Mailbox | str) -> str:
    return box if isinstance(box, str) else box.address.email


@contextmanager
def a_stack(world: World) -> Iterator[Stack]:
    """PostgreSQL, Postfix, Dovecot, rspamd and the desk, in a folder of their own."""
    folder = Path(tempfile.mkdtemp(prefix="beffroi-mail-"))
    folder.chmod(0o711)
    (folder / "secrets").symlink_to(settings.BEFFROI_DIR / "secrets")
    try:
        with ground.own_cluster(folder) as (cluster, database):
            call_command("mail_roles")
            stack = Stack(home=_home(folder, world, cluster), world=world, cluster=cluster)
            stack.processes["postgres"] = database
            try:
                _begin(stack)
                yield stack
            finally:
                stack.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _begin(stack: Stack) -> None:
    house.make(stack.home)
    for server in house.servers(stack.home):
        stack.start(server.name)
    stack.start_desk()
    stack.wait_up()
    rspamd.keep(stack.home)


def _home(folder: Path, world: World, cluster: Cluster) -> Home:
    found = house.find(
        Layout(dir=folder),
        {"BEFFROI_URL": "http://127.0.0.1", "BEFFROI_MAIL_HOST": "mail.beffroi.example"},
        ports=MailPorts.after(tcp.free_port(neighbours=15)),
        database_url=cluster.url,
        private=False,
        alone=True,
        relay=f"127.0.0.1:{world.port}",
    )
    assert isinstance(found, Home), found
    return replace(found, base=replace(found.base, host=str(cluster.mail_sockets)))
