"""The check list before submission: what must be mended, what could be better, and how."""

from datetime import datetime

from django.utils.translation import gettext, ngettext

from beffroi.audience import queries as audience
from beffroi.audience.models import Theme
from beffroi.campaigns import letter
from beffroi.campaigns.content import Content
from beffroi.campaigns.models import Campaign, Image
from beffroi.campaigns.queries import letters, link_checks, short_checks
from beffroi.campaigns.queries.contents import content_of
from beffroi.campaigns.queries.remark import Remark
from beffroi.campaigns.queries.wording import spam_words
from beffroi.delivery.words import Channel
from beffroi.kit.html_text import pictures, words
from beffroi.towns.models import Town

SUBJECT_ADVISED = 70  # telephones show 40 to 70 characters
PREHEADER_ADVISED = 110
MAX_BYTES = 100_000  # Gmail cuts a message at 102 kB
IMAGES_ADVISED_BYTES = 1_500_000
CAPITALS_SHARE, CAPITALS_LETTERS = 0.7, 12


def remarks(town: Town, campaign_id: int, *, at: datetime) -> list[Remark]:
    """The blocking ones first; empty when all is well or the campaign is unknown."""
    campaign = Campaign.objects.of(town).filter(pk=campaign_id).first()
    if campaign is None:
        return []
    content = content_of(town, campaign)
    found = [
        *_subject(content),
        *_text(content),
        *_pictures(town, content),
        *link_checks.remarks(town, content),
        *short_checks.remarks(town, campaign_id, content),
        *_audience(town, content, at=at),
        *_time(content, at=at),
        *_weight(town, content, at=at),
    ]
    return sorted(found, key=lambda remark: not remark.is_blocking)


def _subject(content: Content) -> list[Remark]:
    if not content.subject:
        return [
            Remark(
                what=gettext("Il manque l’objet."),
                advice=gettext("Écrivez en quelques mots ce que le lecteur va apprendre."),
                is_blocking=True,
            )
        ]
    found = []
    if len(content.subject) > SUBJECT_ADVISED:
        found.append(
            Remark(
                what=gettext("L’objet est long : %(count)d caractères.")
                % {"count": len(content.subject)},
                advice=gettext(
                    "Un téléphone en montre environ %(count)d. Mettez l’essentiel au début."
                )
                % {"count": SUBJECT_ADVISED},
            )
        )
    if len(content.preheader) > PREHEADER_ADVISED:
        found.append(
            Remark(
                what=gettext("Le résumé est long : il sera coupé."),
                advice=gettext("Gardez moins de %(count)d caractères.")
                % {"count": PREHEADER_ADVISED},
            )
        )
    return found


def _text(content: Content) -> list[Remark]:
    text = "\n".join(
        part
        for part in (words(content.body), *(f"{i.title}\n{words(i.body)}" for i in content.items))
    ).strip()
    if not text and Channel.EMAIL not in content.channels:
        return []  # the page shows the words of the SMS or of the notification
    if not text:
        return [
            Remark(
                what=gettext("Le message est vide."),
                advice=gettext("Écrivez quelques lignes, ou ajoutez un article."),
                is_blocking=True,
            )
        ]
    found = []
    spam = spam_words(f"{content.subject}\n{text}")
    if spam:
        found.append(
            Remark(
                what=gettext("Ces mots font penser à une publicité : %(words)s.")
                % {
                    "words": ", ".join(
                        f"«\N{NO-BREAK SPACE}{word}\N{NO-BREAK SPACE}»" for word in spam
                    )
                },
                advice=gettext(
                    "Les filtres anti-spam s’en méfient. Dites la même chose plus simplement."
                ),
            )
        )
    if _shouts(content.subject) or any(_shouts(line) for line in text.split("\n")):
        found.append(
            Remark(
                what=gettext("Un passage est tout en capitales."),
                advice=gettext(
                    "Les capitales se lisent mal et alertent les filtres : préférez le gras ou un titre."
                ),
            )
        )
    return found


def _shouts(line: str) -> bool:
    letters_ = [c for c in line if c.isalpha()]
    capitals = sum(c.isupper() for c in letters_)
    return len(letters_) >= CAPITALS_LETTERS and capitals / len(letters_) >= CAPITALS_SHARE


def _pictures(town: Town, content: Content) -> list[Remark]:
    silent = sum(not picture.alt.strip() for picture in pictures(content.html))
    found = []
    if silent:
        found.append(
            Remark(
                what=ngettext(
                    "Une image n’a pas de texte de remplacement.",
                    "%(count)d images n’ont pas de texte de remplacement.",
                    silent,
                )
                % {"count": silent},
                advice=gettext(
                    "Dites en une phrase ce que montre l’image, pour qui ne la voit pas."
                ),
                is_blocking=True,
            )
        )
    kept = Image.objects.of(town).filter(sha__in=content.image_shas)
    weight = sum(len(data) for data in kept.values_list("data", flat=True))
    if weight > IMAGES_ADVISED_BYTES:
        found.append(
            Remark(
                what=gettext("Les images pèsent %(size)s Mo.")
                % {"size": f"{weight / 1e6:.1f}".replace(".", ",")},
                advice=gettext("Sur un téléphone, l’affichage sera lent : gardez-en moins."),
            )
        )
    return found


def _audience(town: Town, content: Content, *, at: datetime) -> list[Remark]:
    themes = Theme.objects.of(town).filter(pk__in=content.theme_ids)
    if not themes:
        return [
            Remark(
                what=gettext("Aucun thème n’est choisi."),
                advice=gettext("Choisissez à qui le message s’adresse."),
                is_blocking=True,
            )
        ]
    found = [
        Remark(
            what=gettext("Le thème « %(theme)s » est terminé.") % {"theme": theme.name},
            advice=gettext("Retirez-le : plus personne ne le reçoit."),
        )
        for theme in themes
        if theme.ended_at
    ]
    return found + _silent_channels(town, content, at=at)


def _silent_channels(town: Town, content: Content, *, at: datetime) -> list[Remark]:
    reached = {
        channel: audience.count_with_exclusions(
            town,
            content.theme_ids,
            channel=channel,
            spread=content.spread,
            among=content.channels,
            at=at,
        ).recipients
        for channel in content.channels
    }
    if not any(reached.values()):
        return [
            Remark(
                what=gettext("Personne ne recevrait ce message."),
                advice=gettext("Aucun abonné joignable dans ces thèmes : choisissez-en d’autres."),
                is_blocking=True,
            )
        ]
    return [
        Remark(
            what=gettext(
                "Personne ne recevrait ce message par ce moyen\N{NO-BREAK SPACE}: %(channel)s."
            )
            % {"channel": channel.label},
            advice=gettext("Il partira par les autres."),
        )
        for channel, people in reached.items()
        if not people
    ]


def _time(content: Content, *, at: datetime) -> list[Remark]:
    if content.scheduled_at is None or content.scheduled_at > at:
        return []
    return [
        Remark(
            what=gettext("L’heure d’envoi prévue est passée."),
            advice=gettext("Choisissez une heure à venir, ou un envoi à la main."),
            is_blocking=True,
        )
    ]


def _weight(town: Town, content: Content, *, at: datetime) -> list[Remark]:
    frozen = letter.compose(letters.sheet(town, content, page_url="", at=at), counted={})
    size = len(frozen.html.encode())
    if size < MAX_BYTES:
        return []
    return [
        Remark(
            what=gettext("Le message est trop long : %(size)d Ko.") % {"size": size // 1000},
            advice=gettext(
                "Au-delà de 100 Ko, certaines messageries le coupent. Retirez un article."
            ),
            is_blocking=True,
        )
    ]
