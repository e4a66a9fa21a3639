"""Facts as JSON, for the columns that hold them; read back strictly, so that a bad row shows at once."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from beffroi.content.facts import Hours, Occurrence, Place, Remark, Text
from beffroi.content.words import Flaw

Json = dict[str, Any]


def place_out(place: Place | None) -> Json | None:
    return asdict(place) if place else None


def place_in(kept: Json | None) -> Place | None:
    if kept is None:
        return None
    hours = tuple(Hours(**one) for one in kept["hours"])
    return Place(**kept | {"phones": tuple(kept["phones"]), "hours": hours})


def text_out(text: Text) -> Json:
    kept = asdict(text)
    for one in kept["occurrences"]:
        one |= {name: _moment_out(one[name]) for name in ("begins_at", "ends_at")}
    return kept | {name: _moment_out(kept[name]) for name in ("publish_at", "expires_at")}


def text_in(kept: Json) -> Text:
    dates = tuple(
        Occurrence(
            **one | {name: _moment_in(one[name]) for name in ("begins_at", "ends_at")},
        )
        for one in kept["occurrences"]
    )
    return Text(
        **kept
        | {name: _moment_in(kept[name]) for name in ("publish_at", "expires_at")}
        | {
            "occurrences": dates,
            "theme_ids": tuple(kept["theme_ids"]),
            "place": place_in(kept["place"]),
        }
    )


def remarks_out(remarks: tuple[Remark, ...], *, most: int) -> list[Json]:
    return [asdict(one) for one in remarks[:most]]


def remarks_in(kept: list[Json]) -> tuple[Remark, ...]:
    return tuple(Remark(flaw=Flaw(one["flaw"]), where=one["where"]) for one in kept)


def _moment_out(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment_in(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None
