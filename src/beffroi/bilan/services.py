"""The one write: what the town says of its paper."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from beffroi.bilan.models import PaperFigures
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town


@transaction.atomic
def set_paper(
    town: Town,
    *,
    letters_per_sending: int,
    sheets_per_letter: int,
    by: Agent | None,
    at: datetime,
) -> None:
    """What was printed for one sending. Zero of either: the bilan says nothing of paper."""
    figures = {"letters_per_sending": letters_per_sending, "sheets_per_letter": sheets_per_letter}
    if not PaperFigures.objects.of(town).update(**figures):
        PaperFigures.objects.create_in(town, **figures)
    sentence = gettext(
        "Papier épargné\N{NO-BREAK SPACE}: %(letters)d lettres de %(sheets)d feuilles"
    )
    detail = sentence % {"letters": letters_per_sending, "sheets": sheets_per_letter}
    journal.write(town, journal.Kind.TOWN_CHANGED, at=at, by=by, detail=detail)
