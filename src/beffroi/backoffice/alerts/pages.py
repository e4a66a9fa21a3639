"""Alertes: what happens now, the two taps of an emergency, what is settled beforehand, exercises."""

from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from beffroi.backoffice.alerts import board, drills, emergency, received, roster, rules, texts
from beffroi.backoffice.doors import page
from beffroi.towns.permissions import Permission

READ, SEND = Permission.ALERT_READ, Permission.ALERT_SEND
WRITE, APPROVE = Permission.ALERT_WRITE, Permission.ALERT_APPROVE
FORM, POST = ("GET", "POST"), ("POST",)
_TEXT = "alertes/textes/<int:prewritten_id>/"
_MESSAGE = "alertes/messages/<int:alert_message_id>/"
_RECEIVED = "alertes/recu/<int:received_alert_id>/"

PAGES: list[URLPattern] = [
    page("alertes/", board.board, READ, name="alerts", tab=_("En ce moment")),
    page("alertes/urgence/", emergency.choose, SEND, name="emergency", tab=_("Urgence")),
    page(
        "alertes/urgence/<int:prewritten_id>/",
        emergency.confirm,
        SEND,
        name="emergency-confirm",
        methods=FORM,
    ),
    page("alertes/suivi/<int:alert_id>/", board.thread, READ, name="alert"),
    page("alertes/suivi/<int:alert_id>/fin/", emergency.end, SEND, name="alert-end", methods=POST),
    page(f"{_MESSAGE}envoyer/", emergency.prepared, SEND, name="alert-send", methods=FORM),
    page(f"{_MESSAGE}chiffres/", board.figures, READ, name="alert-figures"),
    page(f"{_MESSAGE}ecarter/", emergency.dismiss, SEND, name="alert-dismiss", methods=POST),
    page(f"{_MESSAGE}valider/", emergency.judge, APPROVE, name="alert-judge", methods=FORM),
    page(_RECEIVED, received.show_received, READ, name="received"),
    page(f"{_RECEIVED}preparer/", received.prepare, SEND, name="received-prepare", methods=POST),
    page(
        f"{_RECEIVED}telmail/",
        received.write,
        Permission.CAMPAIGN_WRITE,
        name="received-write",
        methods=POST,
    ),
    page("alertes/regles/", rules.table, READ, name="alert-rules", tab=_("Vigilance")),
    page("alertes/regles/changer/", rules.change, WRITE, name="alert-rule", methods=POST),
    page("alertes/regles/suivi/", rules.watch, WRITE, name="alert-watch", methods=FORM),
    page("alertes/flux/ajouter/", rules.feed_add, WRITE, name="feed-new", methods=FORM),
    page(
        "alertes/flux/<int:feed_id>/retirer/",
        rules.feed_remove,
        WRITE,
        name="feed-remove",
        methods=POST,
    ),
    page("alertes/textes/", texts.listing, READ, name="alert-texts", tab=_("Messages préparés")),
    page("alertes/textes/ajouter/", texts.add, WRITE, name="alert-text-new", methods=FORM),
    page(_TEXT, texts.show_text, READ, name="alert-text"),
    page(f"{_TEXT}modifier/", texts.edit, WRITE, name="alert-text-edit", methods=FORM),
    page(f"{_TEXT}valider/", texts.approve, APPROVE, name="alert-text-approve", methods=POST),
    page(f"{_TEXT}signer/", texts.sign, APPROVE, name="standing-sign", methods=FORM),
    page(f"{_TEXT}retirer/", texts.remove, WRITE, name="alert-text-remove", methods=POST),
    page(
        "alertes/accords/<int:standing_approval_id>/retirer/",
        texts.revoke,
        APPROVE,
        name="standing-revoke",
        methods=POST,
    ),
    page("alertes/astreinte/", roster.listing, READ, name="duties", tab=_("Astreinte")),
    page("alertes/astreinte/ajouter/", roster.add, WRITE, name="duty-new", methods=FORM),
    page(
        "alertes/astreinte/<int:duty_id>/retirer/",
        roster.remove,
        WRITE,
        name="duty-remove",
        methods=POST,
    ),
    page("alertes/exercice/", drills.show_drill, READ, name="drill", tab=_("Exercices")),
    page("alertes/exercice/tempete/", drills.start, SEND, name="drill-start", methods=POST),
    page(
        "alertes/exercice/<int:drill_id>/suite/", drills.play, SEND, name="drill-play", methods=POST
    ),
]
