"""« v=DMARC1; p=none »: the lists of tags of DKIM, DMARC, MTA-STS and TLS-RPT (RFC 6376, 3.2)."""


def read(text: str) -> dict[str, str] | None:
    """Tags by name, in their order; None where it is no such list."""
    tags: dict[str, str] = {}
    for part in text.strip().removesuffix(";").split(";"):
        name, equals, value = part.partition("=")
        name = name.strip().lower()
        if not equals or not name or name in tags:
            return None
        tags[name] = "".join(value.split()) if name == "p" else value.strip()
    return tags


def write(tags: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in tags.items())


def of_version(texts: tuple[str, ...], version: str) -> list[str]:
    """Those texts that begin with `v=version`; others at the same name are nobody's business here."""
    return [
        text for text in texts if text.replace(" ", "").lower().startswith(f"v={version.lower()}")
    ]


def addresses(tags: dict[str, str], name: str = "rua") -> list[str]:
    """« mailto:a@x!10m, https://… »: the URIs, without DMARC's limits of size, in lower case."""
    return [uri.strip().partition("!")[0].lower() for uri in tags.get(name, "").split(",")]


def with_address(tags: dict[str, str], uri: str) -> dict[str, str]:
    kept = tags.get("rua", "")
    return {**tags, "rua": f"{kept},{uri}" if kept else uri}
