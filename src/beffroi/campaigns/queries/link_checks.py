"""What the check list says of the links: their form, their words, and where they lead."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext

from beffroi.campaigns.content import Content
from beffroi.campaigns.links import outside, own_path
from beffroi.campaigns.queries import where
from beffroi.campaigns.queries.remark import Remark
from beffroi.campaigns.words import LinkState
from beffroi.kit.html_text import Link, links
from beffroi.towns.models import Town

_EMPTY_LABELS = frozenset(
    {
        "cliquez ici",
        "cliquer ici",
        "ici",
        "lien",
        "ce lien",
        "lire la suite",
        "en savoir plus",
        "plus",
        "suite",
        "voir",
    }
)
_WEB = re.compile(r"https?://[^\s/?#@]+\.[a-z]{2,}(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[^\s@]+@[^\s@]+\.[a-z]{2,}(\?\S*)?", re.IGNORECASE)
_TEL = re.compile(r"tel:\+?[\d\s.()-]{2,20}", re.IGNORECASE)


def remarks(town: Town, content: Content) -> list[Remark]:
    all_links = links(content.html)
    return [
        *_broken(town, all_links),
        *_wordless(all_links),
        *_answers(town, content),
    ]


def waiting(town: Town, content: Content) -> int:
    """How many links are being asked at this moment."""
    known = where.states(town, outside(content))
    return sum(state is LinkState.ASKED for state in known.values())


def _broken(town: Town, all_links: Iterable[Link]) -> list[Remark]:
    found = []
    for link in all_links:
        named = {"link": f"{link.label} ({link.href})" if link.label else link.href}
        if own_path(link.href) is not None:
            if not where.leads_somewhere(town, link.href):
                found.append(_unreadable(named))
        elif not any(form.fullmatch(link.href) for form in (_WEB, _MAIL, _TEL)):
            found.append(_nowhere(named))
    return found


def _nowhere(named: dict[str, str]) -> Remark:
    return Remark(
        what=gettext("Ce lien ne mène nulle part\N{NO-BREAK SPACE}: %(link)s.") % named,
        advice=gettext("Corrigez l’adresse ou retirez le lien."),
        is_blocking=True,
    )


def _unreadable(named: dict[str, str]) -> Remark:
    return Remark(
        what=gettext(
            "Ce lien mène à une page que les lecteurs ne peuvent pas ouvrir\N{NO-BREAK SPACE}: %(link)s."
        )
        % named,
        advice=gettext(
            "Cette page de Beffroi n’existe pas, ou elle est réservée. Corrigez l’adresse ou retirez le lien."
        ),
        is_blocking=True,
    )


def _wordless(all_links: Iterable[Link]) -> list[Remark]:
    empty = [link for link in all_links if _is_empty(link)]
    if not empty:
        return []
    return [
        Remark(
            what=gettext("Ce lien ne dit pas où il mène : « %(link)s ».")
            % {"link": empty[0].label},
            advice=gettext(
                "Mettez le lien sur des mots qui le décrivent, par exemple « le programme du festival »."
            ),
        )
    ]


def _is_empty(link: Link) -> bool:
    return link.label.casefold().strip("  .:>»→…") in _EMPTY_LABELS or not link.label


def _answers(town: Town, content: Content) -> list[Remark]:
    """Never blocking: a site may be away for an hour, and open again when the letter arrives."""
    addresses = outside(content)
    known = where.states(town, addresses)
    return [
        Remark(what=what % {"links": ", ".join(told)}, advice=advice)
        for state, what, advice in _sayings()
        if (told := [address for address in addresses if known.get(address) is state])
    ]


def _sayings() -> tuple[tuple[LinkState | None, str, str], ...]:
    """(what is known, what is the matter, what to do)."""
    return (
        (
            LinkState.SILENT,
            gettext("Ne répond pas : %(links)s."),
            gettext(
                "Ouvrez l’adresse pour la vérifier. Si le site est en panne, il suffit d’attendre."
            ),
        ),
        (
            LinkState.PRIVATE,
            gettext("Mène à l’intérieur d’un réseau privé : %(links)s."),
            gettext("Les lecteurs ne l’ouvriront pas de chez eux. Mettez une adresse publique."),
        ),
        (
            LinkState.UNKNOWN,
            gettext("Non vérifié : %(links)s."),
            gettext("Beffroi n’a pas accès à Internet en ce moment. Essayez ces liens vous-même."),
        ),
        (
            None,
            gettext("Pas encore vérifié : %(links)s."),
            gettext("Rechargez cette page dans une minute, ou essayez ces liens vous-même."),
        ),
    )
