"""The mail pages of the outside world: one list of all that was received, one page per message."""

import html
import re
from collections.abc import Sequence
from email.message import EmailMessage

from beffroi.servers.outside import look
from beffroi.servers.outside.look import MAIL, NB, Looked
from beffroi.servers.outside.store import Envelope

_LINK = re.compile(r"https?://[^\s\"'<>]+")


def listing(
    envelopes: Sequence[Envelope], looked: Looked, *, more: bool, total: int, write: bool = False
) -> str:
    """The list, newest first."""
    title = "Boîtes aux lettres du monde extérieur"
    lines = [
        f"<h1>{title}</h1>",
        "<p>Cette page tient lieu de toutes les messageries des habitants pendant la démonstration"
        f"{NB}: chaque e-mail envoyé par Beffroi arrive ici, et nulle part ailleurs.</p>",
        '<p><a href="/ecrire">Écrire à la commune</a></p>' if write else "",
        look.search(looked, "Destinataire ou objet", tab=MAIL),
        look.count(total, looked, tab=MAIL),
    ]
    if envelopes:
        lines += ['<ul class="mail">', *map(_line, envelopes), "</ul>"]
        lines.append(look.pager(looked, more=more, tab=MAIL))
    else:
        yet = "Rien n’est encore arrivé. Envoyez un Télmail, puis actualisez cette page."
        lines.append(look.nothing(looked, yet))
    return look.page(title, "\n".join(lines), tab=MAIL)


def message(envelope: Envelope, content: EmailMessage | None, *, answer: bool = False) -> str:
    """One message: as read, as plain text, its links and its headers."""
    subject = envelope.subject or "(sans objet)"
    lines = [
        '<p><a href="/">Tous les messages reçus</a></p>',
        f"<h1>{html.escape(subject)}</h1>",
        f"<dl><dt>Destinataire</dt><dd>{html.escape(envelope.recipient)}</dd>"
        f"<dt>Reçu</dt><dd>{look.when(envelope.at)}</dd>"
        f"<dt>Taille</dt><dd>{_size(envelope.size_bytes)}</dd></dl>",
    ]
    if answer and envelope.sender:
        lines.append(f'<p><a href="/ecrire?n={envelope.n}">Répondre</a></p>')
    if content is None:
        lines.append("<p>Le contenu de ce message a été effacé pour faire place aux suivants.</p>")
        return look.page(subject, "\n".join(lines), tab=MAIL)
    text, rich = bodies(content)
    if rich:
        lines.append(
            "<h2>Tel que le lit le destinataire</h2>"
            f'<iframe src="/message/{envelope.n}/html" title="Contenu du message" loading="lazy"'
            ' sandbox="allow-popups allow-popups-to-escape-sandbox'
            ' allow-top-navigation-by-user-activation"></iframe>'
        )
    if found := links(content):
        items = "".join(
            f'<li><a href="{html.escape(link)}">{html.escape(link)}</a></li>' for link in found
        )
        lines.append(f"<h2>Liens du message</h2><ul>{items}</ul>")
    lines.append(f"<h2>Texte seul</h2><pre>{html.escape(text)}</pre>")
    headers = "\n".join(f"{name}: {value}" for name, value in content.items())
    lines.append(
        f"<h2>En-têtes</h2><pre>Return-Path: &lt;{html.escape(envelope.sender)}&gt;\n"
        f"{html.escape(headers)}</pre>"
        f'<p><a href="/message/{envelope.n}/brut">Message brut</a></p>'
    )
    return look.page(subject, "\n".join(lines), tab=MAIL)


def framed(rich: str) -> str:
    """The HTML part as shown in the frame: its links leave the frame."""
    return f'<base target="_top">{rich}'


def missing() -> str:
    return look.page(
        "Message introuvable",
        '<h1>Message introuvable</h1><p><a href="/">Tous les messages reçus</a></p>',
        tab=MAIL,
    )


def bodies(content: EmailMessage) -> tuple[str, str]:
    """(plain text, HTML); empty when there is none."""
    plain, rich = content.get_body(("plain",)), content.get_body(("html",))
    return (
        str(plain.get_content()) if plain is not None else "",
        str(rich.get_content()) if rich is not None else "",
    )


def links(content: EmailMessage) -> list[str]:
    """Every link of the message, in order, each once."""
    text, rich = bodies(content)
    found = _LINK.findall(text) + [html.unescape(link) for link in _LINK.findall(rich)]
    found += _LINK.findall(str(content.get("List-Unsubscribe", "")))
    return list(dict.fromkeys(link.rstrip(".,;)") for link in found))


def _line(envelope: Envelope) -> str:
    subject = html.escape(envelope.subject or "(sans objet)")
    return (
        f'<li><a href="/message/{envelope.n}">{subject}</a><br>'
        f'<span class="quiet">{html.escape(envelope.recipient)} — {look.when(envelope.at)}</span></li>'
    )


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1024:.1f}{NB}Kio".replace(".", ",")
