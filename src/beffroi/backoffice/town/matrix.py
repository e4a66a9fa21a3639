"""What each role may do, in the words of a layman; drawn from the permission table."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from beffroi.backoffice.doors import Say
from beffroi.towns.permissions import GRANTS, Permission, Role


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    words: Say
    may: tuple[bool, ...]
    """One per role, in the order of `Role`."""


_WORDS: tuple[tuple[Permission, Say], ...] = (
    (Permission.PROPOSAL_WRITE, _("Proposer une information")),
    (Permission.CAMPAIGN_WRITE, _("Rédiger un Télmail")),
    (Permission.CAMPAIGN_APPROVE, _("Valider ou renvoyer un Télmail")),
    (Permission.CAMPAIGN_SEND, _("Lancer un envoi validé")),
    (Permission.RESULTS_READ, _("Voir les résultats")),
    (Permission.SUBSCRIBER_READ, _("Voir les abonnés, masqués")),
    (Permission.SUBSCRIBER_WRITE, _("Inscrire et modifier des abonnés")),
    (Permission.SUBSCRIBER_REVEAL, _("Dévoiler une coordonnée, avec un motif")),
    (Permission.SUBSCRIBER_IMPORT, _("Importer un fichier")),
    (Permission.SUBSCRIBER_EXPORT, _("Exporter les abonnés")),
    (Permission.THEME_WRITE, _("Gérer les thèmes")),
    (Permission.TOWN_WRITE, _("Changer les réglages de la collectivité")),
    (Permission.MEMBER_WRITE, _("Inviter des agents et changer leurs droits")),
    (Permission.MONEY_READ, _("Voir les dépenses et les budgets")),
    (Permission.MONEY_WRITE, _("Fixer les tarifs et les budgets")),
    (Permission.BUDGET_OVERRIDE, _("Autoriser un dépassement de budget")),
    (Permission.ALERT_SEND, _("Envoyer une alerte, la nuit aussi")),
    (Permission.ALERT_WRITE, _("Préparer messages d’alerte, règles et astreintes")),
    (Permission.ALERT_APPROVE, _("Valider les alertes, signer les accords permanents")),
    (Permission.JOURNAL_READ, _("Lire le journal")),
)

MATRIX = tuple(
    Line(words=words, may=tuple(permission in GRANTS[role] for role in Role))
    for permission, words in _WORDS
)
