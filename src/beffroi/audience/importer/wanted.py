"""What a batch of an imported file asks for, as it is settled step by step."""

from dataclasses import dataclass, field

from beffroi.audience.channels import POINT, bit
from beffroi.audience.importer.rows import FaultyRow, Person
from beffroi.audience.words import RowReason
from beffroi.delivery.words import Channel


@dataclass(slots=True)
class Result:
    added: int = 0
    extended: int = 0
    known: int = 0
    duplicates: int = 0
    stopped: int = 0
    listed: list[FaultyRow] = field(default_factory=list)


@dataclass(slots=True)
class Wanted:
    """One address of the batch (or one number without an address), with all that its rows ask for."""

    person: Person
    theme_ids: set[int]
    """Those that are missing, once what the town knows has been looked up."""
    asked: set[int] = field(default_factory=set)
    """All of them."""
    phone: str = ""
    point: int = 0
    subscriber: int | None = None
    is_refused: bool = False
    channels: int = 0


@dataclass(frozen=True, slots=True)
class Way:
    """By what the people of a pass are known."""

    channel: Channel

    @property
    def bit(self) -> int:
        return bit(self.channel)

    def sql(self, statement: str) -> str:
        return statement.replace("{point}", f"{POINT[self.channel]}_id")


def explain(
    result: Result, person: Person, reason: RowReason, *, other_line: int | None = None
) -> None:
    result.duplicates += reason == RowReason.DUPLICATE
    result.listed.append(
        FaultyRow(line=person.line, reason=reason, cells=person.cells, other_line=other_line)
    )
