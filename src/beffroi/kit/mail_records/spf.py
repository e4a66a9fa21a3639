"""SPF by its meaning (RFC 7208): does this policy let our servers write, and keep others out?"""

import re
from dataclasses import dataclass

_TERM = re.compile(
    r"(?P<sign>[+?~-]?)(?P<name>all|include|a|mx|ptr|ip4|ip6|exists)(?P<value>[:/].*)?",
    re.IGNORECASE,
)
_MODIFIER = re.compile(r"(?P<name>[a-z][a-z0-9_.-]*)=(?P<value>.*)", re.IGNORECASE)
_ASKS = frozenset({"include", "a", "mx", "ptr", "exists"})
MAX_LOOKUPS = 10  # RFC 7208, 4.6.4
_NEEDS_VALUE = frozenset({"include", "ip4", "ip6", "exists"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    sign: str
    name: str
    value: str

    def __str__(self) -> str:
        sign = "" if self.sign == "+" else self.sign
        return f"{sign}{self.name}:{self.value}" if self.value else f"{sign}{self.name}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    terms: tuple[Term, ...]
    """Up to `all`: what stands behind it is never read."""
    redirect: str
    modifiers: tuple[str, ...]
    behind_all: tuple[Term, ...]

    @property
    def closing(self) -> str:
        """The sign of `all`; empty where there is none."""
        return self.terms[-1].sign if self.terms and self.terms[-1].name == "all" else ""

    @property
    def lookups(self) -> int:
        """Of this record alone: those of the records that it includes come on top."""
        return sum(term.name in _ASKS for term in self.terms) + bool(self.redirect)

    def lets_in(self, name: str, value: str) -> bool:
        wanted = value.lower().rstrip(".")
        return any(
            term.sign == "+" and term.name == name and term.value.lower().rstrip(".") == wanted
            for term in self.terms
        )


class NotSpf(Exception):
    """The text cannot be read; the message is the word that stops the reader."""


def policies(texts: tuple[str, ...]) -> list[str]:
    return [
        text for text in texts if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")
    ]


def read(text: str) -> Policy:
    """Raises: NotSpf."""
    terms: list[Term] = []
    behind: list[Term] = []
    redirect, modifiers = "", []
    for word in text.split()[1:]:
        if modifier := _MODIFIER.fullmatch(word):
            if modifier["name"].lower() == "redirect":
                redirect = modifier["value"]
            else:
                modifiers.append(word)
            continue
        term = _term(word)
        closed = bool(terms) and terms[-1].name == "all"
        (behind if closed else terms).append(term)
    closed = bool(terms) and terms[-1].name == "all"
    return Policy(
        terms=tuple(terms),
        redirect="" if closed else redirect,
        modifiers=tuple(modifiers),
        behind_all=tuple(behind),
    )


def _term(word: str) -> Term:
    found = _TERM.fullmatch(word)
    if found is None:
        raise NotSpf(word)
    name, value = found["name"].lower(), found["value"] or ""
    if (name in _NEEDS_VALUE) != value.startswith(":") and name in _NEEDS_VALUE | {"all"}:
        raise NotSpf(word)
    if name == "all" and value:
        raise NotSpf(word)
    return Term(sign=found["sign"] or "+", name=name, value=value.removeprefix(":"))


def fresh(include: str) -> str:
    return f"v=spf1 include:{include} -all"


def merged(texts: tuple[str, ...], include: str) -> str:
    """One policy that lets in whom the old ones let in, and us. What could not be read is left out."""
    terms: list[Term] = []
    closing, redirect = "", ""
    for text in policies(texts):
        try:
            policy = read(text)
        except NotSpf:
            continue
        terms += [term for term in policy.terms if term.name != "all" and term not in terms]
        closing = closing or policy.closing
        redirect = redirect or policy.redirect
    ours = Term(sign="+", name="include", value=include)
    terms = [term for term in terms if str(term).lstrip("?~-").lower() != str(ours).lower()]
    if (
        redirect
    ):  # a redirection is followed only where nothing matched: as an inclusion it comes to the same
        terms.append(Term(sign="+", name="include", value=redirect))
    end = closing if closing in {"~", "-"} else "~" if closing or terms else "-"
    return " ".join(["v=spf1", str(ours), *map(str, terms), f"{end}all"])
