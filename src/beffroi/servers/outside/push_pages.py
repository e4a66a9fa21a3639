"""The notifications that the outside world's browsers and simulated devices received."""

import html
from collections.abc import Sequence

from beffroi.servers.outside import look
from beffroi.servers.outside.look import NB, PUSHES, Looked
from beffroi.servers.outside.push_devices import Notification, is_device
from beffroi.servers.outside.push_store import Arrival, Fate

FATES = {
    Fate.WAITING: "en attente : le navigateur est fermé",
    Fate.DELIVERED: "remise",
    Fate.UNREADABLE: "remise, mais le navigateur n’a pas pu la lire",
    Fate.IGNORED: "remise, sans suite",
    Fate.REPLACED: "remplacée par une plus récente",
    Fate.EXPIRED: "périmée avant d’être remise",
}


def listing(arrivals: Sequence[Arrival], looked: Looked, *, more: bool, total: int) -> str:
    """The list, newest first."""
    title = "Notifications du monde extérieur"
    lines = [
        f"<h1>{title}</h1>",
        "<p>Cette page tient lieu du service qui remet les notifications aux navigateurs des habitants "
        f"pendant la démonstration{NB}: chaque notification envoyée par Beffroi passe par ici.</p>",
        look.search(looked, "Appareil ou texte", tab=PUSHES),
        look.count(total, looked, tab=PUSHES),
    ]
    if arrivals:
        lines += ['<ul class="phones">', *map(_item, arrivals), "</ul>"]
        lines.append(look.pager(looked, more=more, tab=PUSHES))
    else:
        yet = "Rien n’est encore arrivé. Envoyez un Télmail par notification, puis actualisez cette page."
        lines.append(look.nothing(looked, yet))
    return look.page(title, "\n".join(lines), tab=PUSHES)


def _item(arrival: Arrival) -> str:
    who = arrival.channel if is_device(arrival.channel) else "Un navigateur"
    urgent = " · urgente" if arrival.urgency == "high" else ""
    return (
        f'<li><p class="head"><strong>{html.escape(who)}</strong>'
        f'<span class="quiet">{FATES[arrival.fate]}{urgent}</span></p>{_shown(arrival.notification)}'
        f'<p class="quiet">{look.when(arrival.at)}</p></li>'
    )


def _shown(notification: Notification | None) -> str:
    if notification is None:
        return '<p class="bubble">Texte chiffré : seul ce navigateur peut le lire.</p>'
    text = f"<strong>{html.escape(notification.title)}</strong>\n{html.escape(notification.body)}"
    url = html.escape(notification.url)
    link = f'<p><a href="{url}">{url}</a></p>' if notification.url else ""
    return f'<p class="bubble">{text}</p>{link}'
