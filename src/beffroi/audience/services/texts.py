"""The wording of the consent: a new version replaces the last one and changes nobody's proof."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from beffroi.audience.models import ConsentText
from beffroi.audience.services import proofs
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town

MIN_LENGTH = 40
"""Shorter than this, nobody has been told anything."""


class TooShort(Exception):
    """The wording says too little to be a consent."""


@transaction.atomic
def publish(town: Town, wording: str, *, by: Agent | None, at: datetime) -> int:
    """The version number; the same words again make no new version. Raises: TooShort."""
    words = wording.strip().replace("\r\n", "\n")
    if len(words) < MIN_LENGTH:
        raise TooShort
    current = proofs.current_text(town)
    if current.wording == words:
        return current.version
    text = ConsentText.objects.create_in(
        town, version=current.version + 1, wording=words, author=by, created_at=at
    )
    journal.write(
        town,
        journal.Kind.CONSENT_TEXT_CHANGED,
        at=at,
        by=by,
        about=("consent_text", text.pk),
        detail=gettext("Version {version}").format(version=text.version),
    )
    return text.version
