"""The Télmails of the demonstration: a past year sent, and one in each stage of the chain today."""

import random
import tomllib
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.html import escape

from beffroi.audience.services import preferences
from beffroi.campaigns.content import Content, ItemText
from beffroi.campaigns.models import Campaign
from beffroi.campaigns.queries.contents import content_of
from beffroi.campaigns.queries.results import message_ids
from beffroi.campaigns.services import chain, drafts, proposals, sending
from beffroi.config.demo import history
from beffroi.delivery.queries import messages as told
from beffroi.delivery.words import Channel
from beffroi.towns import queries as towns
from beffroi.towns.models import Agent, Service, Town

_PAST = Path(__file__).with_name("past.toml")
SEED = 33009
"""The demonstration tells the same story every time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """Where and by whom the Télmails are made."""

    town: Town
    agents: dict[str, Agent]
    themes: dict[str, int]


def write_the_past(office: Office, *, today: datetime) -> None:
    """39 Télmails sent through the chain over a year, with what came back."""
    chance = random.Random(SEED)  # noqa: S311 - a story, not a secret
    told_once = tomllib.loads(_PAST.read_text(encoding="utf-8"))["telmail"]
    for age, telmail in sorted(
        ((days_ago(telmail, today), telmail) for telmail in told_once),
        key=lambda dated: -dated[0],
    ):
        at = morning(today - timedelta(days=age), hour=chance.choice((9, 11, 17)))
        content = Content(
            subject=telmail["subject"],
            preheader=telmail["text"].split(".")[0] + ".",
            body=_paragraphs(telmail["text"]),
            theme_ids=tuple(office.themes[name] for name in telmail["themes"]),
            channels=(Channel.EMAIL, Channel.SMS) if "sms" in telmail else (Channel.EMAIL,),
            sms=telmail.get("sms", ""),
            service_id=_payer(office, telmail["themes"][0]),
        )
        campaign = _approved(office, content, at=at - timedelta(hours=2))
        sent = sending.send(office.town, campaign.pk, by=office.agents["redaction"], at=at)
        for message_id in message_ids(office.town, sent):
            _live(office, message_id, chance, at=at)
        sending.settle(office.town, campaign.pk, at=at + timedelta(minutes=5))


def _payer(office: Office, theme: str) -> int | None:
    """Culture pays for its letters, the technical services for their building site, the town for the rest."""
    who = {"culture": "culture", "travaux": "technique"}.get(theme)
    service = _service_of(office, who) if who else None
    return service.pk if service else None


def days_ago(telmail: dict[str, Any], today: datetime) -> int:
    """A letter about the carnival is dated in the season of the carnival, whenever the demonstration is run."""
    if "days_ago" in telmail:
        return int(telmail["days_ago"])
    month, day = map(int, telmail["every"].split("-"))
    here = timezone.localdate(today)
    past = date(here.year, month, day)
    if past >= here:
        past = date(here.year - 1, month, day)
    return (here - past).days


def _live(office: Office, message_id: int, chance: random.Random, *, at: datetime) -> None:
    """All of it left; to an e-mail, something comes back."""
    history.deliver(office.town, message_id, at=at)
    if history.channel(office.town, message_id) == Channel.EMAIL:
        _answer(office, message_id, chance, at=at)


def _answer(office: Office, message_id: int, chance: random.Random, *, at: datetime) -> None:
    """Some addresses have ceased to exist, some people leave, very few complain."""
    town = office.town
    recipients = told.progress(town, message_id).recipients
    unlucky = chance.sample(range(recipients), min(recipients, 4))
    if len(unlucky) < 4:
        return
    later = at + timedelta(hours=chance.randint(1, 30))
    history.bounce(town, message_id, unlucky[0], at=later)
    if chance.random() < 0.45:
        ref = history.reference(town, message_id, unlucky[1], at=at)
        leaves = chance.random() < 0.4
        preferences.unsubscribe_through(town, ref, everything=leaves, at=later)
    if chance.random() < 0.1:
        history.complain(town, message_id, unlucky[2], at=later)


def write_the_present(office: Office, *, today: datetime) -> None:
    """One Télmail in each stage, so that each agent finds something to do."""
    town, agents = office.town, office.agents
    yesterday = morning(today - timedelta(days=1), hour=15)
    _draft(office, at=yesterday)

    to_approve = _written(office, _WEEK, ("pratique", "culture"), at=yesterday)
    chain.submit(town, to_approve.pk, by=agents["redaction"], at=yesterday)

    to_mend = _written(office, _POOL, ("pratique",), at=yesterday)
    chain.submit(town, to_mend.pk, by=agents["redaction"], at=yesterday)
    chain.send_back(
        town,
        to_mend.pk,
        reason="Merci d’ajouter la date de réouverture et le numéro à appeler.",
        by=agents["cabinet"],
        at=yesterday + timedelta(hours=1),
    )

    concert = replace(
        _content(office, _CONCERT, ("culture",)),
        channels=tuple(Channel),
        sms="Concert gratuit dimanche à 17h au théâtre, portes à 16h30. En savoir plus: [lien]",
        push_title="Concert dimanche au théâtre",
        push_text="Entrée libre, les portes ouvrent à 16\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30.",
    )
    _approved(office, concert, at=yesterday)
    tomorrow = morning(today + timedelta(days=1), hour=9)
    planned = replace(_content(office, _COLLECTION, ("pratique",)), scheduled_at=tomorrow)
    _approved(office, planned, at=yesterday)
    _interrupt(office, at=today)


def _interrupt(office: Office, *, at: datetime) -> None:
    """One sending is held until the works manager calls back, another was called off with the race."""
    town, by = office.town, office.agents["cabinet"]
    held = _begun(office, _content(office, _STREET, ("travaux",)), at=at)
    sending.pause(town, held.pk, by=by, at=at + timedelta(seconds=5))
    stopped = _begun(office, _content(office, _REGATTA, ("culture",)), at=at)
    sending.cancel(town, stopped.pk, by=by, at=at + timedelta(seconds=5))


def _begun(office: Office, content: Content, *, at: datetime) -> Campaign:
    """Sent, and gone to the first hundred people."""
    campaign = _approved(office, content, at=at)
    sent = sending.send(office.town, campaign.pk, by=office.agents["cabinet"], at=at)
    for message_id in message_ids(office.town, sent):
        history.deliver_some(office.town, message_id, at=at)
    return sent


def _draft(office: Office, *, at: datetime) -> None:
    """Two proposals picked into a draft; three wait on the board; one was declined."""
    town, agents = office.town, office.agents
    made = [
        proposals.propose(
            town,
            title=title,
            body=body,
            service=_service_of(office, who),
            wished_date=at.date() + timedelta(days=in_days),
            by=agents[who],
            at=at - timedelta(hours=hours),
        )
        for who, title, body, in_days, hours in _PROPOSALS
    ]
    campaign = proposals.pick(
        town, [made[0].pk, made[1].pk], into=None, by=agents["redaction"], at=at
    )
    content = content_of(town, campaign)
    drafts.edit(
        town,
        campaign.pk,
        replace(
            content,
            subject="Le week-end commence ici",
            preheader="Marché de nuit, manège et rues fermées.",
            body="<p>Bonjour,</p><p>voici de quoi occuper petits et grands ces prochains jours.</p>",
            theme_ids=(office.themes["culture"],),
        ),
        revision=campaign.revision,
        by=agents["redaction"],
        at=at,
    )
    proposals.decline(
        town,
        made[2].pk,
        reason="Déjà annoncé dans la lettre du mois dernier.",
        by=agents["redaction"],
        at=at,
    )


def _service_of(office: Office, who: str) -> Service | None:
    rights = towns.rights(office.town, office.agents[who])
    return rights.service if rights else None


def _approved(office: Office, content: Content, *, at: datetime) -> Campaign:
    town, agents = office.town, office.agents
    campaign = drafts.create(town, content, by=agents["redaction"], at=at)
    chain.submit(town, campaign.pk, by=agents["redaction"], at=at)
    seen = content_of(town, campaign).sha256()
    return chain.approve(town, campaign.pk, seen_hash=seen, by=agents["cabinet"], at=at)


def _written(
    office: Office, text: tuple[str, str, str], themes: tuple[str, ...], *, at: datetime
) -> Campaign:
    return drafts.create(
        office.town, _content(office, text, themes), by=office.agents["redaction"], at=at
    )


def _content(office: Office, text: tuple[str, str, str], themes: tuple[str, ...]) -> Content:
    subject, preheader, body = text
    return Content(
        subject=subject,
        preheader=preheader,
        body=body,
        items=_WEEK_ITEMS if text is _WEEK else (),
        theme_ids=tuple(office.themes[name] for name in themes),
    )


def morning(day: datetime, *, hour: int) -> datetime:
    local = timezone.localtime(day)
    return timezone.make_aware(datetime.combine(local.date(), time(hour)))


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(part.strip())}</p>" for part in text.split("\n\n"))


_WEEK = (
    "La lettre de la semaine : médiathèque, écoles, travaux",
    "Ce qui change et ce qui vous attend cette semaine.",
    "<p>Bonjour,</p><p>trois nouvelles cette semaine, à lire en deux minutes.</p>",
)
_WEEK_ITEMS = (
    ItemText(
        title="La médiathèque ouvre le dimanche",
        body=(
            "<p>À partir de ce dimanche, elle vous accueille aussi de 14 h à 18 h : lecture, jeux et ordinateurs. "
            "L’inscription reste gratuite pour les moins de 18 ans.</p>"
        ),
    ),
    ItemText(
        title="Écoles : inscriptions à la cantine",
        body=(
            "<p>Réservez les repas du mois prochain avant vendredi, sur le portail des familles ou à l’accueil "
            "de la mairie.</p><ul><li>Repas ordinaire : tarif inchangé</li>"
            "<li>Repas végétarien : tous les mardis</li></ul>"
        ),
    ),
    ItemText(
        title="Rue du Marché : la dernière semaine de travaux",
        body=(
            "<p>Les derniers pavés sont posés. La rue rouvre aux piétons vendredi, aux livraisons lundi "
            "de 6 h à 10 h.</p>"
        ),
    ),
)
_POOL = (
    "La piscine ferme pour entretien",
    "Fermeture technique du bassin.",
    "<p>La piscine ferme à partir de lundi pour vider et nettoyer les bassins. Les abonnements sont "
    "prolongés d’autant.</p>",
)
_CONCERT = (
    "Dimanche : concert gratuit de l’harmonie",
    "Dimanche à 17 h au théâtre, entrée libre.",
    "<p>L’orchestre d’harmonie joue dimanche à 17 h, au théâtre municipal.</p>"
    "<p>L’entrée est libre, dans la limite des 400 places. Les portes ouvrent à 16 h 30. Le théâtre est "
    "accessible aux fauteuils roulants ; une boucle magnétique est à demander à l’accueil.</p>",
)
_STREET = (
    "Cœur de Ville : la rue rouvre plus tôt",
    "Les livraisons reprennent avant la date prévue.",
    "<p>Le chantier avance bien : la rue du centre rouvre aux livraisons quelques jours avant la date prévue, "
    "de 6 h à 10 h. Les piétons passent déjà des deux côtés.</p>",
)
_REGATTA = (
    "Régate de samedi : le programme",
    "Départ à 14 h devant la jetée Thiers.",
    "<p>Quarante voiliers prennent le départ samedi à 14 h devant la jetée Thiers.</p>",
)
_COLLECTION = (
    "Collecte des déchets : nouveaux jours",
    "Le bac jaune change de jour la semaine prochaine.",
    "<p>À partir de lundi, le bac jaune est ramassé le jeudi matin dans tous les quartiers. Le bac vert "
    "ne change pas.</p><p>Un calendrier à coller sur le réfrigérateur vous attend à l’accueil de la mairie.</p>",
)
_PROPOSALS = (
    (
        "culture",
        "Marché de nuit : trente producteurs",
        "Le marché ouvre vendredi à 17 h sur la place de la mairie.\n\nManège gratuit tout le week-end, "
        "chorale de l’école de musique samedi à 16 h.",
        6,
        30,
    ),
    (
        "technique",
        "Rues fermées pendant le marché",
        "La place et la rue du Marché sont fermées aux voitures de vendredi midi à dimanche 22 h.\n\n"
        "Le parking de la gare est gratuit.",
        6,
        26,
    ),
    (
        "culture",
        "Billetterie du théâtre",
        "La billetterie est ouverte depuis samedi.",
        3,
        25,
    ),
    (
        "culture",
        "Atelier d’écriture à la médiathèque",
        "Un samedi par mois, de 10 h à 12 h, avec une romancière de la région. Gratuit, sur inscription : "
        "douze places.",
        14,
        20,
    ),
    (
        "technique",
        "Campagne d’éclairage : ampoules neuves avenue Gambetta",
        "Les lampadaires passent aux ampoules économes. L’avenue est éclairée d’un seul côté "
        "mardi et mercredi soir.",
        9,
        8,
    ),
    (
        "technique",
        "Distribution de sacs à déchets verts",
        "Samedi de 9 h à 12 h aux ateliers municipaux, deux rouleaux par foyer.",
        11,
        4,
    ),
)
