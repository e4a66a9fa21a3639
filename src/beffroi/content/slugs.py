"""Readable names for addresses, each nobody else’s among a town’s entries of one kind."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import count

from django.db.models import F, Func, Q, Value
from django.utils.text import slugify

from beffroi.content.models import Entry
from beffroi.content.words import Kind
from beffroi.kit.names import fold_words
from beffroi.towns.models import Town

LENGTH = 70
_STEM = Func(F("slug"), Value(r"-\d+$"), Value(""), function="regexp_replace")


def free(town: Town, titles: Sequence[tuple[Kind, str]]) -> list[str]:
    """One for each, in their order; they are also free of one another. One statement."""
    wanted = [
        (kind, slugify(fold_words(title))[:LENGTH].strip("-") or kind.value)
        for kind, title in titles
    ]
    taken = _taken(town, wanted)
    following: dict[tuple[Kind, str], count[int]] = defaultdict(lambda: count(2))
    found = []
    for kind, stem in wanted:
        slug = stem
        while (kind, slug) in taken:
            slug = f"{stem}-{next(following[kind, stem])}"
        taken.add((kind, slug))
        found.append(slug)
    return found


def _taken(town: Town, wanted: Sequence[tuple[Kind, str]]) -> set[tuple[Kind, str]]:
    kinds, stems = {kind for kind, _ in wanted}, {stem for _, stem in wanted}
    rows = Entry.objects.of(town).filter(kind__in=kinds).annotate(stem=_STEM)
    alike = rows.filter(Q(slug__in=stems) | Q(stem__in=stems))
    return {(Kind(kind), slug) for kind, slug in alike.values_list("kind", "slug")}
