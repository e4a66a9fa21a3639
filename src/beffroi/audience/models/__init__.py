"""Rows of the room: themes, subscribers, subscriptions, consent and its proof, paper forms, imports.

No row here holds an address: that is `delivery.ContactPoint`'s, sealed. Names, scans and lines of files are
sealed under the same keyring.

`db_constraint=False` stands where a wall of `towns.walls` says the same and more: the composite key (town, id) that
`WallOff` adds or, for what an import writes by the thousand, the check of `WallOffInSets`.
"""

from beffroi.audience.models.digests import DigestLine, DigestTitle
from beffroi.audience.models.files import Import, ImportPart, ImportRow
from beffroi.audience.models.people import (
    Attempt,
    ConsentProof,
    PaperForm,
    Subscriber,
    Subscription,
)
from beffroi.audience.models.themes import ConsentText, Theme

__all__ = [
    "Attempt",
    "ConsentProof",
    "ConsentText",
    "DigestLine",
    "DigestTitle",
    "Import",
    "ImportPart",
    "ImportRow",
    "PaperForm",
    "Subscriber",
    "Subscription",
    "Theme",
]
