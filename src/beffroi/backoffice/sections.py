"""The rail of the back office, by task: each section is the pages of one folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _

from beffroi.backoffice.alerts.pages import PAGES as ALERTS
from beffroi.backoffice.bilan.pages import PAGES as BILAN
from beffroi.backoffice.content.pages import PAGES as CONTENT
from beffroi.backoffice.doors import GuardedView, Say
from beffroi.backoffice.mail.pages import PAGES as MAIL
from beffroi.backoffice.messages.pages import PAGES as MESSAGES
from beffroi.backoffice.money.pages import PAGES as MONEY
from beffroi.backoffice.shell.pages import PAGES as SHELL
from beffroi.backoffice.subscribers.pages import PAGES as SUBSCRIBERS
from beffroi.backoffice.town.pages import PAGES as TOWN
from beffroi.towns.queries import Rights


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    key: str
    """Also the name of its drawing in parts/icons/."""
    label: Say
    pages: list[URLPattern]


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    label: Say
    address: str
    icon: str
    is_current: bool


SECTIONS = (
    Section(key="today", label=_("Aujourd’hui"), pages=SHELL),
    Section(key="alerts", label=_("Alertes"), pages=ALERTS),
    Section(key="messages", label=_("Messages"), pages=MESSAGES),
    Section(key="content", label=_("Contenu"), pages=CONTENT),
    Section(key="subscribers", label=_("Abonnés"), pages=SUBSCRIBERS),
    Section(key="mail", label=_("Courrier"), pages=MAIL),
    Section(key="bilan", label=_("Bilan"), pages=BILAN),
    Section(key="town", label=_("La commune"), pages=[*TOWN, *MONEY]),
)


def rail(rights: Rights, current: str) -> list[Link]:
    """One link per section that the rights open; `current` is the name of the page shown."""
    links = []
    for section in SECTIONS:
        first = next(_open(section, rights), None)
        if first is not None:
            here = any(page.name == current for page in section.pages)
            links.append(_link(first, rights, section.label, icon=section.key, is_current=here))
    return links


def tabs(rights: Rights, current: str) -> list[Link]:
    """The tabs of the section that holds the page shown; none when there is only one."""
    section = next((s for s in SECTIONS if any(page.name == current for page in s.pages)), None)
    if section is None:
        return []
    here = next(page for page in section.pages if page.name == current)
    found = list(_open(section, rights))
    under = [page for page in found if _route(here).startswith(_route(page))]
    nearest = max(under, key=lambda page: len(_route(page)), default=None)
    links = [_link(p, rights, _view(p).tab, is_current=p is nearest) for p in found]
    return links if len(links) > 1 else []


def _open(section: Section, rights: Rights) -> Iterator[URLPattern]:
    for page in section.pages:
        if _view(page).tab and rights.may(_view(page).permission):
            yield page


def _view(page: URLPattern) -> GuardedView:
    return cast("GuardedView", page.callback)


def _route(page: URLPattern) -> str:
    return str(page.pattern)


def _link(
    page: URLPattern, rights: Rights, label: Say, *, icon: str = "", is_current: bool
) -> Link:
    where = reverse(f"backoffice:{page.name}", args=[rights.town.slug])
    return Link(label=label, address=where, icon=icon, is_current=is_current)
