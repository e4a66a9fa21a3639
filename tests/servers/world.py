"""The outside world as a process of its own, and an ear for the reports that it sends back."""

import json
import os
import smtplib
import subprocess
import sys
import urllib.parse
import urllib.request
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP

from beffroi.servers.ports import free_port
from tests.instance.whole import wait_until

LINK = "http://127.0.0.1:8000/arcachon/desinscription/AQAA"


class Outside:
    def __init__(self, folder, lmtp_port):
        self.smtp, self.page, self.sms, self.push = (free_port() for _ in range(4))
        self._said = folder / "outside.log"
        self._environment = {
            **os.environ,
            "BEFFROI_DIR": str(folder),
            "BEFFROI_SMTP_URL": f"smtp://127.0.0.1:{self.smtp}",
            "BEFFROI_OUTSIDE_URL": f"http://127.0.0.1:{self.page}",
            "BEFFROI_LMTP_PORT": str(lmtp_port),
            "BEFFROI_OUTSIDE_SMS_PORT": str(self.sms),
            "BEFFROI_OUTSIDE_PUSH_PORT": str(self.push),
        }
        self.start()

    def start(self):
        with self._said.open("a") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "beffroi.servers.outside"],
                env=self._environment,
                stderr=said,
            )
        wait_until(self.answers, 60, "the outside world is there", self._said.read_text)

    def answers(self):
        try:
            return bool(self.get("/api/count"))
        except OSError:
            return False

    def stop(self, signal="terminate"):
        getattr(self.process, signal)()
        self.process.wait(10)

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.page}{path}", timeout=10) as answer:
            return answer.read().decode()

    def post(self, path, **form):
        data = urllib.parse.urlencode(form).encode()
        where = f"http://127.0.0.1:{self.page}{path}"
        with urllib.request.urlopen(where, data=data, timeout=10) as answer:
            return answer.read().decode()

    def texts(self, query=""):
        return json.loads(self.get(f"/api/sms{query}"))["texts"]

    def messages(self, query=""):
        return json.loads(self.get(f"/api/messages{query}"))["messages"]

    def send(self, recipient, subject="Fête de l’été", sender="r-1@retours.localhost"):
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = "mairie@ville.example", recipient, subject
        letter["Message-ID"] = "<r-1@retours.localhost>"
        letter.set_content(f"Bonjour, {LINK}\n")
        letter.add_alternative(f'<p>Bonjour <a href="{LINK}">ici</a></p>', subtype="html")
        with smtplib.SMTP("127.0.0.1", self.smtp) as out:
            out.sendmail(sender, [recipient], letter.as_bytes())


class Ear:
    def __init__(self):
        self.received, self.port = [], 0

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd names it
        self.received += [(r, envelope.original_content) for r in envelope.rcpt_tos]
        return "250 OK"


class Door(Controller):
    def factory(self):
        return LMTP(self.handler)
