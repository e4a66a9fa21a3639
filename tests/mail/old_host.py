"""Another mail host: a Dovecot of its own, with a box that a commune leaves."""

import imaplib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from beffroi.kit import mutf7
from beffroi.servers import ports as tcp, tether
from tests.mail.clients import eventually, letter

EMAIL = "mairie-arcachon@hote.example"
PASSWORD = 'p%u $a"b\\c#d'
"""Everything that a configuration file might read as more than a letter."""
FOLDERS = ("INBOX", "Envoyés", "Délibérations 2024/Été", "Archives [vieux] & co", "Permis.2024")

CONFIG = """\
protocols = imap
base_dir = {place}/run
state_dir = {place}/state
listen = 127.0.0.1
log_path = {place}/log
default_internal_user = dovecot
default_login_user = dovenull
mail_uid = mail
mail_gid = mail
first_valid_uid = 8
first_valid_gid = 8
mail_location = maildir:~/mail:LAYOUT=fs
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0 secs
passdb {{
  driver = passwd-file
  args = username_format=%u {place}/users
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={place}/boxes/%n
}}
namespace own {{
  inbox = yes
  separator = /
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
}}
"""


@dataclass
class OldHost:
    place: Path
    port: int

    def session(self) -> imaplib.IMAP4:
        link = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        link.login(EMAIL, PASSWORD)
        return link

    def fill(self, count: int) -> None:
        """Letters spread over the folders, one in fifty with a piece of paper."""
        link = self.session()
        for name in FOLDERS[1:]:
            assert link.create(_quoted(name))[0] == "OK"
        for n in range(count):
            self.put(link, FOLDERS[n % len(FOLDERS)], n)
        link.logout()

    def put(self, link: imaplib.IMAP4, folder: str, n: int) -> None:
        message = letter(f"Dossier n° {n}", to=EMAIL, text=f"Page {n}.")
        if n % 50 == 0:
            message.add_attachment(
                os.urandom(20_000), maintype="application", subtype="pdf", filename="pièce.pdf"
            )
        flags = "\\Seen" if n % 2 else ""
        assert link.append(_quoted(folder), flags, None, message.as_bytes())[0] == "OK"

    def break_one(self, folder: str) -> None:
        """The host can no longer read one letter of the folder: the session ends when it is asked for."""
        at = self.place / "boxes" / EMAIL.partition("@")[0] / "mail" / mutf7.encoded(folder)
        letters = sorted([*(at / "cur").iterdir(), *(at / "new").iterdir()])
        letters[len(letters) // 2].chmod(0)
        os.chown(letters[len(letters) // 2], 0, 0)
        (at / "dovecot.index.cache").unlink(missing_ok=True)


def _quoted(name: str) -> str:
    return f'"{mutf7.encoded(name)}"'


@contextmanager
def an_old_host() -> Iterator[OldHost]:
    place = Path(tempfile.mkdtemp(prefix="old-host-"))
    place.chmod(0o755)
    boxes = place / "boxes"
    boxes.mkdir()
    shutil.chown(boxes, "mail", "mail")
    port = tcp.free_port()
    (place / "users").write_text(f"{EMAIL}:{{PLAIN}}{PASSWORD}::::::\n")
    config = place / "dovecot.conf"
    config.write_text(CONFIG.format(place=place, port=port))
    run = tether.command(["/usr/sbin/dovecot", "-F", "-c", str(config)], stop=signal.SIGTERM)
    env = os.environ | {tether.PARENT: str(os.getpid())}
    process = subprocess.Popen(run, env=env, cwd="/", process_group=0)
    try:
        assert eventually(lambda: not tcp.is_free(port)), (place / "log").read_text()
        yield OldHost(place=place, port=port)
    finally:
        process.terminate()
        process.wait(timeout=20)
        shutil.rmtree(place, ignore_errors=True)
