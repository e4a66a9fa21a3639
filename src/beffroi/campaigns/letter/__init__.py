"""The letter: from a content to accessible HTML, plain text and a public page. Knows nothing of rows or recipients."""

from beffroi.campaigns.letter.sheet import Article, Sheet, Size
from beffroi.campaigns.letter.write import Letter, compose, page, preview, preview_text

__all__ = ["Article", "Letter", "Sheet", "Size", "compose", "page", "preview", "preview_text"]
