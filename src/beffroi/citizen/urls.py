"""The residents' addresses. All are public: a secret in the address, never an account, opens what is personal.

Paths that e-mails carry come from `kit.paths`.
"""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from beffroi.citizen.views import (
    agenda,
    alerts,
    archive,
    centre,
    contribute,
    directory,
    home,
    installed,
    lost,
    news,
    notifications,
    numbers,
    pages,
    preview,
    rights,
    search,
    stop,
    subscribe,
)
from beffroi.content.words import Category
from beffroi.kit import paths


class Token(StringConverter):
    """A signed reference (kit.tokens)."""

    regex = r"[A-Za-z0-9_=-]{16,200}"


class Digest(StringConverter):
    regex = r"[0-9a-f]{64}"


class FeedKind(StringConverter):
    regex = "rss|atom"


class Shelf(StringConverter):
    """A directory, or a shelf of practical pages."""

    regex = "|".join(Category.values)

    def to_python(self, value: str) -> Category:
        return Category(value)

    def to_url(self, value: str) -> str:
        return str(Category(value).value)


class Towns(StringConverter):
    """Two towns or more: arcachon+la-teste-de-buch."""

    regex = r"[a-z0-9-]+(?:\+[a-z0-9-]+)*"


class Signed(StringConverter):
    """What `content.previews` gave."""

    regex = r"[A-Za-z0-9_:-]{20,200}"


class Secret(StringConverter):
    """What `content.services.contributors` gave."""

    regex = r"[A-Za-z0-9_-]{32}"


register_converter(Token, "token")
register_converter(Shelf, "shelf")
register_converter(Towns, "towns")
register_converter(Signed, "signed")
register_converter(Secret, "secret")
register_converter(Digest, "digest")
register_converter(FeedKind, "feed")

app_name = "citizen"
_TOWN = "<slug:town_slug>"
_MINE = f"{_TOWN}{paths.PREFERENCES}<token:token>"
_PUSH = f"{_TOWN}{paths.NOTIFICATIONS}"
_ARCHIVE = f"{_TOWN}{paths.ARCHIVE}"
_NEWS = f"{_TOWN}{paths.NEWS}"
_AGENDA = f"{_TOWN}{paths.AGENDA}"
_DIRECTORY = f"{_TOWN}{paths.DIRECTORY}"
_PHOTO = f"{_TOWN}/photos/<digest:sha>"

urlpatterns = [
    path("ensemble/", pages.front, name="start"),
    path("", pages.front, name="front"),
    path("robots.txt", pages.robots, name="robots"),
    path("favicon.ico", pages.favicon, name="favicon"),
    path("application.webmanifest", installed.shared, name="shared_manifest"),
    path("icone-<int:size>.png", installed.shared_icon, name="shared_icon"),
    path("ensemble/sw.js", notifications.shared_script("sw.js"), name="shared_worker"),
    path("ensemble/app.js", notifications.shared_script("app.js"), name="shared_app_script"),
    path("ensemble/<towns:slugs>/", home.together, name="together"),
    path(f"{_TOWN}/", home.home, name="home"),
    path(_NEWS, news.listing, name="news"),
    path(f"{_NEWS}page/<int:number>/", news.listing, name="news_page"),
    path(f"{_NEWS}theme/<slug:slug>/", news.listing, name="news_theme"),
    path(f"{_NEWS}theme/<slug:slug>/page/<int:number>/", news.listing, name="news_theme_page"),
    path(f"{_NEWS}theme/<slug:slug>/<feed:kind>.xml", news.feed, name="news_theme_feed"),
    path(f"{_NEWS}<feed:kind>.xml", news.feed, name="news_feed"),
    path(f"{_NEWS}feed.json", news.json_feed, name="news_json"),
    path(f"{_NEWS}<slug:slug>/", news.item, name="news_item"),
    path(f"{_PHOTO}.webp", news.photo, name="photo"),
    path(f"{_PHOTO}-<slug:size>.webp", news.photo, name="small_photo"),
    path(_AGENDA, agenda.listing, name="agenda"),
    path(f"{_AGENDA}<int:year>-<int:month>/", agenda.listing, name="agenda_month"),
    path(f"{_AGENDA}page/<int:number>/", agenda.listing, name="agenda_page"),
    path(
        f"{_AGENDA}<int:year>-<int:month>/page/<int:number>/",
        agenda.listing,
        name="agenda_month_page",
    ),
    path(f"{_AGENDA}agenda.ics", agenda.whole_calendar, name="calendar"),
    path(f"{_AGENDA}<slug:slug>.ics", agenda.event_calendar, name="event_calendar"),
    path(f"{_AGENDA}<slug:slug>/", agenda.event, name="event"),
    path(f"{_TOWN}{paths.CINEMA}", agenda.cinema, name="cinema"),
    path(f"{_TOWN}{paths.CINEMA}<slug:slug>/", agenda.film, name="film"),
    path(_DIRECTORY, directory.directories, name="directories"),
    path(f"{_DIRECTORY}<shelf:category>/", directory.directory, name="directory"),
    path(
        f"{_DIRECTORY}<shelf:category>/ouvert/",
        directory.directory,
        {"is_open": True},
        name="directory_open",
    ),
    path(
        f"{_DIRECTORY}<shelf:category>/page/<int:number>/",
        directory.directory,
        name="directory_page",
    ),
    path(
        f"{_DIRECTORY}<shelf:category>/ouvert/page/<int:number>/",
        directory.directory,
        {"is_open": True},
        name="directory_open_page",
    ),
    path(f"{_DIRECTORY}<shelf:category>/<slug:slug>/", directory.place, name="place"),
    path(f"{_TOWN}{paths.PRACTICAL}", directory.practical, name="practical"),
    path(f"{_TOWN}{paths.PRACTICAL}<slug:slug>/", directory.practical_page, name="practical_page"),
    path(f"{_TOWN}{paths.NUMBERS}", directory.numbers, name="numbers"),
    path(f"{_TOWN}{paths.SEARCH}", search.search, name="search"),
    path(f"{_TOWN}{paths.OFFLINE}", directory.offline, name="offline"),
    path(f"{_TOWN}{paths.PREVIEW}<signed:token>/", preview.preview, name="preview"),
    path(f"{_TOWN}{paths.CONTRIBUTE}<secret:token>/", contribute.contribute, name="contribute"),
    path(f"{_TOWN}{paths.SUBSCRIBE}", subscribe.subscribe, name="subscribe"),
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
    path(f"{_TOWN}/app.js", notifications.script("app.js"), name="app_script"),
    path(f"{_TOWN}/push.js", notifications.script("push.js"), name="push_script"),
    path(f"{_TOWN}/application.webmanifest", installed.manifest, name="manifest"),
    path(f"{_TOWN}/icone-<int:size>.png", installed.icon, name="app_icon"),
    path(_ARCHIVE, archive.listing, name="archive"),
    path(f"{_ARCHIVE}page/<int:number>/", archive.listing, name="archive_page"),
    path(f"{_ARCHIVE}<feed:kind>.xml", archive.feed, name="feed"),
    path(f"{_ARCHIVE}theme/<slug:slug>/", archive.listing, name="theme"),
    path(f"{_ARCHIVE}theme/<slug:slug>/page/<int:number>/", archive.listing, name="theme_page"),
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
