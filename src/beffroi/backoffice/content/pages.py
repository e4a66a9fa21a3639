"""The addresses of the section « Contenu »."""

from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from beffroi.backoffice.content import (
    audience,
    contributors,
    editor,
    entry,
    finding,
    lists,
    moderation,
    pictures,
    sources,
    uploads,
)
from beffroi.backoffice.doors import page
from beffroi.backoffice.messages.pictures import paste_clean
from beffroi.towns.permissions import Permission

READ, WRITE = Permission.CONTENT_READ, Permission.CONTENT_WRITE
PUBLISH, RESULTS = Permission.CONTENT_PUBLISH, Permission.RESULTS_READ
POST, BOTH = ("POST",), ("GET", "POST")
ALL = "contenus/"
ONE = f"{ALL}<int:entry_id>/"
PEOPLE = f"{ALL}associations/"
ONE_OF_THEM = f"{PEOPLE}<int:contributor_id>/"
AUDIENCE = f"{ALL}audience/"
SOURCES = f"{ALL}sources/"
ONE_SOURCE = f"{SOURCES}<int:source_id>/"
RUN = f"{SOURCES}releves/<int:run_id>/"
UPLOAD = f"{SOURCES}fichiers/<int:upload_id>/"
VERSION = f"{ONE}versions/<int:content_version_id>/"

PAGES: list[URLPattern] = [
    page(ALL, lists.entry_list, READ, name="entries", tab=_("Contenus")),
    page(
        f"{ALL}a-relire/",
        moderation.to_read_over,
        PUBLISH,
        name="to-read-over",
        methods=BOTH,
        tab=_("À relire"),
    ),
    page(
        PEOPLE,
        contributors.contributor_list,
        PUBLISH,
        name="contributors",
        methods=BOTH,
        tab=_("Associations"),
    ),
    page(SOURCES, sources.source_list, PUBLISH, name="sources", tab=_("Sources")),
    page(AUDIENCE, audience.audience, RESULTS, name="audience", tab=_("Audience")),
    page(f"{AUDIENCE}audience.csv", audience.audience_csv, RESULTS, name="audience-csv"),
    page(f"{ALL}nouveau/", editor.entry_new, WRITE, name="entry-new", methods=BOTH),
    page(
        f"{ALL}photos/",
        pictures.entry_picture_upload,
        WRITE,
        name="entry-picture-upload",
        methods=POST,
    ),
    page(f"{ALL}photos/<int:picture_id>/", pictures.entry_picture, READ, name="entry-picture"),
    page(f"{ALL}coller/", paste_clean, WRITE, name="entry-paste", methods=POST),
    page(
        f"{ALL}remettre/",
        entry.entries_put_back,
        PUBLISH,
        name="entries-put-back",
        methods=POST,
    ),
    page(ONE, entry.entry_page, READ, name="entry"),
    page(f"{ONE}apercu/", entry.entry_preview, READ, name="entry-preview"),
    page(f"{ONE}ecrire/", editor.entry_edit, WRITE, name="entry-edit", methods=BOTH),
    page(f"{ONE}publier/", entry.entry_publish, PUBLISH, name="entry-publish", methods=POST),
    page(f"{ONE}proposer/", entry.entry_propose, WRITE, name="entry-propose", methods=POST),
    page(f"{ONE}brouillon/", entry.entry_draft, WRITE, name="entry-draft", methods=POST),
    page(f"{ONE}retirer/", entry.entry_withdraw, PUBLISH, name="entry-withdraw", methods=POST),
    page(
        f"{ONE}telmail/",
        entry.entry_telmail,
        Permission.PROPOSAL_WRITE,
        name="entry-telmail",
        methods=POST,
    ),
    page(VERSION, entry.entry_version, READ, name="entry-version"),
    page(f"{VERSION}reprendre/", entry.entry_restore, WRITE, name="entry-restore", methods=POST),
    page(
        f"{ONE_OF_THEM}lien/",
        contributors.contributor_renew,
        PUBLISH,
        name="contributor-renew",
        methods=POST,
    ),
    page(
        f"{ONE_OF_THEM}fermer/",
        contributors.contributor_close,
        PUBLISH,
        name="contributor-close",
        methods=POST,
    ),
    page(f"{SOURCES}nouvelle/", sources.source_new, PUBLISH, name="source-new", methods=BOTH),
    page(f"{SOURCES}trouver/", finding.source_find, PUBLISH, name="source-find", methods=BOTH),
    page(f"{SOURCES}suivre/", finding.source_follow, PUBLISH, name="source-follow", methods=POST),
    page(
        f"{SOURCES}heriter/", finding.source_inherit, PUBLISH, name="source-inherit", methods=POST
    ),
    page(f"{SOURCES}fichier/", uploads.source_file, PUBLISH, name="source-file", methods=BOTH),
    page(f"{ONE_SOURCE}fichier/", uploads.source_newer, PUBLISH, name="source-newer", methods=BOTH),
    page(UPLOAD, uploads.upload_page, PUBLISH, name="upload"),
    page(f"{UPLOAD}reprendre/", uploads.upload_take, PUBLISH, name="upload-take", methods=POST),
    page(
        f"{UPLOAD}abandonner/",
        uploads.upload_discard,
        PUBLISH,
        name="upload-discard",
        methods=POST,
    ),
    page(f"{UPLOAD}remarques.csv", uploads.upload_remarks, PUBLISH, name="upload-remarks"),
    page(f"{ONE_SOURCE}lire/", finding.source_read, PUBLISH, name="source-read", methods=POST),
    page(f"{ONE_SOURCE}lecture/", finding.source_reading, PUBLISH, name="source-reading"),
    page(ONE_SOURCE, sources.source_page, PUBLISH, name="source", methods=BOTH),
    page(
        f"{ONE_SOURCE}etiquettes/",
        sources.source_labels,
        PUBLISH,
        name="source-labels",
        methods=POST,
    ),
    page(
        f"{ONE_SOURCE}retirer/",
        sources.source_remove,
        PUBLISH,
        name="source-remove",
        methods=POST,
    ),
    page(
        f"{ONE_SOURCE}reprendre/",
        sources.source_take_back,
        PUBLISH,
        name="source-take-back",
        methods=POST,
    ),
    page(RUN, sources.run_page, PUBLISH, name="run"),
    page(f"{RUN}annuler/", sources.run_undo, PUBLISH, name="run-undo", methods=POST),
]
