"""What every reader does with what it finds: keys told apart, flaws written down, bounds kept."""

import hashlib
from dataclasses import dataclass, field, replace

from beffroi.content.facts import MAX_DATES, MAX_FOUND, Found, Occurrence, Reading, Remark
from beffroi.content.readers import texts
from beffroi.content.words import Flaw, Format

MAX_BYTES = 8 * 1024 * 1024
MAX_REMARKS = 500
MAX_MARKS = 60_000
"""Of HTML, in all that one document holds: to clean them takes two seconds; a hundred long articles have half as many."""
BROKEN = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RecursionError,
    NotImplementedError,
    EOFError,
    OSError,
    StopIteration,
)
"""What libraries raise over a damaged document; they promise nothing narrower."""


@dataclass(slots=True)
class Gathering:
    """A reading in the making."""

    format: Format
    found: dict[str, Found] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    is_full: bool = False
    marks: int = 0

    def body(self, text: str, *, base: str = "") -> texts.Body:
        """Of an article: cleaned while the marks of all of them are not too many, then its words alone."""
        self.marks += text.count("<")
        return texts.body(text, base=base, is_plain=self.marks > MAX_MARKS)

    def prose(self, text: str) -> str:
        """Plain text as HTML: with its lines while they are not too many, then as one."""
        self.marks += text.count("\n")
        return texts.prose(text if self.marks <= MAX_MARKS else texts.shorten(texts.line(text)))

    def remark(self, flaw: Flaw, where: str = "") -> None:
        said = Remark(flaw=flaw, where=texts.shorten(texts.line(where), 120))
        if len(self.remarks) < MAX_REMARKS and said not in self.remarks[-50:]:
            self.remarks.append(said)

    def add(self, one: Found, *, where: str = "") -> None:
        """Raises nothing: what cannot be kept is remarked."""
        if not one.title:
            self.remark(Flaw.NO_TITLE, where or one.key)
            return
        if one.key in self.found:
            self.remark(Flaw.DUPLICATE_KEY, where or one.title)
        elif not self._has_room():
            return
        if one.picture and not one.picture.alt:
            self.remark(Flaw.NO_ALT, where or one.title)
        self.found[one.key] = self._bounded(one)

    def join(self, one: Found, *, where: str = "") -> None:
        """As `add`; what has the same key is the same thing at other dates."""
        before = self.found.get(one.key)
        if before is None:
            self.add(one, where=where)
        else:
            both = (*before.occurrences, *one.occurrences)
            self.found[one.key] = self._bounded(replace(before, occurrences=both))

    def reading(
        self, *, title: str = "", next_page: str = "", headers: tuple[str, ...] = ()
    ) -> Reading:
        if not self.found and not self.remarks:
            self.remark(Flaw.NOTHING_INSIDE)
        return Reading(
            format=self.format,
            title=texts.title(title),
            found=tuple(self.found.values()),
            remarks=tuple(self.remarks),
            next_page=next_page,
            headers=headers,
        )

    def _has_room(self) -> bool:
        if len(self.found) < MAX_FOUND:
            return True
        if not self.is_full:
            self.remark(Flaw.CUT)
        self.is_full = True
        return False

    def _bounded(self, one: Found) -> Found:
        dates = _in_order(one.occurrences)
        if len(dates) > MAX_DATES:
            self.remark(Flaw.TOO_MANY_DATES, one.title)
        return replace(one, occurrences=dates[:MAX_DATES])


def unreadable(format: Format, flaw: Flaw = Flaw.UNREADABLE) -> Reading:
    return Reading(format=format, remarks=(Remark(flaw=flaw),))


def key(*names: object) -> str:
    """The first of these names that says anything, short enough for a row."""
    name = next((said for one in names if (said := _name(one))), "")
    return name if len(name) <= 250 else f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"


def made_key(*parts: object) -> str:
    """For what has no name of its own: the same words give the same key."""
    words = "\n".join(texts.line(str(part)) for part in parts)
    return f"sha256:{hashlib.sha256(words.encode('utf-8', 'replace')).hexdigest()}"


def _name(one: object) -> str:
    if isinstance(one, int) and not isinstance(one, bool):
        return str(one)[:250]
    return texts.line(one)


def _in_order(dates: tuple[Occurrence, ...]) -> tuple[Occurrence, ...]:
    """Each once, by its beginning."""
    return tuple(sorted(dict.fromkeys(dates), key=lambda date: (date.begins_at, date.version)))
