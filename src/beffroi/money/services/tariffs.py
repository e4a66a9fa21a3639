"""New versions of the tariff."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from beffroi.money.facts import AlreadyPast, Prices
from beffroi.money.models import Tariff
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town


@transaction.atomic
def set_prices(
    town: Town, prices: Prices, *, valid_from: date, by: Agent | None, at: datetime
) -> None:
    """A version that follows those before it; written again for the same day, it corrects the former.

    Raises: AlreadyPast.
    """
    if valid_from < timezone.localdate(at):
        raise AlreadyPast(valid_from)
    Tariff.objects.create_in(
        town,
        valid_from=valid_from,
        sms_part=prices.sms_part,
        email=prices.email,
        push=prices.push,
        vat_rate=prices.vat_rate,
        free_sms_parts=prices.free_sms_parts,
        by=by,
        at=at,
    )
    sentence = gettext("Nouveau tarif à partir du %(day)s")
    day = date_format(valid_from, "j F Y")
    journal.write(town, journal.Kind.TARIFF_SET, at=at, by=by, detail=sentence % {"day": day})
