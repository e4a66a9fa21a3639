"""The residents' addresses. All are public: a secret in the address, never an account, opens what is personal.

Paths that e-mails carry come from `kit.paths`.
"""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from beffroi.citizen.views import (
    alerts,
    archive,
    centre,
    installed,
    lost,
    notifications,
    numbers,
    pages,
    rights,
    stop,
    subscribe,
)
from beffroi.kit import paths


class Token(StringConverter):
    """A signed reference (kit.tokens)."""

    regex = r"[A-Za-z0-9_=-]{16,200}"


class Digest(StringConverter):
    regex = r"[0-9a-f]{64}"


class FeedKind(StringConverter):
    regex = "rss|atom"


register_converter(Token, "token")
register_converter(Digest, "digest")
register_converter(FeedKind, "feed")

app_name = "citizen"
_TOWN = "<slug:town_slug>"
_MINE = f"{_TOWN}{paths.PREFERENCES}<token:token>"
_PUSH = f"{_TOWN}{paths.NOTIFICATIONS}"
_ARCHIVE = f"{_TOWN}{paths.ARCHIVE}"

urlpatterns = [
    path("", pages.front, name="front"),
    path("robots.txt", pages.robots, name="robots"),
    path("favicon.ico", pages.favicon, name="favicon"),
    path(f"{_TOWN}/", subscribe.home, name="home"),
    path(f"{_TOWN}{paths.CONFIRM}<token:token>", subscribe.confirm, name="confirm"),
    path(f"{_TOWN}/code/<uuid:handle>", numbers.code, name="number_code"),
    path(f"{_TOWN}{paths.UNSUBSCRIBE}<token:token>", stop.unsubscribe, name="unsubscribe"),
    path(f"{_TOWN}{paths.PREFERENCES}", lost.lost, name="lost"),
    path(f"{_TOWN}{paths.PREFERENCES}code/<uuid:handle>", lost.code, name="code"),
    path(_MINE, centre.centre, name="centre"),
    path(f"{_MINE}/themes", centre.change_themes, name="centre_themes"),
    path(f"{_MINE}/pause", centre.pause, name="centre_pause"),
    path(f"{_MINE}/reprise", centre.resume, name="centre_resume"),
    path(f"{_MINE}/adresse", centre.change_address, name="centre_address"),
    path(f"{_MINE}/mobile", numbers.ask, name="centre_phone"),
    path(f"{_MINE}/mobile/retrait", numbers.remove, name="centre_phone_remove"),
    path(f"{_MINE}/exercices", centre.volunteer, name="centre_drills"),
    path(f"{_MINE}/depart", centre.leave, name="centre_leave"),
    path(f"{_MINE}/mes-donnees.json", rights.download, name="centre_download"),
    path(f"{_MINE}/effacement", rights.erase, name="centre_erase"),
    path(f"{_MINE}/notifications", centre.attach_browser, name="centre_push"),
    path(_PUSH, notifications.page, name="notifications"),
    path(f"{_PUSH}abonnement", notifications.subscribe, name="push_subscribe"),
    path(f"{_PUSH}etat", notifications.state, name="push_state"),
    path(f"{_PUSH}arret", notifications.leave, name="push_leave"),
    path(f"{_PUSH}renouvellement", notifications.renew, name="push_renew"),
    path(f"{_PUSH}essai", notifications.try_out, name="push_try"),
    path(f"{_PUSH}essai/<uuid:handle>", notifications.trial, name="push_trial"),
    path(f"{_PUSH}recu", notifications.arrived, name="push_arrived"),
    path(f"{_TOWN}/sw.js", notifications.script("sw.js"), name="worker"),
    path(f"{_TOWN}/push.js", notifications.script("push.js"), name="push_script"),
    path(f"{_TOWN}/application.webmanifest", installed.manifest, name="manifest"),
    path(f"{_TOWN}/icone-<int:size>.png", installed.icon, name="app_icon"),
    path(_ARCHIVE, archive.listing, name="archive"),
    path(f"{_ARCHIVE}<feed:kind>.xml", archive.feed, name="feed"),
    path(f"{_ARCHIVE}theme/<slug:slug>/", archive.listing, name="theme"),
    path(f"{_ARCHIVE}theme/<slug:slug>/<feed:kind>.xml", archive.feed, name="theme_feed"),
    path(f"{_ARCHIVE}<slug:slug>/", archive.message, name="message"),
    path(f"{_TOWN}/images/<digest:sha>.<slug:extension>", archive.image, name="image"),
    path(f"{_TOWN}/m/<int:campaign_id>", archive.short, name="short"),
    path(f"{_TOWN}/l/<int:link_id>", archive.counted_link, name="link"),
    path(f"{_TOWN}{paths.ALERT}", alerts.page, name="alert"),
    path(f"{_TOWN}/alertes/<int:alert_id>.cap", alerts.cap, name="alert_cap"),
    path(f"{_TOWN}{paths.COAT_OF_ARMS}", pages.coat_of_arms, name="coat_of_arms"),
    path(f"{_TOWN}/icone.svg", pages.icon, name="icon"),
    path(f"{_TOWN}{paths.PRIVACY}", pages.privacy, name="privacy"),
    path(f"{_TOWN}/accessibilite/", pages.accessibility, name="accessibility"),
    path(f"{_TOWN}/mentions-legales/", pages.legal, name="legal"),
]
