"""The room's raw SQL, by name: `statement("claim")` is sql/claim.sql."""

from functools import cache
from importlib import resources


@cache
def statement(name: str) -> str:
    return (resources.files("beffroi.delivery") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
