"""What is published: entries with their dates, themes, pictures and former texts, and who brings them."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from beffroi.audience.models import Theme
from beffroi.content.models.sources import Source
from beffroi.content.words import Category, Kind, Stage
from beffroi.towns.models import Agent, Service, TownOwned
from beffroi.towns.owned import TownManager

TITLE_MAX_LENGTH = 200
SUMMARY_MAX_LENGTH = 300
VERSION_MAX = 30
PRICE_MAX = 120


class Picture(TownOwned):
    """A photograph, encoded anew in two widths, named by its content; the file that came in is not kept."""

    sha = models.CharField(max_length=64)
    wide = models.BinaryField()
    """WebP, at most 1200 px wide."""
    small = models.BinaryField()
    """WebP, at most 480 px wide."""
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    """Of `wide`, in pixels."""
    added_at = models.DateTimeField()
    """When it was last brought in."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [models.UniqueConstraint("town", "sha", name="picture_once")]

    def __str__(self) -> str:
        return self.sha


class Contributor(TownOwned):
    """An association that writes through a secret link; what it writes waits to be read."""

    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    key_hash = models.CharField(max_length=64, unique=True)
    """SHA-256 of the secret in its link."""
    invited_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Entry(TownOwned):
    """One thing that residents read. Its kind says which of the columns below mean something."""

    kind = models.CharField(max_length=10, choices=Kind)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.DRAFT)
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=TITLE_MAX_LENGTH)
    summary = models.CharField(max_length=SUMMARY_MAX_LENGTH, blank=True)
    body = models.TextField(blank=True)
    """Clean HTML (`kit.html`)."""
    easy = models.TextField(blank=True)
    """The same in easy French (« facile à lire »), clean HTML; empty: nobody wrote it."""
    category = models.CharField(max_length=20, choices=Category, blank=True)
    picture = models.ForeignKey(Picture, on_delete=models.SET_NULL, null=True, related_name="+")
    picture_alt = models.CharField(max_length=300, blank=True)
    venue = models.CharField(max_length=200, blank=True)
    place = models.JSONField(null=True)
    """A `facts.Place` (`content.stored`)."""
    is_cancelled = models.BooleanField(default=False)
    publish_at = models.DateTimeField(null=True)
    """From then on it can be read; also the date that residents see. None: never published yet."""
    expires_at = models.DateTimeField(null=True)

    service = models.ForeignKey(Service, on_delete=models.SET_NULL, null=True, related_name="+")
    author = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    """None: a source or a contributor."""
    contributor = models.ForeignKey(
        Contributor, on_delete=models.PROTECT, null=True, related_name="entries"
    )
    created_at = models.DateTimeField()
    changed_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)
    """Counts the saves: an editor that knows an older one would overwrite somebody's words."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, related_name="entries")
    key = models.CharField(max_length=500, blank=True)
    """Its name at the source."""
    link = models.URLField(max_length=2000, blank=True)
    """Its page at the source, or where more is said."""
    credit = models.CharField(max_length=200, blank=True)
    corrected = ArrayField(models.CharField(max_length=20), default=list)
    """Columns that the town changed: the source no longer writes them."""
    found_hash = models.CharField(max_length=64, blank=True)
    """SHA-256 of what the source said last."""
    words = models.TextField(blank=True)
    """What a search looks at: small letters, no accents (`kit.names.fold_words`)."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-publish_at", "-id"]
        indexes = [
            models.Index(fields=["town", "kind", "stage", "-publish_at"], name="entry_public"),
            models.Index(fields=["town", "-changed_at"], name="entry_desk"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["town", "kind", "slug"], name="entry_slug"),
            models.UniqueConstraint(
                fields=["town", "source", "key"],
                name="entry_of_source",
                condition=models.Q(source__isnull=False),
            ),
            models.CheckConstraint(
                name="published_since",
                condition=~models.Q(stage=Stage.PUBLISHED) | models.Q(publish_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class EntryTheme(TownOwned):
    """An entry is about a theme."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="theme_links")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [models.UniqueConstraint("entry", "theme", name="entry_theme_once")]

    def __str__(self) -> str:
        return f"{self.entry_id} → {self.theme_id}"


class Occurrence(TownOwned):
    """One date of an event, one screening of a film."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="occurrences")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    """Exclusive."""
    is_all_day = models.BooleanField(default=False)
    is_cancelled = models.BooleanField(default=False)
    version = models.CharField(max_length=VERSION_MAX, blank=True)
    link = models.URLField(max_length=2000, blank=True)
    price = models.CharField(max_length=PRICE_MAX, blank=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["begins_at", "id"]
        indexes = [models.Index(fields=["town", "begins_at"], name="occurrence_when")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.begins_at:%Y-%m-%d %H:%M}"


class Version(TownOwned):
    """An entry as it was before a change. Nothing typed is lost."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="versions")
    at = models.DateTimeField()
    by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    revision = models.PositiveIntegerField()
    text = models.JSONField()
    """A `facts.Text` (`content.stored`)."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"version {self.pk}"
