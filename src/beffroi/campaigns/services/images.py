"""Images of letters: decoded, re-encoded, named by their content."""

from datetime import datetime

from django.db import transaction

from beffroi.campaigns.models import Image
from beffroi.campaigns.services.facts import AltMissing, NotAnImage
from beffroi.kit import images
from beffroi.towns.models import Agent, Town


@transaction.atomic
def add_image(town: Town, raw: bytes, *, alt: str, by: Agent, at: datetime) -> Image:
    """The same picture twice is one row. Raises: NotAnImage, AltMissing."""
    words = " ".join(alt.split())[:300]
    if not words:
        raise AltMissing
    try:
        picture = images.for_letter(raw)
    except images.BadImage as bad:
        raise NotAnImage from bad
    image, _ = Image.objects.of(town).get_or_create(
        sha=picture.sha256,
        defaults={
            "town": town,
            "extension": picture.extension,
            "data": picture.data,
            "width": picture.width,
            "height": picture.height,
            "alt": words,
            "added_by": by,
            "added_at": at,
        },
    )
    return image
