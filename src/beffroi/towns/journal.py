"""The journal: each act that a town must answer for, written in the same transaction as the act."""

from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from beffroi.towns.models import Agent, HouseEntry, JournalEntry, Town


class Kind(TextChoices):
    TOWN_CREATED = "town.created", _("Collectivité créée")
    TOWN_CHANGED = "town.changed", _("Réglages modifiés")
    ONE_PERSON_RULE = "town.one_person_rule", _("Règle d’une seule personne")
    TOWN_CLOSED = "town.closed", _("Collectivité fermée")
    TOWN_REOPENED = "town.reopened", _("Collectivité rouverte")
    MEMBER_ADDED = "member.added", _("Agent ajouté")
    MEMBER_CHANGED = "member.changed", _("Droits d’un agent modifiés")
    MEMBER_REMOVED = "member.removed", _("Agent retiré")
    SERVICE_CHANGED = "service.changed", _("Services modifiés")
    THEME_CHANGED = "theme.changed", _("Thème modifié")
    FAREWELL = "theme.farewell", _("Message d’adieu d’un thème")
    THEME_ENDED = "theme.ended", _("Thème terminé")
    ADDRESS_REVEALED = "subscriber.revealed", _("Coordonnée dévoilée")
    SUBSCRIBER_ADDED = "subscriber.added", _("Abonné ajouté")
    SUBSCRIBER_CHANGED = "subscriber.changed", _("Abonné modifié")
    SUBSCRIBER_ERASED = "subscriber.erased", _("Abonné effacé")
    SUBSCRIBERS_IMPORTED = "subscribers.imported", _("Fichier importé")
    IMPORT_UNDONE = "import.undone", _("Import annulé")
    SUBSCRIBERS_EXPORTED = "subscribers.exported", _("Abonnés exportés")
    CONSENT_TEXT_CHANGED = "consent.text", _("Texte de consentement modifié")
    PROPOSAL_MADE = "proposal.made", _("Proposition faite")
    PROPOSAL_DECLINED = "proposal.declined", _("Proposition écartée")
    CAMPAIGN_CREATED = "campaign.created", _("Télmail créé")
    CAMPAIGN_EDITED = "campaign.edited", _("Télmail modifié")
    CAMPAIGN_SUBMITTED = "campaign.submitted", _("Télmail soumis")
    CAMPAIGN_APPROVED = "campaign.approved", _("Télmail validé")
    CAMPAIGN_RETURNED = "campaign.returned", _("Télmail renvoyé")
    APPROVAL_VOIDED = "campaign.approval_voided", _("Validation annulée")
    CAMPAIGN_SCHEDULED = "campaign.scheduled", _("Envoi programmé")
    CAMPAIGN_SENT = "campaign.sent", _("Envoi lancé")
    CAMPAIGN_PAUSED = "campaign.paused", _("Envoi suspendu")
    CAMPAIGN_RESUMED = "campaign.resumed", _("Envoi repris")
    CAMPAIGN_CANCELLED = "campaign.cancelled", _("Envoi annulé")
    CAMPAIGN_TESTED = "campaign.tested", _("Essai envoyé")
    CAMPAIGN_DELETED = "campaign.deleted", _("Télmail supprimé")
    TARIFF_SET = "tariff.set", _("Tarif modifié")
    BUDGET_SET = "budget.set", _("Budget modifié")
    BUDGET_OVERRIDDEN = "budget.overridden", _("Dépassement autorisé")
    ALERT_SETTINGS = "alert.settings", _("Réglages des alertes modifiés")
    ALERT_TEXT_CHANGED = "alert.text", _("Message d’alerte préparé ou modifié")
    ALERT_TEXT_APPROVED = "alert.text_approved", _("Message d’alerte validé d’avance")
    STANDING_SIGNED = "alert.standing_signed", _("Accord permanent signé")
    STANDING_ENDED = "alert.standing_ended", _("Accord permanent retiré")
    DUTY_CHANGED = "alert.duty", _("Tour d’astreinte modifié")
    ALERT_OPENED = "alert.opened", _("Alerte ouverte")
    ALERT_ENDED = "alert.ended", _("Alerte terminée")
    ALERT_PREPARED = "alert.prepared", _("Message d’alerte prêt à relire")
    ALERT_DISMISSED = "alert.dismissed", _("Message d’alerte écarté")
    ALERT_SENT = "alert.sent", _("Alerte envoyée")
    ALERT_APPROVED = "alert.approved", _("Alerte validée après coup")
    ALERT_NOT_SENT = "alert.not_sent", _("Envoi automatique empêché")
    DUTY_RUNG = "alert.rung", _("Astreinte prévenue")
    ALERT_UNPROVED = "alert.unproved", _("Aucune preuve d’arrivée d’une alerte")
    DRILL = "alert.drill", _("Exercice d’alerte")
    MAIL_DOMAIN_CHOSEN = "mail.domain_chosen", _("Nom de domaine choisi")
    MAIL_DOMAIN_STATE = "mail.domain_state", _("État d’un nom de domaine")
    MAIL_DNS_WRITTEN = "mail.dns_written", _("Enregistrements DNS écrits")
    MAIL_DNS_FORGOTTEN = "mail.dns_forgotten", _("Écriture du DNS retirée")
    MAIL_KEY_TURNED = "mail.key_turned", _("Clé de signature du courrier renouvelée")
    MAIL_ALLOWANCE = "mail.allowance", _("Place prêtée pour le courrier")
    BOX_CREATED = "box.created", _("Boîte créée")
    BOX_RENAMED = "box.renamed", _("Boîte renommée")
    BOX_CHANGED = "box.changed", _("Boîte modifiée")
    BOX_STATE = "box.state", _("État d’une boîte")
    BOX_LINK = "box.link", _("Lien de mot de passe préparé")
    BOX_PASSWORD = "box.password", _("Mot de passe d’une boîte choisi")
    APP_PASSWORD_MADE = "box.app_password", _("Mot de passe d’appareil créé")
    APP_PASSWORD_REVOKED = "box.app_password_revoked", _("Mot de passe d’appareil retiré")
    BOX_ABSENCE = "box.absence", _("Absence d’une boîte")
    BOX_REDIRECT = "box.redirect", _("Renvoi d’une boîte")
    SIGNATURE = "mail.signature", _("Signature du courrier modifiée")
    ALIAS_CHANGED = "alias.changed", _("Alias ou liste modifié")
    ROSTER_ADDED = "roster.added", _("Membre ajouté à une boîte partagée")
    ROSTER_ENDED = "roster.ended", _("Membre retiré d’une boîte partagée")
    DEPARTURE_DECIDED = "departure.decided", _("Départ décidé")
    DEPARTURE_CHANGED = "departure.changed", _("Départ modifié")
    DEPARTURE_CANCELLED = "departure.cancelled", _("Départ annulé")
    HAND_OVER_PREPARED = "hand_over.prepared", _("Passation préparée")
    HAND_OVER_DECIDED = "hand_over.decided", _("Passation décidée")
    HAND_OVER_CANCELLED = "hand_over.cancelled", _("Passation annulée")
    INVENTORY_AGAIN = "hand_over.counted_again", _("Inventaire d’une passation repris")
    HAND_OVER_RECORD = "hand_over.record", _("Procès-verbal de passation établi")
    HAND_OVER_ARCHIVED = "hand_over.archived", _("Passation archivée")
    OLD_ADDRESS_ADDED = "old_address.added", _("Ancienne adresse reliée")
    OLD_ADDRESS_ENDED = (
        "old_address.ended",
        _("Ancienne adresse\N{NO-BREAK SPACE}: mot de passe effacé"),
    )
    BOX_HELD = "box.held", _("Boîte gelée")
    BOX_RELEASED = "box.released", _("Gel d’une boîte levé")
    BOX_RETENTION = "box.retention", _("Durée de conservation d’une boîte modifiée")
    DISPOSAL_PREPARED = "disposal.prepared", _("Élimination de boîtes préparée")
    DISPOSAL_RECORD = "disposal.record", _("Bordereau d’élimination établi")
    DISPOSAL_CONFIRMED = "disposal.confirmed", _("Élimination de boîtes confirmée")
    DISPOSAL_CANCELLED = "disposal.cancelled", _("Élimination de boîtes abandonnée")
    DISPOSAL_DONE = "disposal.done", _("Élimination de boîtes terminée")
    BOX_DESTROYED = "box.destroyed", _("Boîte détruite")
    BOX_SPARED = "box.spared", _("Boîte retirée d’une élimination")
    BOX_EXPORTED = "box.exported", _("Export d’une boîte demandé")
    BOX_EXPORT_TAKEN = "box.export_taken", _("Export d’une boîte téléchargé")
    DELETED_LOOKED_AT = "box.deleted_looked_at", _("Messages supprimés d’une boîte consultés")
    LETTERS_PUT_BACK = "box.letters_put_back", _("Messages supprimés remis dans une boîte")
    BOX_CONSULTED = "box.consulted", _("Boîte d’une personne partie consultée")
    REPLY_TEXT = "reply.text", _("Réponse automatique de la commune modifiée")
    CONTENT_CREATED = "content.created", _("Contenu écrit")
    CONTENT_CHANGED = "content.changed", _("Contenu modifié")
    CONTENT_PROPOSED = "content.proposed", _("Contenu proposé")
    CONTENT_PUBLISHED = "content.published", _("Contenu publié")
    CONTENT_WITHDRAWN = "content.withdrawn", _("Contenu retiré")
    CONTENT_IMPORTED = "content.imported", _("Contenus repris d’une source")
    CONTENT_PHOTOS_ERASED = "content.photos_erased", _("Photos inutilisées effacées")
    CONTENT_IMPORT_UNDONE = "content.import_undone", _("Relevé d’une source annulé")
    SOURCE_CHANGED = "content.source", _("Source de contenus modifiée")
    CONTRIBUTOR_CHANGED = "content.contributor", _("Lien d’une association modifié")
    KEYS_ROTATED = "keys.rotated", _("Clés renouvelées")


def write(
    town: Town,
    kind: Kind,
    *,
    at: datetime,
    by: Agent | None = None,
    about: tuple[str, int] | None = None,
    detail: str = "",
) -> None:
    """Adds one line. `about` names the object, e.g. ("campaign", 12); `detail` is a French sentence."""
    JournalEntry.objects.create_in(
        town,
        at=at,
        actor=by,
        actor_name=by.full_name if by else "",
        kind=kind,
        object_kind=about[0] if about else "",
        object_id=about[1] if about else None,
        detail=detail[:500],
    )


class HouseKind(TextChoices):
    STRAY_READ = "stray.read", _("Retour égaré lu")
    STRAY_DELETED = "stray.deleted", _("Retour égaré supprimé")


def write_of_house(kind: HouseKind, *, at: datetime, by: Agent, detail: str = "") -> None:
    """Adds one line about what the operator did outside any town."""
    HouseEntry.objects.create(at=at, actor=by, kind=kind, detail=detail[:500])
