"""The addresses of the section « Messages »."""

from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from beffroi.backoffice.doors import page
from beffroi.backoffice.messages import (
    approval,
    audience,
    editor,
    lists,
    pictures,
    preview,
    proposals,
    results,
    sendings,
    trying,
)
from beffroi.towns.permissions import Permission

READ, WRITE = Permission.CAMPAIGN_READ, Permission.CAMPAIGN_WRITE
APPROVE, SEND = Permission.CAMPAIGN_APPROVE, Permission.CAMPAIGN_SEND
POST, BOTH = ("POST",), ("GET", "POST")
ONE = "messages/<int:campaign_id>/"
PROPOSALS = "messages/propositions/"

PAGES: list[URLPattern] = [
    page("messages/", lists.campaign_list, READ, name="campaigns", tab=_("Télmails")),
    page(
        PROPOSALS,
        proposals.proposal_board,
        Permission.PROPOSAL_READ,
        name="proposals",
        tab=_("Propositions"),
    ),
    page(
        "messages/resultats/",
        results.results_page,
        Permission.RESULTS_READ,
        name="results",
        tab=_("Résultats"),
    ),
    page(
        "messages/resultats/telmails.csv",
        results.results_csv,
        Permission.RESULTS_READ,
        name="results-csv",
    ),
    page(
        "messages/resultats/abonnes.csv",
        results.themes_csv,
        Permission.RESULTS_READ,
        name="results-themes-csv",
    ),
    page("messages/nouveau/", lists.campaign_create, WRITE, name="campaign-create", methods=POST),
    page("messages/images/", pictures.image_upload, WRITE, name="image-upload", methods=POST),
    page("messages/coller/", pictures.paste_clean, WRITE, name="paste-clean", methods=POST),
    page(ONE, sendings.campaign_page, READ, name="campaign"),
    page(f"{ONE}ecrire/", editor.campaign_edit, WRITE, name="campaign-edit", methods=BOTH),
    page(
        f"{ONE}audience/",
        audience.campaign_audience,
        WRITE,
        name="campaign-audience",
        methods=POST,
    ),
    page(
        f"{ONE}enregistrer/",
        editor.campaign_autosave,
        WRITE,
        name="campaign-autosave",
        methods=POST,
    ),
    page(
        f"{ONE}versions/<int:version_id>/", editor.campaign_version, WRITE, name="campaign-version"
    ),
    page(
        f"{ONE}versions/<int:version_id>/reprendre/",
        editor.campaign_recover,
        WRITE,
        name="campaign-recover",
        methods=POST,
    ),
    page(f"{ONE}apercu/", preview.campaign_preview, READ, name="campaign-preview"),
    page(f"{ONE}apercu/lettre/", preview.campaign_letter, READ, name="campaign-letter"),
    page(f"{ONE}essai/", preview.campaign_test, WRITE, name="campaign-test", methods=POST),
    page(f"{ONE}essai/mobile/", trying.phone, WRITE, name="campaign-test-phone", methods=POST),
    page(f"{ONE}essai/code/", trying.code, WRITE, name="campaign-test-code", methods=POST),
    page(f"{ONE}essai/sms/", trying.sms, WRITE, name="campaign-test-sms", methods=POST),
    page(f"{ONE}essai/notification/", trying.push, WRITE, name="campaign-test-push", methods=POST),
    page(f"{ONE}soumettre/", approval.campaign_submit, WRITE, name="campaign-submit", methods=BOTH),
    page(f"{ONE}verifications/", approval.campaign_checks, WRITE, name="campaign-checks"),
    page(
        f"{ONE}retirer/", approval.campaign_withdraw, WRITE, name="campaign-withdraw", methods=POST
    ),
    page(
        f"{ONE}valider/", approval.campaign_approve, APPROVE, name="campaign-approve", methods=BOTH
    ),
    page(
        f"{ONE}renvoyer/", approval.campaign_return, APPROVE, name="campaign-return", methods=POST
    ),
    page(f"{ONE}envoyer/", sendings.campaign_send, SEND, name="campaign-send", methods=POST),
    page(f"{ONE}avancement/", sendings.campaign_progress, READ, name="campaign-progress"),
    page(f"{ONE}suspendre/", sendings.campaign_pause, SEND, name="campaign-pause", methods=POST),
    page(f"{ONE}continuer/", sendings.campaign_resume, SEND, name="campaign-resume", methods=POST),
    page(f"{ONE}arreter/", sendings.campaign_cancel, SEND, name="campaign-cancel", methods=POST),
    page(f"{ONE}incertains/", sendings.campaign_resend, SEND, name="campaign-resend", methods=POST),
    page(f"{ONE}resultats.csv", results.campaign_csv, Permission.RESULTS_READ, name="campaign-csv"),
    page(f"{ONE}copier/", lists.campaign_copy, WRITE, name="campaign-copy", methods=POST),
    page(f"{ONE}supprimer/", lists.campaign_delete, WRITE, name="campaign-delete", methods=POST),
    page(f"{ONE}retablir/", lists.campaign_restore, WRITE, name="campaign-restore", methods=POST),
    page(
        f"{PROPOSALS}nouvelle/",
        proposals.proposal_new,
        Permission.PROPOSAL_WRITE,
        name="proposal-new",
        methods=BOTH,
    ),
    page(
        f"{PROPOSALS}retenir/", proposals.proposal_pick, WRITE, name="proposal-pick", methods=POST
    ),
    page(
        f"{PROPOSALS}<int:proposal_id>/",
        proposals.proposal_edit,
        Permission.PROPOSAL_WRITE,
        name="proposal-edit",
        methods=BOTH,
    ),
    page(
        f"{PROPOSALS}<int:proposal_id>/deplacer/",
        proposals.proposal_move,
        WRITE,
        name="proposal-move",
        methods=POST,
    ),
    page(
        f"{PROPOSALS}<int:proposal_id>/ecarter/",
        proposals.proposal_decline,
        WRITE,
        name="proposal-decline",
        methods=POST,
    ),
    page(
        f"{PROPOSALS}<int:proposal_id>/remettre/",
        proposals.proposal_reopen,
        WRITE,
        name="proposal-reopen",
        methods=POST,
    ),
]
