"""Abonnés: the list, one person, paper forms, files, themes, the consent."""

from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from beffroi.backoffice.doors import page
from beffroi.backoffice.subscribers import (
    desk,
    farewells,
    figures,
    imports,
    listing,
    paper,
    person,
    replies,
    reports,
    texts,
    themes,
)
from beffroi.towns.permissions import Permission

READ, WRITE = Permission.SUBSCRIBER_READ, Permission.SUBSCRIBER_WRITE
REVEAL, EXPORT = Permission.SUBSCRIBER_REVEAL, Permission.SUBSCRIBER_EXPORT
IMPORT, THEME = Permission.SUBSCRIBER_IMPORT, Permission.THEME_WRITE
APPROVE = Permission.CAMPAIGN_APPROVE
POST, BOTH = ("POST",), ("GET", "POST")
ONE = "abonnes/<int:subscriber_id>/"
FORMS, FILES, THEMES = "abonnes/bulletins/", "abonnes/imports/", "abonnes/themes/"
FILE, THEME_ONE = f"{FILES}<int:import_id>/", f"{THEMES}<int:theme_id>/"

PAGES: list[URLPattern] = [
    page("abonnes/", listing.listing, READ, name="subscribers", methods=BOTH, tab=_("Abonnés")),
    page("abonnes/exporter/", listing.export, EXPORT, name="subscribers-export", methods=BOTH),
    page(FORMS, paper.typing, WRITE, name="paper-forms", methods=BOTH, tab=_("Bulletins papier")),
    page(f"{FORMS}verifier/", paper.check, WRITE, name="paper-check"),
    page(f"{FORMS}imprimer/", paper.printing, READ, name="paper-print"),
    page(f"{FORMS}bulletin.pdf", paper.pdf, READ, name="paper-pdf"),
    page(
        f"{FORMS}<int:paper_form_id>/annuler/", paper.undo, WRITE, name="paper-undo", methods=POST
    ),
    page(
        f"{FORMS}<int:paper_form_id>/document/", paper.scan, REVEAL, name="paper-scan", methods=POST
    ),
    page(FILES, imports.listing, IMPORT, name="imports", methods=BOTH, tab=_("Importer")),
    page(FILE, imports.one, IMPORT, name="import"),
    page(f"{FILE}lecture/", imports.read_again, IMPORT, name="import-read", methods=POST),
    page(f"{FILE}lancer/", imports.start, IMPORT, name="import-start", methods=POST),
    page(f"{FILE}abandonner/", imports.discard, IMPORT, name="import-discard", methods=POST),
    page(f"{FILE}retirer/", reports.undo, IMPORT, name="import-undo", methods=POST),
    page(f"{FILE}lignes.csv", reports.lines_csv, IMPORT, name="import-lines"),
    page(THEMES, themes.listing, THEME, name="themes", tab=_("Thèmes")),
    page(f"{THEMES}ajouter/", themes.add, THEME, name="theme-add", methods=BOTH),
    page(THEME_ONE, themes.change, THEME, name="theme", methods=BOTH),
    page(f"{THEME_ONE}terminer/", themes.end, THEME, name="theme-end", methods=BOTH),
    page(f"{THEME_ONE}adieu/", farewells.farewell, APPROVE, name="theme-farewell", methods=BOTH),
    page(f"{THEME_ONE}monter/", themes.move_up, THEME, name="theme-up", methods=POST),
    page(f"{THEME_ONE}descendre/", themes.move_down, THEME, name="theme-down", methods=POST),
    page(
        "abonnes/consentement/",
        texts.consent,
        THEME,
        name="consent",
        methods=BOTH,
        tab=_("Consentement"),
    ),
    page("abonnes/reponses/", replies.listing, READ, name="replies", tab=_("Réponses")),
    page("abonnes/reponses/lues/", replies.mark_read, WRITE, name="replies-read", methods=POST),
    page("abonnes/chiffres/", figures.figures, READ, name="figures", tab=_("Chiffres")),
    page("abonnes/chiffres/themes.csv", figures.themes_csv, READ, name="figures-csv"),
    page(ONE, person.show_person, READ, name="subscriber"),
    page(f"{ONE}themes/", desk.themes, WRITE, name="subscriber-themes", methods=POST),
    page(f"{ONE}mobile/", desk.new_phone, WRITE, name="subscriber-phone", methods=POST),
    page(f"{ONE}mobile/code/", desk.enter_code, WRITE, name="subscriber-code", methods=POST),
    page(f"{ONE}moyens/retirer/", desk.remove, WRITE, name="subscriber-remove", methods=POST),
    page(f"{ONE}nom/", person.name, WRITE, name="subscriber-name", methods=POST),
    page(f"{ONE}adresse/", person.new_address, WRITE, name="subscriber-address", methods=POST),
    page(f"{ONE}pause/", person.pause, WRITE, name="subscriber-pause", methods=POST),
    page(f"{ONE}reprendre/", person.resume, WRITE, name="subscriber-resume", methods=POST),
    page(f"{ONE}desinscrire/", person.leave, WRITE, name="subscriber-leave", methods=POST),
    page(f"{ONE}effacer/", person.erase, WRITE, name="subscriber-erase", methods=POST),
    page(f"{ONE}garder/", person.keep, WRITE, name="subscriber-keep", methods=POST),
    page(f"{ONE}devoiler/", person.reveal, REVEAL, name="subscriber-reveal", methods=POST),
]
