"""La commune: settings, agents, departments, journal."""

from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from beffroi.backoffice.doors import page
from beffroi.backoffice.town import accessibility, app, journal, members, services, settings
from beffroi.towns.permissions import Permission

READ, WRITE, MEMBERS = Permission.TOWN_READ, Permission.TOWN_WRITE, Permission.MEMBER_WRITE
FORM = ("GET", "POST")

PAGES: list[URLPattern] = [
    page("commune/", settings.show_town, READ, name="town", tab=_("Réglages")),
    page("commune/modifier/", settings.edit, WRITE, name="town-edit", methods=FORM),
    page("commune/contraste/", settings.contrast_note, WRITE, name="town-contrast"),
    page("commune/blason/", settings.arms, WRITE, name="town-arms", methods=FORM),
    page("commune/blason/retirer/", settings.drop_arms, WRITE, name="arms-drop", methods=("POST",)),
    page("commune/validation/", settings.one_person, WRITE, name="one-person", methods=FORM),
    page("commune/accessibilite/", accessibility.audit, WRITE, name="town-audit", methods=FORM),
    page(
        "commune/accessibilite/retirer/",
        accessibility.drop_audit,
        WRITE,
        name="town-audit-drop",
        methods=("POST",),
    ),
    page("commune/application/", app.residents_app, READ, name="town-app", tab=_("Application")),
    page("commune/application/nom/", app.name_app, WRITE, name="town-app-name", methods=("POST",)),
    page("commune/agents/", members.listing, READ, name="members", tab=_("Agents")),
    page("commune/agents/inviter/", members.invite, MEMBERS, name="invite", methods=FORM),
    page("commune/agents/<int:agent_id>/", members.change, MEMBERS, name="member", methods=FORM),
    page(
        "commune/agents/<int:agent_id>/retirer/",
        members.remove,
        MEMBERS,
        name="member-remove",
        methods=("POST",),
    ),
    page(
        "commune/agents/<int:agent_id>/rendre/",
        members.restore,
        MEMBERS,
        name="member-restore",
        methods=("POST",),
    ),
    page(
        "commune/agents/<int:agent_id>/relancer/",
        members.invite_again,
        MEMBERS,
        name="invite-again",
        methods=("POST",),
    ),
    page("commune/services/", services.listing, READ, name="services", tab=_("Services")),
    page("commune/services/ajouter/", services.add, WRITE, name="service-add", methods=FORM),
    page(
        "commune/services/<int:service_id>/", services.rename, WRITE, name="service", methods=FORM
    ),
    page(
        "commune/services/<int:service_id>/supprimer/",
        services.remove,
        WRITE,
        name="service-remove",
        methods=("POST",),
    ),
    page(
        "commune/services/<int:service_id>/reunir/",
        services.merge,
        WRITE,
        name="service-merge",
        methods=("POST",),
    ),
    page(
        "commune/journal/",
        journal.listing,
        Permission.JOURNAL_READ,
        name="journal",
        tab=_("Journal"),
    ),
    page(
        "commune/journal/journal.csv", journal.export, Permission.JOURNAL_READ, name="journal-csv"
    ),
]
