"""Rows of the room. See the README for its words."""

from beffroi.content.models.entries import (
    Contributor,
    Entry,
    EntryTheme,
    Occurrence,
    Picture,
    Version,
)
from beffroi.content.models.figures import Searched, Viewed
from beffroi.content.models.sources import Label, Run, RunChange, Source
from beffroi.content.models.uploads import Upload, UploadPart

__all__ = [
    "Contributor",
    "Entry",
    "EntryTheme",
    "Label",
    "Occurrence",
    "Picture",
    "Run",
    "RunChange",
    "Searched",
    "Source",
    "Upload",
    "UploadPart",
    "Version",
    "Viewed",
]
