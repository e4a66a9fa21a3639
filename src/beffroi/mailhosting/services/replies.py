"""The town's own words for automatic answers."""

import re
from datetime import datetime

from django.db import transaction

from beffroi.mailhosting.models import ReplyText
from beffroi.mailhosting.services.facts import UnknownBlank
from beffroi.mailhosting.texts import BLANKS, Text
from beffroi.mailhosting.words import Reply
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town

_BLANK = re.compile(r"\[[^\]\n]{1,30}\]")


@transaction.atomic
def write(town: Town, kind: Reply, text: Text, *, by: Agent, at: datetime) -> None:
    """For the answers decided from now on; those in force keep their words. Raises: UnknownBlank."""
    for blank in _BLANK.findall(f"{text.subject} {text.text}"):
        if blank not in BLANKS:
            raise UnknownBlank(blank)
    words = {"subject": " ".join(text.subject.split()), "text": text.text.strip()}
    if not ReplyText.objects.of(town).filter(kind=kind).update(**words):
        ReplyText.objects.create_in(town, kind=kind, **words)
    journal.write(town, journal.Kind.REPLY_TEXT, at=at, by=by, detail=str(kind.label))
