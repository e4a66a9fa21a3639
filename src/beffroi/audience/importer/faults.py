"""Why a file cannot be taken at all."""


class BadFile(Exception):
    """Base: the file as a whole is refused, and nothing of it is kept."""


class EmptyFile(BadFile):
    """No bytes, or no line with anything on it."""


class TooBig(BadFile):
    """More bytes than `kinds.MAX_BYTES`."""


class UnknownKind(BadFile):
    """Neither text nor a workbook: an image, a PDF, a program…"""


class Protected(BadFile):
    """The workbook asks for a password."""


class Bomb(BadFile):
    """Unpacked, the workbook would be absurdly big."""


class Damaged(BadFile):
    """It looks like a workbook and cannot be opened."""


class TooManyRows(BadFile):
    """More rows than `kinds.MAX_ROWS`."""
