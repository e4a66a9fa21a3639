"""How full the boxes are, as the servers said last."""

from collections.abc import Mapping

from beffroi.mailhosting.models import Usage
from beffroi.towns.models import Town


def sizes(town: Town) -> Mapping[int, int]:
    """Bytes by box; one of which the servers have said nothing is left out."""
    return dict(Usage.objects.of(town).values_list("mailbox_id", "size_bytes"))
