"""The pages of the outside world: one list of all that was received, one page per message."""

import html
import re
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from beffroi.servers.outside.store import Envelope

NB = "\N{NO-BREAK SPACE}"
PARIS = ZoneInfo("Europe/Paris")
REFRESH_S = 5
_LINK = re.compile(r"https?://[^\s\"'<>]+")
_WEEKDAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
_MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]

STYLE = """
:root { color-scheme: light dark; --ink: light-dark(#1b1b1f, #ececf0); --paper: light-dark(#fff, #17171a);
  --soft: light-dark(#f2f3f7, #24252b); --line: light-dark(#b9bcc7, #55585f); --link: light-dark(#0b4f8a, #9ccaff); }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 62rem; color: var(--ink); background: var(--paper);
  font: 1.0625rem/1.55 system-ui, sans-serif; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, button:focus-visible, input:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: 1.25rem 0; }
label { display: block; font-weight: 600; } input { font: inherit; padding: .45rem .6rem; min-width: 16rem; max-width: 100%;
  color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: .4rem; }
button { font: inherit; font-weight: 600; padding: .45rem 1rem; border: 0; border-radius: .4rem; cursor: pointer;
  color: var(--paper); background: var(--link); }
ul.mail { list-style: none; padding: 0; margin: 1rem 0; border-top: 1px solid var(--line); }
ul.mail li { padding: .7rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
ul.mail a { font-weight: 600; } .quiet { opacity: .85; font-size: .95rem; }
iframe { width: 100%; height: 42rem; border: 1px solid var(--line); border-radius: .4rem; background: #fff; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--soft); padding: 1rem; border-radius: .4rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; } @media (max-width: 40rem) { dl { display: block; } }
"""


def listing(
    envelopes: Sequence[Envelope], *, words: str, page: int, more: bool, total: int, live: bool
) -> str:
    """The list, newest first."""
    title = "Boîtes aux lettres du monde extérieur"
    lines = [
        f"<h1>{title}</h1>",
        "<p>Cette page tient lieu de toutes les messageries des habitants pendant la démonstration"
        f"{NB}: chaque e-mail envoyé par Beffroi arrive ici, et nulle part ailleurs.</p>",
        '<form role="search" action="/"><div><label for="q">Destinataire ou objet</label>'
        f'<input type="search" id="q" name="q" value="{html.escape(words)}"></div>'
        "<button>Chercher</button></form>",
        f'<p class="quiet">{_count(total)} {_refresh_link(words, live=live)}</p>',
    ]
    if envelopes:
        lines += ['<ul class="mail">', *map(_line, envelopes), "</ul>", _pager(words, page, more)]
    elif words:
        lines.append(f"<p>Aucun message ne correspond à «{NB}{html.escape(words)}{NB}».</p>")
    else:
        lines.append(
            "<p>Rien n’est encore arrivé. Envoyez un Télmail, puis actualisez cette page.</p>"
        )
    return _page(title, "\n".join(lines))


def message(envelope: Envelope, content: EmailMessage | None) -> str:
    """One message: as read, as plain text, its links and its headers."""
    subject = envelope.subject or "(sans objet)"
    lines = [
        '<p><a href="/">Tous les messages reçus</a></p>',
        f"<h1>{html.escape(subject)}</h1>",
        f"<dl><dt>Destinataire</dt><dd>{html.escape(envelope.recipient)}</dd>"
        f"<dt>Reçu</dt><dd>{_when(envelope.at)}</dd>"
        f"<dt>Taille</dt><dd>{_size(envelope.size_bytes)}</dd></dl>",
    ]
    if content is None:
        lines.append("<p>Le contenu de ce message a été effacé pour faire place aux suivants.</p>")
        return _page(subject, "\n".join(lines))
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
    return _page(subject, "\n".join(lines))


def framed(rich: str) -> str:
    """The HTML part as shown in the frame: its links leave the frame."""
    return f'<base target="_top">{rich}'


def missing() -> str:
    return _page(
        "Message introuvable",
        '<h1>Message introuvable</h1><p><a href="/">Tous les messages reçus</a></p>',
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


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main>{body}</main></body></html>"
    )


def _line(envelope: Envelope) -> str:
    subject = html.escape(envelope.subject or "(sans objet)")
    return (
        f'<li><a href="/message/{envelope.n}">{subject}</a><br>'
        f'<span class="quiet">{html.escape(envelope.recipient)} — {_when(envelope.at)}</span></li>'
    )


def _pager(words: str, page: int, more: bool) -> str:
    steps = [(page - 1, "Messages plus récents")] if page > 1 else []
    if more:
        steps.append((page + 1, "Messages plus anciens"))
    found = [
        f'<a href="/?{urlencode({"q": words, "page": number})}">{label}</a>'
        for number, label in steps
    ]
    return f'<nav aria-label="Pages"><p>{" · ".join(found)}</p></nav>' if found else ""


def _refresh_link(words: str, *, live: bool) -> str:
    if live:
        where, label = {"q": words}, "Arrêter l’actualisation automatique"
    else:
        where = {"q": words, "direct": "1"}
        label = f"Actualiser toutes les {REFRESH_S}{NB}secondes"
    return (
        f'<a href="/?{urlencode({"q": words})}">Actualiser</a> · '
        f'<a href="/?{urlencode(where)}">{label}</a>'
    )


def _count(total: int) -> str:
    if total < 2:
        return f"{total} message reçu."
    return f"{total:,} messages reçus.".replace(",", NB)


def _when(at: float) -> str:
    day = datetime.fromtimestamp(at, PARIS)
    date = f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{date} à {day.hour}{NB}h{NB}{day:%M}{NB}min{NB}{day:%S}{NB}s"


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1024:.1f}{NB}Kio".replace(".", ",")
