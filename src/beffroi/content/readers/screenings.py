"""What cinemas say of a screening, as residents read it."""

from beffroi.content.readers import gathering, texts
from beffroi.kit.names import fold_words

FREE = "gratuit"
_CURRENCIES = {"": "€", "EUR": "€", "€": "€", "CHF": "CHF", "XPF": "F"}
_ORIGINAL = "VOST"


def key(title: str) -> str:
    """One film, however its title is typed."""
    return f"film:{gathering.key(fold_words(title), title)}"[:250]


def version(*, language: str, subtitles: str, format: str) -> str:
    """« VOSTFR », « VF », « VF 3D »."""
    spoken, read = _code(language), _code(subtitles)
    said = f"{_ORIGINAL}{read.upper()}" if read else {"": "", "fr": "VF"}.get(spoken, "VO")
    shape = texts.line(format).rpartition("/")[2]
    extra = shape if shape.upper() not in {"", "2D", "SD", "HD"} else ""
    return f"{said} {extra}".strip()[:40]


def _code(language: str) -> str:
    words = language.lower().replace("_", "-").partition("-")[0].strip()
    return {"français": "fr", "francais": "fr", "french": "fr", "anglais": "en"}.get(words, words)[
        :2
    ]


def price(said: str, currency: str) -> str:
    """« 6,50 € » as it is typed in France; words stay as they are."""
    words = texts.line(said)[:100]
    try:
        amount = float(words.replace(",", "."))
    except ValueError:
        return words
    if amount == 0:
        return FREE
    digits = f"{amount:.2f}".replace(".", ",").removesuffix(",00")
    unit = _CURRENCIES.get(currency.upper(), currency[:3])
    return f"{digits}\N{NO-BREAK SPACE}{unit}"
