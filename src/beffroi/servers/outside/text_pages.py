"""The telephones of the outside world: the list of what they received, and one conversation, which can be answered."""

import html
import re
from collections.abc import Mapping, Sequence

from beffroi.kit.phones import readable_phone
from beffroi.servers.outside import look
from beffroi.servers.outside.look import NB, TEXTS, Looked
from beffroi.servers.outside.telephones import Text

_LINK = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)]")
LONGEST_ANSWER = 1_000
HEARD = "Votre réponse est partie vers Beffroi."
UNHEARD = (
    "Votre réponse n’est pas partie : Beffroi n’est pas connecté à l’opérateur. "
    "Vérifiez qu’il fonctionne, puis recommencez."
)


def listing(
    texts: Sequence[Text],
    looked: Looked,
    *,
    more: bool,
    total: int,
    accounts: Mapping[str, bool],
) -> str:
    """The list, newest first."""
    title = "Téléphones du monde extérieur"
    lines = [
        f"<h1>{title}</h1>",
        "<p>Cette page tient lieu de tous les téléphones des habitants pendant la démonstration"
        f"{NB}: chaque SMS envoyé par Beffroi arrive ici, et nulle part ailleurs.</p>",
        look.search(looked, "Numéro, expéditeur ou texte", tab=TEXTS),
        look.count(total, looked, tab=TEXTS),
    ]
    if texts:
        lines += ['<ul class="phones">', *map(_item, texts), "</ul>"]
        lines.append(look.pager(looked, more=more, tab=TEXTS))
    else:
        yet = (
            "Aucun SMS n’est encore arrivé. Envoyez un Télmail par SMS, puis actualisez cette page."
        )
        lines.append(look.nothing(looked, yet))
    lines.append(_operator(accounts))
    return look.page(title, "\n".join(lines), tab=TEXTS)


def conversation(text: Text, texts: Sequence[Text], *, said: str = "") -> str:
    """Everything one telephone exchanged with one sender, oldest first, and a field to answer."""
    number = _number(text)
    title = f"Conversation entre {number} et {html.escape(text.other)}"
    lines = [
        '<p><a href="/sms">Tous les SMS reçus</a></p>',
        f"<h1>{title}</h1>",
    ]
    if said:
        lines.append(f'<p class="said" role="status">{said}</p>')
    lines += map(_exchange, texts)
    lines.append(
        f'<form method="post" action="/sms/{text.n}/reponse"><div class="wide">'
        '<label for="texte">Répondre depuis ce téléphone</label>'
        f'<textarea id="texte" name="texte" maxlength="{LONGEST_ANSWER}" required></textarea></div>'
        f"<button>Envoyer la réponse</button></form>{_stop(text)}"
    )
    return look.page(title, "\n".join(lines), tab=TEXTS)


def missing() -> str:
    return look.page(
        "SMS introuvable",
        '<h1>SMS introuvable</h1><p><a href="/sms">Tous les SMS reçus</a></p>',
        tab=TEXTS,
    )


def _item(text: Text) -> str:
    number = _number(text)
    way = f"vers {html.escape(text.other)}" if text.mine else f"de {html.escape(text.other)}"
    answer = (
        f'<form class="row" method="post" action="/sms/{text.n}/reponse">'
        '<input type="hidden" name="texte" value="STOP">'
        f'<button class="second" aria-label="Répondre STOP depuis le {number}">Répondre STOP</button>'
        f'<a href="/sms/{text.n}#texte" aria-label="Répondre depuis le {number}">Répondre…</a></form>'
    )
    return (
        f'<li><p class="head"><a href="/sms/{text.n}">{number}</a>'
        f'<span class="quiet">{way}{_parts(text)}</span></p>{_bubble(text)}'
        f'<p class="quiet">{look.when(text.at)}</p>{"" if text.mine else answer}</li>'
    )


def _exchange(text: Text) -> str:
    kind = "quiet mine-when" if text.mine else "quiet"
    return f'{_bubble(text)}<p class="{kind}">{look.when(text.at)}{_parts(text)}</p>'


def _bubble(text: Text) -> str:
    kind = "bubble mine" if text.mine else "bubble"
    return f'<p class="{kind}">{_LINK.sub(_link, html.escape(text.text))}</p>'


def _link(found: re.Match[str]) -> str:
    return f'<a href="{found[0]}">{found[0]}</a>'


def _number(text: Text) -> str:
    return html.escape(readable_phone(text.number).replace(" ", NB))


def _parts(text: Text) -> str:
    return f" · {text.parts}{NB}SMS" if text.parts > 1 else ""


def _stop(text: Text) -> str:
    return (
        f'<form class="row" method="post" action="/sms/{text.n}/reponse">'
        '<input type="hidden" name="texte" value="STOP">'
        '<button class="second">Répondre STOP</button></form>'
    )


def _operator(accounts: Mapping[str, bool]) -> str:
    """To see a provider die while a Télmail goes out."""
    if not accounts:
        return ""
    rows = "".join(_account(name, open_=open_) for name, open_ in accounts.items())
    return (
        "<h2>L’opérateur</h2><p>Beffroi envoie par plusieurs comptes d’opérateur. Fermez-en un pour voir "
        f"l’autre prendre le relais.</p><ul>{rows}</ul>"
    )


def _account(name: str, *, open_: bool) -> str:
    shown = html.escape(name)
    state, label, what = (
        ("ouvert", f"Fermer le compte {shown}", "fermer")
        if open_
        else ("fermé", f"Rouvrir le compte {shown}", "ouvrir")
    )
    return (
        f'<li><form class="row" method="post" action="/operateur/{shown}/{what}">'
        f"<span>Compte {shown}{NB}: {state}</span>"
        f'<button class="second">{label}</button></form></li>'
    )
