"""The words of automatic answers, and the address that they give."""

from datetime import datetime

from beffroi.mailhosting import dates, texts
from beffroi.mailhosting.models import Mailbox, ReplyText
from beffroi.mailhosting.texts import Text
from beffroi.mailhosting.words import Reply
from beffroi.towns.models import Town


def text_of(town: Town, kind: Reply) -> Text:
    """The town's own, else the usual ones; with blanks."""
    row = ReplyText.objects.of(town).filter(kind=kind).first()
    return Text(subject=row.subject, text=row.text) if row else texts.usual(kind)


def contact(town: Town) -> str:
    """Where one writes to the town when nobody in particular takes over."""
    boxes = Mailbox.objects.of(town).filter(
        kind=Mailbox.Kind.FUNCTION, state=Mailbox.State.ACTIVE, address__isnull=False
    )
    first = boxes.select_related("address").order_by("created_at", "id").first()
    return first.address.email if first else town.sender_address


def fill(
    town: Town, text: Text | None, *, box: Mailbox, day: datetime, successor: Mailbox | None
) -> Text | None:
    """The words as they will be sent."""
    if text is None:
        return None
    blanks = {
        "[nom]": box.display_name,
        "[date]": dates.day(day),
        "[successeur]": successor.display_name if successor else town.name,
        "[adresse]": successor.address.email if successor else contact(town),
        "[commune]": town.name,
    }
    return texts.filled(text, blanks)
