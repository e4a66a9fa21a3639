"""What the pages of the outside world share: the frame, the tabs, a list that is searched and walked."""

import html
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

NB = "\N{NO-BREAK SPACE}"
PARIS = ZoneInfo("Europe/Paris")
REFRESH_S = 5
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
a:focus-visible, button:focus-visible, input:focus-visible,
textarea:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
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
nav.tabs { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; border-bottom: 1px solid var(--line); margin-bottom: 1.25rem; }
nav.tabs a { padding: .5rem 0; text-decoration: none; border-bottom: 3px solid transparent; }
nav.tabs a[aria-current] { font-weight: 700; color: var(--ink); border-bottom-color: var(--link); }
ul.phones { list-style: none; padding: 0; margin: 1rem 0; display: grid; gap: 1rem; }
ul.phones > li { border: 1px solid var(--line); border-radius: .8rem; padding: .8rem 1rem; overflow-wrap: anywhere; }
.head { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; margin: 0 0 .5rem; }
.head a, .head strong { font-weight: 600; }
p.bubble { margin: 0 0 .4rem; padding: .6rem .9rem; max-width: 34rem; width: fit-content; white-space: pre-wrap;
  overflow-wrap: anywhere; background: var(--soft); border-radius: 1.1rem 1.1rem 1.1rem .25rem; }
p.bubble.mine { margin-left: auto; color: var(--paper); background: var(--link); border-radius: 1.1rem 1.1rem .25rem 1.1rem; }
p.mine-when { text-align: right; } form.row { margin: .25rem 0 0; align-items: center; }
button.second { color: var(--link); background: transparent; border: 1px solid var(--line); }
textarea { font: inherit; width: 100%; min-height: 6rem; padding: .45rem .6rem; color: inherit; background: var(--paper);
  border: 1px solid var(--line); border-radius: .4rem; } form .wide { flex: 1 1 100%; }
.said { border-left: 4px solid var(--link); padding: .4rem .8rem; background: var(--soft); }
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tab:
    path: str
    label: str


MAIL = Tab(path="/", label="E-mails")
TEXTS = Tab(path="/sms", label="SMS")
PUSHES = Tab(path="/notifications", label="Notifications")
ALERTS = Tab(path="/alertes", label="Alertes d’ailleurs")
TABS = (MAIL, TEXTS, PUSHES, ALERTS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """What a visitor asked of a list."""

    words: str = ""
    page: int = 1
    live: bool = False


def page(title: str, body: str, *, tab: Tab) -> str:
    tabs = "".join(
        f'<a href="{each.path}"{_current(each, tab)}>{html.escape(each.label)}</a>' for each in TABS
    )
    return (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{STYLE}</style></head>"
        f'<body><nav class="tabs" aria-label="Ce qui est arrivé">{tabs}</nav>'
        f"<main>{body}</main></body></html>"
    )


def search(looked: Looked, label: str, *, tab: Tab) -> str:
    return (
        f'<form role="search" action="{tab.path}"><div><label for="q">{label}</label>'
        f'<input type="search" id="q" name="q" value="{html.escape(looked.words)}"></div>'
        "<button>Chercher</button></form>"
    )


def nothing(looked: Looked, yet: str) -> str:
    """Instead of an empty list."""
    if looked.words:
        return f"<p>Rien ne correspond à «{NB}{html.escape(looked.words)}{NB}».</p>"
    return f"<p>{yet}</p>"


def pager(looked: Looked, *, more: bool, tab: Tab) -> str:
    steps = [(looked.page - 1, "Messages plus récents")] if looked.page > 1 else []
    if more:
        steps.append((looked.page + 1, "Messages plus anciens"))
    found = [
        f'<a href="{tab.path}?{urlencode({"q": looked.words, "page": number})}">{label}</a>'
        for number, label in steps
    ]
    return f'<nav aria-label="Pages"><p>{" · ".join(found)}</p></nav>' if found else ""


def count(total: int, looked: Looked, *, tab: Tab) -> str:
    """How many came in all, and the ways to look again."""
    said = f"{total} message reçu." if total < 2 else f"{total:,} messages reçus.".replace(",", NB)
    if looked.live:
        where, label = {"q": looked.words}, "Arrêter l’actualisation automatique"
    else:
        where = {"q": looked.words, "direct": "1"}
        label = f"Actualiser toutes les {REFRESH_S}{NB}secondes"
    return (
        f'<p class="quiet">{said} <a href="{tab.path}?{urlencode({"q": looked.words})}">Actualiser</a> · '
        f'<a href="{tab.path}?{urlencode(where)}">{label}</a></p>'
    )


def when(at: float) -> str:
    day = datetime.fromtimestamp(at, PARIS)
    date = f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{date} à {day.hour}{NB}h{NB}{day:%M}{NB}min{NB}{day:%S}{NB}s"


def _current(tab: Tab, here: Tab) -> str:
    return ' aria-current="page"' if tab is here else ""
