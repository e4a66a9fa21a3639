"""The alerts of the demonstration: rules, messages written beforehand, standing approvals, who is on duty."""

from datetime import datetime, timedelta

from django.conf import settings as house

from beffroi.alerts.models import Prewritten
from beffroi.alerts.queries.settings import words_of
from beffroi.alerts.services import feeds, prewritten, roster, settings, standing
from beffroi.alerts.services.prewritten import Text
from beffroi.alerts.texts import Words
from beffroi.alerts.words import Action, ColourChoice, PhenomenonChoice
from beffroi.config.demo.telmails import Office

WRITTEN = timedelta(days=40)
SIGNED_FOR = timedelta(days=180)
WATCHES = timedelta(days=7)
OWN_WORDS = "Numéro d’astreinte de la mairie : 01 99 00 12 34. Le parc Mauresque et la jetée Thiers ferment dès l’orange."

DYKE = Words(
    subject="Submersion : quittez le front de mer",
    body="La mer passe par-dessus la digue du boulevard de la Plage.\n\n"
    "Quittez le front de mer et les rues basses à pied, maintenant. Montez vers la ville d’hiver. "
    "Le gymnase Matéo-Petit vous accueille.\n\nNe prenez pas votre voiture. Aidez vos voisins.",
    sms="ARCACHON URGENT: la mer passe la digue. Quittez le front de mer à pied vers la ville d'hiver. "
    "Accueil au gymnase Matéo-Petit.",
    push_title="Submersion : quittez le front de mer",
    push_text="À pied, vers la ville d’hiver. Accueil au gymnase Matéo-Petit.",
)
WATER = Words(
    subject="Ne buvez pas l’eau du robinet",
    body="Une pollution touche le réseau d’eau potable.\n\nNe buvez pas l’eau du robinet et ne cuisinez pas avec. "
    "Des bouteilles sont distribuées devant la mairie.",
    sms="ARCACHON: ne buvez pas l'eau du robinet. Bouteilles devant la mairie.",
    push_title="Eau du robinet : ne la buvez pas",
    push_text="Des bouteilles sont distribuées devant la mairie.",
)
ALERT = Words(
    subject="Vigilance [couleur] : [phénomène]",
    body="Météo-France annonce une vigilance [couleur] ([phénomène]), du [début] au [fin].\n\n"
    "Rentrez ce qui peut s’envoler, évitez les bois et le bord de mer, ne montez pas sur les toits.\n\n"
    "Conseils officiels : https://vigilance.meteofrance.fr/fr",
    sms="ARCACHON: vigilance [couleur] [phénomène] jusqu'au [fin]. Rentrez ce qui peut s'envoler, évitez bois et bord de mer.",
    push_title="Vigilance [couleur] : [phénomène]",
    push_text="Du [début] au [fin].",
)
END = Words(
    subject="Fin de l’alerte : [phénomène]",
    body="La vigilance ([phénomène]) est levée. Restez prudents près des arbres et des fils tombés.",
    sms="ARCACHON: fin de l'alerte [phénomène]. Restez prudents près des arbres et des fils tombés.",
    push_title="Fin de l’alerte : [phénomène]",
    push_text="Restez prudents près des arbres et des fils tombés.",
)


def prepare(office: Office, *, today: datetime) -> None:
    """Through the verbs that agents use; the waves are left to a human, so that an exercise has a draft to send."""
    town, at = office.town, today - WRITTEN
    writer, cabinet = office.agents["redaction"], office.agents["cabinet"]
    settings.set_watch(
        town, with_coast=True, own_words=_set(OWN_WORDS), proof_within_s=120, by=writer, at=at
    )
    if house.BEFFROI_OUTSIDE_URL:
        feeds.add(
            town, f"{house.BEFFROI_OUTSIDE_URL}/alertes/flux.atom", "Gironde", by=writer, at=at
        )
    for title, words in (("Rupture de digue", DYKE), ("Eau non potable", WATER)):
        text = _write(office, title, words, at=at)
        seen = words_of(text).sha256()
        prewritten.approve(town, text.pk, seen_hash=seen, by=cabinet, at=at)
    alert = _write(office, "Vigilance (modèle)", ALERT, at=at)
    end = _write(office, "Fin de vigilance (modèle)", END, at=at)
    for colour, text in (
        (ColourChoice.ORANGE, alert),
        (ColourChoice.RED, alert),
        (ColourChoice.GREEN, end),
    ):
        _sign(office, text, colour, at=at)
    roster.add(
        town,
        office.agents["astreinte"].pk,
        starts_at=today - WATCHES,
        ends_at=today + WATCHES,
        email="astreinte@arcachon.example",
        phone="06 39 98 00 12",  # a number that ARCEP keeps for fiction
        by=writer,
        at=at,
    )


def _write(office: Office, title: str, words: Words, *, at: datetime) -> Prewritten:
    ready = Words(
        subject=_set(words.subject),
        body=_set(words.body),
        sms=words.sms,
        push_title=_set(words.push_title),
        push_text=_set(words.push_text),
        theme_ids=(office.themes["meteo"],),
    )
    writer = office.agents["redaction"]
    return prewritten.write(office.town, Text(title=title, words=ready), by=writer, at=at)


def _sign(office: Office, text: Prewritten, colour: ColourChoice, *, at: datetime) -> None:
    town, cabinet = office.town, office.agents["cabinet"]
    wind = PhenomenonChoice.WIND
    settings.set_rule(town, wind, colour, Action.SEND, by=cabinet, at=at)
    standing.sign(
        town,
        text.pk,
        phenomenon=wind,
        colour=colour,
        seen_hash=words_of(text).sha256(),
        expires_at=at + SIGNED_FOR,
        by=cabinet,
        at=at,
    )


def _set(text: str) -> str:
    """No-break spaces where French wants them."""
    return text.replace(" :", "\N{NO-BREAK SPACE}:")
