"""The sources that the rules of the house read."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

ROOT = Path(__file__).resolve().parents[2]
CODE = ROOT / "src" / "beffroi"
ROOMS = sorted(folder for folder in CODE.iterdir() if (folder / "__init__.py").exists())


def name(path: Path) -> str:
    """As rules name a file: campaigns/services/chain.py."""
    return path.relative_to(CODE).as_posix()


def code(*, under: Path = CODE) -> list[Path]:
    return [path for path in sorted(under.rglob("*.py")) if "migrations" not in path.parts]


def pages() -> list[Path]:
    return sorted(path for path in CODE.rglob("templates/**/*") if path.suffix in {".html", ".txt"})


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def public_functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def french_in_python(path: Path) -> Iterator[str]:
    """What gettext is given; ngettext and pgettext too."""
    for node in ast.walk(tree(path)):
        if _is_gettext(node):
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def _is_gettext(node: ast.AST) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"_", "gettext", "gettext_lazy", "ngettext", "pgettext"}
    )


_TRANSLATE = re.compile(r"{%\s*translate\s+\"([^\"]*)\"")
_BLOCK = re.compile(r"{%\s*blocktranslate[^%]*%}(.*?){%\s*endblocktranslate\s*%}", re.DOTALL)


def french_in_page(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    yield from _TRANSLATE.findall(text)
    for block in _BLOCK.findall(text):
        yield from re.split(r"{%\s*plural\s*%}", block)
