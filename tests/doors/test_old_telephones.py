"""Residents' pages on telephones that get no new browser any more."""

import re
from pathlib import Path

from beffroi import citizen


def test_what_lays_a_page_out_is_understood_by_telephones_of_2020():
    """Safari before 14.1 has no `inset` and no `padding-inline`, before 15.4 no `:has`; one selector that a browser does not
    know spoils its whole list (Selectors 4, 3.9)."""
    sheet = (Path(citizen.__file__).parent / "style.css").read_text(encoding="utf-8")
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL))
    modern = re.compile(r"(?<![\w-])(inset|(margin|padding)-(inline|block))\s*:")

    assert [rule for rule, body in rules if modern.search(body)] == []
    assert [rule for rule, _ in rules if ":has" in rule and "," in rule] == []
    hidden = [body for rule, body in rules if ":has" in rule]
    assert not any("padding" in body or "position" in body for body in hidden)
