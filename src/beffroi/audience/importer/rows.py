"""A row turned into people: addresses, a name, themes; and what is wrong with it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

from beffroi.audience.facts import PersonName
from beffroi.audience.importer import columns, telephones
from beffroi.audience.importer.columns import NamedTheme, Role
from beffroi.audience.importer.lines import MAX_LINE, Row
from beffroi.audience.importer.plan import Plan
from beffroi.audience.words import RowReason
from beffroi.kit import addresses
from beffroi.kit.contacts import comparable
from beffroi.kit.names import split_full_name

MAX_NAME = 80
_BETWEEN_THEMES = re.compile(r"[,;|/+\n•]+|\s-\s")


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    line: int
    address: str
    """Canonical; empty for someone known by a number alone."""
    phone: str = ""
    """Canonical."""
    name: PersonName
    theme_ids: tuple[int, ...]
    cells: tuple[str, ...]

    @property
    def key(self) -> bytes:
        return comparable(self.address) if self.address else self.phone.encode()


@dataclass(frozen=True, kw_only=True, slots=True)
class FaultyRow:
    line: int
    reason: RowReason
    cells: tuple[str, ...]
    suggestion: str = ""
    other_line: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadRow:
    line: int
    is_blank: bool
    people: tuple[Person, ...] = ()
    faults: tuple[FaultyRow, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Reads the rows of one file under one plan. `given`: themes of every row, beside its own."""

    plan: Plan
    themes: Sequence[NamedTheme]
    given: frozenset[int]

    @cached_property
    def places(self) -> dict[Role, list[int]]:
        """Which columns hold what."""
        found: dict[Role, list[int]] = {}
        for place, column in enumerate(self.plan.columns):
            found.setdefault(column.role, []).append(place)
        return found

    def read(self, row: Row) -> ReadRow:
        line, raw = row
        cells = tuple(cell.strip() for cell in raw)
        if not any(cells):
            return ReadRow(line=line, is_blank=True)
        if sum(map(len, raw)) >= MAX_LINE - len(raw):
            cut = tuple(cell[:200] for cell in cells[:5])
            fault = FaultyRow(line=line, reason=RowReason.UNREADABLE, cells=cut)
            return ReadRow(line=line, is_blank=False, faults=(fault,))
        return self._read(line, self._realigned(cells))

    def _realigned(self, cells: tuple[str, ...]) -> tuple[str, ...]:
        """« a@x.fr;b@y.fr » typed in one cell of a file that separates by « ; » pushes the others aside."""
        width = len(self.plan.header) or self.plan.reading.width
        emails = self.places.get(Role.EMAIL)
        if not emails:
            return cells
        last = emails[-1]
        while len(cells) > max(width, last + 1) and "@" in cells[last] and "@" in cells[last + 1]:
            cells = (*cells[:last], f"{cells[last]} ; {cells[last + 1]}", *cells[last + 2 :])
        return cells

    def _read(self, line: int, cells: tuple[str, ...]) -> ReadRow:
        found, faults = self._addresses(line, cells)
        numbers, bad = self._numbers(line, cells)
        if found or numbers:  # a landline beside a way to reach the person needs no explanation
            faults += [fault for fault in bad if fault.reason != RowReason.LANDLINE]
        else:
            nothing = FaultyRow(line=line, reason=RowReason.NO_ADDRESS, cells=cells)
            return ReadRow(line=line, is_blank=False, faults=(*faults, *bad) or (nothing,))
        reason, theme_ids = self._themes(cells)
        if reason is not None:
            refused = FaultyRow(line=line, reason=reason, cells=cells)
            return ReadRow(line=line, is_blank=False, faults=(refused,))
        name = self._name(cells)
        people = tuple(
            Person(
                line=line, address=address, phone=phone, name=name, theme_ids=theme_ids, cells=cells
            )
            for address, phone in zip_longest(found, numbers, fillvalue="")
        )
        return ReadRow(line=line, is_blank=False, people=people, faults=tuple(faults))

    def _addresses(
        self, line: int, cells: tuple[str, ...]
    ) -> tuple[Sequence[str], list[FaultyRow]]:
        faults: list[FaultyRow] = []
        found: dict[str, str] = {}
        for cell in self._of(cells, Role.EMAIL):
            read = addresses.find(cell)
            found.update((address.lower(), address) for address in read.addresses)
            faults.extend(
                FaultyRow(
                    line=line,
                    reason=RowReason(bad.fault.value),
                    cells=cells,
                    suggestion=bad.suggestion,
                )
                for bad in read.bad
            )
        return list(found.values()), faults

    def _numbers(self, line: int, cells: tuple[str, ...]) -> tuple[Sequence[str], list[FaultyRow]]:
        """The first is taken for the first address's; the others are people of their own."""
        numbers: dict[str, None] = {}
        bad: dict[RowReason, None] = {}
        for cell in self._of(cells, Role.PHONE):
            found = telephones.find(cell)
            numbers.update(dict.fromkeys(found.numbers))
            bad.update(dict.fromkeys(found.bad))
        return list(numbers), [FaultyRow(line=line, reason=one, cells=cells) for one in bad]

    def _of(self, cells: tuple[str, ...], role: Role) -> list[str]:
        places = self.places.get(role, ())
        return [cells[place] for place in places if place < len(cells) and cells[place]]

    def _first(self, cells: tuple[str, ...], role: Role) -> str:
        return next(iter(self._of(cells, role)), "")

    def _themes(self, cells: tuple[str, ...]) -> tuple[RowReason | None, tuple[int, ...]]:
        if any(columns.is_no(cell) for cell in self._of(cells, Role.CONSENT)):
            return RowReason.NO_CONSENT, ()
        wanted = set(self.given)
        for place in self.places.get(Role.THEME, ()):
            theme = self.plan.columns[place].theme_id
            if theme and place < len(cells) and columns.is_yes(cells[place]):
                wanted.add(theme)
        for cell in self._of(cells, Role.THEMES):
            for part in _BETWEEN_THEMES.split(cell):
                theme = columns.theme_named(part, self.themes)
                if theme is not None:
                    wanted.add(theme)
        if not wanted:
            return RowReason.NO_THEME, ()
        return None, tuple(sorted(wanted))

    def _name(self, cells: tuple[str, ...]) -> PersonName:
        first = self._first(cells, Role.FIRST_NAME)
        family = self._first(cells, Role.FAMILY_NAME)
        if not first and family != family.upper():
            first, family = split_full_name(family)
        if not (first or family):
            first, family = split_full_name(self._first(cells, Role.FULL_NAME))
        return PersonName(first_name=_tidy(first), family_name=_tidy(family))


def _tidy(name: str) -> str:
    return "" if "@" in name else " ".join(name.split())[:MAX_NAME]
