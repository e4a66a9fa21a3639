"""Who may do what: the one table that the code, the pages and the tests read."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """A role of an agent in one town; an agent may hold several."""

    PROPOSER = "proposer", _("Propose pour son service")
    WRITER = "writer", _("Rédige (communication)")
    APPROVER = "approver", _("Valide (cabinet)")
    CLERK = "clerk", _("Gère les abonnés")
    ADMINISTRATOR = "administrator", _("Administre la collectivité")
    AUDITOR = "auditor", _("Consulte et contrôle")
    DUTY = "duty", _("Astreinte")


class Permission(StrEnum):
    HOME = "home"
    PROPOSAL_READ = "proposal.read"
    PROPOSAL_WRITE = "proposal.write"
    CAMPAIGN_READ = "campaign.read"
    CAMPAIGN_WRITE = "campaign.write"
    CAMPAIGN_APPROVE = "campaign.approve"
    CAMPAIGN_SEND = "campaign.send"
    RESULTS_READ = "results.read"
    SUBSCRIBER_READ = "subscriber.read"
    SUBSCRIBER_WRITE = "subscriber.write"
    SUBSCRIBER_REVEAL = "subscriber.reveal"
    SUBSCRIBER_IMPORT = "subscriber.import"
    SUBSCRIBER_EXPORT = "subscriber.export"
    THEME_WRITE = "theme.write"
    TOWN_READ = "town.read"
    TOWN_WRITE = "town.write"
    MEMBER_WRITE = "member.write"
    JOURNAL_READ = "journal.read"
    ALERT_READ = "alert.read"
    ALERT_SEND = "alert.send"
    """The emergency lane: at night, alone, with approval after the fact."""
    ALERT_WRITE = "alert.write"
    """Rules, texts written beforehand, who is on duty."""
    ALERT_APPROVE = "alert.approve"
    MONEY_READ = "money.read"
    MONEY_WRITE = "money.write"
    MAIL_READ = "mail.read"
    MAIL_WRITE = "mail.write"
    """Domains, boxes, rosters; a holder acts on their own box without it."""
    MAIL_DESTROY = "mail.destroy"
    """Boxes whose retention has ended, with the archives' visa."""
    CONTENT_READ = "content.read"
    CONTENT_WRITE = "content.write"
    """Drafts, and what is proposed; an agent of a service changes their own."""
    CONTENT_PUBLISH = "content.publish"
    """Publish, withdraw, read over, sources and associations."""
    BUDGET_OVERRIDE = "budget.override"
    OPERATE = "operate"
    """The operator's own pages; held by `Agent.is_operator`, by no role of a town."""


_P = Permission

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.PROPOSER: frozenset(
        {
            _P.HOME,
            _P.PROPOSAL_READ,
            _P.PROPOSAL_WRITE,
            _P.CAMPAIGN_READ,
            _P.CONTENT_READ,
            _P.CONTENT_WRITE,
        }
    ),
    Role.WRITER: frozenset(
        {
            _P.HOME,
            _P.PROPOSAL_READ,
            _P.PROPOSAL_WRITE,
            _P.CAMPAIGN_READ,
            _P.CAMPAIGN_WRITE,
            _P.CAMPAIGN_SEND,
            _P.RESULTS_READ,
            _P.CONTENT_READ,
            _P.CONTENT_WRITE,
            _P.CONTENT_PUBLISH,
            _P.ALERT_READ,
            _P.ALERT_WRITE,
        }
    ),
    Role.APPROVER: frozenset(
        {
            _P.HOME,
            _P.PROPOSAL_READ,
            _P.CAMPAIGN_READ,
            _P.CAMPAIGN_WRITE,
            _P.CAMPAIGN_APPROVE,
            _P.CAMPAIGN_SEND,
            _P.RESULTS_READ,
            _P.CONTENT_READ,
            _P.CONTENT_WRITE,
            _P.CONTENT_PUBLISH,
            _P.ALERT_READ,
            _P.ALERT_SEND,
            _P.ALERT_WRITE,
            _P.ALERT_APPROVE,
            _P.MONEY_READ,
            _P.BUDGET_OVERRIDE,
        }
    ),
    Role.CLERK: frozenset(
        {
            _P.HOME,
            _P.SUBSCRIBER_READ,
            _P.SUBSCRIBER_WRITE,
            _P.SUBSCRIBER_REVEAL,
            _P.SUBSCRIBER_IMPORT,
            _P.SUBSCRIBER_EXPORT,
            _P.THEME_WRITE,
            _P.RESULTS_READ,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            _P.HOME,
            _P.CAMPAIGN_READ,
            _P.PROPOSAL_READ,
            _P.RESULTS_READ,
            _P.SUBSCRIBER_READ,
            _P.SUBSCRIBER_EXPORT,
            _P.THEME_WRITE,
            _P.TOWN_READ,
            _P.TOWN_WRITE,
            _P.CONTENT_READ,
            _P.CONTENT_WRITE,
            _P.CONTENT_PUBLISH,
            _P.MEMBER_WRITE,
            _P.JOURNAL_READ,
            _P.ALERT_READ,
            _P.ALERT_WRITE,
            _P.MONEY_READ,
            _P.MONEY_WRITE,
            _P.MAIL_READ,
            _P.MAIL_WRITE,
            _P.MAIL_DESTROY,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            _P.HOME,
            _P.CAMPAIGN_READ,
            _P.PROPOSAL_READ,
            _P.RESULTS_READ,
            _P.CONTENT_READ,
            _P.TOWN_READ,
            _P.JOURNAL_READ,
            _P.ALERT_READ,
            _P.MONEY_READ,
            _P.MAIL_READ,
        }
    ),
    Role.DUTY: frozenset({_P.HOME, _P.CAMPAIGN_READ, _P.ALERT_READ, _P.ALERT_SEND}),
}


def granted(roles: list[str]) -> frozenset[Permission]:
    """All that these roles together may do."""
    return frozenset().union(*(GRANTS[Role(role)] for role in roles))
