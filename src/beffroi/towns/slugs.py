"""The name of a town in addresses."""

import re

from django.utils.text import slugify

from beffroi.towns.models import Town

RESERVED = frozenset({"mairie", "compte", "exploitant", "sante", "static", "api", "ensemble"})


def free(name: str, department_code: str) -> str:
    slug = slugify(name.replace("’", " ").replace("œ", "oe")) or "commune"
    taken = slug in RESERVED or Town.objects.filter(slug=slug).exists()
    if not taken:
        return slug
    slug = f"{slug}-{department_code.lower()}"
    number = Town.objects.filter(slug__regex=rf"^{re.escape(slug)}(-\d+)?$").count()
    return slug if number == 0 else f"{slug}-{number + 1}"
