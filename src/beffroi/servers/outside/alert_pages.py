"""The alerts that the invented prefecture publishes, and the buttons that make it speak."""

import html
from collections.abc import Sequence

from beffroi.servers.outside import look
from beffroi.servers.outside.look import ALERTS, NB
from beffroi.servers.outside.prefecture import TRAPPED, Published


def listing(published: Sequence[Published], *, is_warning: bool) -> str:
    """The newest first."""
    title = "Alertes d’ailleurs"
    lines = [
        f"<h1>{title}</h1>",
        "<p>Une préfecture inventée publie ici ses alertes, au format CAP, dans le "
        '<a href="/alertes/flux.atom">flux Atom</a> que suit la commune de la démonstration. Beffroi le relève '
        f"toutes les cinq minutes{NB}: l’alerte paraît alors dans «{NB}Reçu d’ailleurs{NB}», page Alertes, et une "
        "alerte grave prévient l’astreinte.</p>",
        _button("prevenir", "Publier la suite de l’alerte" if is_warning else "Publier une alerte"),
        _button("lever", "Lever l’alerte") if is_warning else "",
        _button("pieger", "Publier un document piégé"),
        f'<p class="quiet">Le document piégé demande à son lecteur d’ouvrir un fichier{NB}: '
        "Beffroi doit le refuser et garder les autres.</p>",
        '<ul class="phones">',
        *map(_item, published),
        "</ul>",
    ]
    return look.page(title, "\n".join(lines), tab=ALERTS)


def _button(what: str, label: str) -> str:
    return f'<form class="row" method="post" action="/alertes/{what}"><button class="second">{label}</button></form>'


def _item(one: Published) -> str:
    kind = "à refuser" if one.kind == TRAPPED else "document CAP"
    return (
        f'<li><p class="head"><a href="/alertes/{one.n}.cap">{html.escape(one.title)}</a>'
        f'<span class="quiet">{kind}</span></p><p class="quiet">{look.when(one.at.timestamp())}</p></li>'
    )
