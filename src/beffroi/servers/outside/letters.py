"""Letters that a visitor of the demonstration writes to the town: an ordinary sender, at the town's mail exchanger."""

import html
import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid

from beffroi.servers.outside import look
from beffroi.servers.outside.look import MAIL, NB

HOST = "monde.example"
LONGEST = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    sender: str = f"claire.martin@{HOST}"
    to: str = ""
    subject: str = ""
    text: str = ""

    @classmethod
    def from_form(cls, form: Mapping[str, list[str]]) -> "Letter":
        def field(name: str) -> str:
            return form.get(name, [""])[0][:LONGEST].strip()

        one_line = {name: " ".join(field(name).split()) for name in ("de", "a", "objet")}
        return cls(
            sender=one_line["de"],
            to=one_line["a"],
            subject=one_line["objet"],
            text=field("texte"),
        )


def send(letter: Letter, *, port: int) -> str:
    """What the town's mail exchanger said, in a sentence."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = letter.sender, letter.to
    message["Subject"] = letter.subject
    message["Date"], message["Message-ID"] = formatdate(localtime=True), make_msgid(domain=HOST)
    message.set_content(letter.text)
    try:
        with smtplib.SMTP("127.0.0.1", port, local_hostname=HOST, timeout=30) as door:
            door.send_message(message, letter.sender, [letter.to])
    except smtplib.SMTPRecipientsRefused as refused:
        _code, why = next(iter(refused.recipients.values()))
        return f"Refusé par la commune{NB}: {why.decode(errors='replace')}"
    except smtplib.SMTPResponseException as refused:
        said = refused.smtp_error
        words = said if isinstance(said, str) else said.decode(errors="replace")
        return f"Refusé par la commune{NB}: {words}"
    except (OSError, smtplib.SMTPException):
        return "Le serveur de courrier de la commune ne répond pas."
    return f"Votre lettre est partie{NB}: elle est dans la boîte de la commune."


def page(letter: Letter, *, said: str = "") -> str:
    """The form of whoever writes to the town."""
    told = f'<p class="said" role="status">{html.escape(said)}</p>' if said else ""
    fields = "".join(
        f'<div class="wide"><label for="{name}">{label}</label>'
        f'<input id="{name}" name="{name}" value="{html.escape(value)}"{kind} required></div>'
        for name, label, value, kind in (
            ("de", "De", letter.sender, ' type="email"'),
            ("a", "À", letter.to, ' type="email"'),
            ("objet", "Objet", letter.subject, ""),
        )
    )
    return look.page(
        "Écrire à la commune",
        f"<h1>Écrire à la commune</h1>{told}"
        f"<p>Cette lettre entre par la porte du monde, comme celle de n’importe qui{NB}: la commune la refuse"
        " si l’adresse n’existe pas.</p>"
        f'<form method="post" action="/ecrire">{fields}<div class="wide"><label for="texte">Texte</label>'
        f'<textarea id="texte" name="texte" maxlength="{LONGEST}" required>{html.escape(letter.text)}'
        "</textarea></div><button>Envoyer</button></form>",
        tab=MAIL,
    )
