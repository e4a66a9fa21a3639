"""The check list of the short texts: SMS and notification."""

from datetime import datetime

from django.utils.translation import gettext, ngettext

from beffroi.audience import quiet
from beffroi.campaigns import short
from beffroi.campaigns.content import Content
from beffroi.campaigns.queries.remark import Remark
from beffroi.delivery.press import texts
from beffroi.delivery.words import Channel
from beffroi.kit import gsm
from beffroi.towns.models import Town


def remarks(town: Town, campaign_id: int, content: Content) -> list[Remark]:
    found = []
    if Channel.SMS in content.channels:
        found += _sms(town, short.measured(town, campaign_id, content.sms), content)
    return found


def _sms(town: Town, measure: gsm.Measure, content: Content) -> list[Remark]:
    if not content.sms.strip():
        return [
            Remark(
                what=gettext("Il manque le texte du SMS."),
                advice=gettext("Écrivez-le, ou retirez le SMS des moyens d’envoi."),
                is_blocking=True,
            )
        ]
    if not texts.fits(measure):
        return [
            Remark(
                what=gettext("Le SMS est trop long\N{NO-BREAK SPACE}: %(parts)d SMS par personne.")
                % {"parts": measure.parts},
                advice=gettext(
                    "Raccourcissez-le\N{NO-BREAK SPACE}: le détail a sa place sur la page."
                ),
                is_blocking=True,
            )
        ]
    return [*_costly(measure), *_night(town, content.scheduled_at, content)]


def _costly(measure: gsm.Measure) -> list[Remark]:
    if measure.parts < 2 or not measure.costly:
        return []
    signs = " ".join(one.character for one in measure.costly[:8])
    return [
        Remark(
            what=ngettext(
                "Un caractère du SMS en multiplie le prix\N{NO-BREAK SPACE}: %(signs)s",
                "Des caractères du SMS en multiplient le prix\N{NO-BREAK SPACE}: %(signs)s",
                len(measure.costly),
            )
            % {"signs": signs},
            advice=gettext(
                "« Remplacer les caractères coûteux », sous le texte, le fait pour vous."
            ),
        )
    ]


def _night(town: Town, scheduled_at: datetime | None, content: Content) -> list[Remark]:
    if scheduled_at is None or content.is_alert:
        return []
    if quiet.quiet_until(town, quiet.NOT_SAID, at=scheduled_at) is None:
        return []
    return [
        Remark(
            what=gettext("Le SMS partirait la nuit."),
            advice=gettext("Entre %(start)s et %(end)s, gardez les SMS pour les alertes.")
            % {"start": f"{town.quiet_from:%H:%M}", "end": f"{town.quiet_until:%H:%M}"},
        )
    ]
