"""What was seen of a domain, as it is kept and as it is read back."""

from beffroi.kit.mail_records.seen import Fact, Finding, Light
from beffroi.kit.mail_records.wanted import Kind, Type, Wanted

Row = dict[str, object]
_ORDER = {Light.GREEN: 0, Light.AMBER: 1, Light.RED: 2}


def worst(findings: tuple[Finding, ...]) -> Light:
    return max((finding.light for finding in findings), key=_ORDER.__getitem__, default=Light.AMBER)


def keep(findings: tuple[Finding, ...]) -> list[Row]:
    return [
        {
            "kind": one.wanted.kind,
            "name": one.wanted.name,
            "type": one.wanted.type,
            "value": one.wanted.value,
            "awaited": one.wanted.awaited,
            "light": one.light,
            "fact": one.fact,
            "seen": list(one.seen),
            "wait_s": one.wait_s,
        }
        for one in findings
    ]


def read(rows: list[Row]) -> tuple[Finding, ...]:
    return tuple(_read(row) for row in rows)


def _read(row: Row) -> Finding:
    seen = row["seen"]
    return Finding(
        wanted=Wanted(
            kind=Kind(str(row["kind"])),
            name=str(row["name"]),
            type=Type(str(row["type"])),
            value=str(row["value"]),
            awaited=bool(row["awaited"]),
        ),
        light=Light(str(row["light"])),
        fact=Fact(str(row["fact"])),
        seen=tuple(map(str, seen)) if isinstance(seen, list) else (),
        wait_s=int(str(row["wait_s"])),
    )
