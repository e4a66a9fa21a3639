"""Why a file that an agent brings is refused."""

from django.utils.translation import gettext

from beffroi.audience.importer import faults
from beffroi.audience.importer.kinds import MAX_BYTES


def refusal(bad: faults.BadFile) -> str:
    """What happened, what was kept, what to do."""
    size = MAX_BYTES // 2**20
    sentences: dict[type[faults.BadFile], str] = {
        faults.EmptyFile: gettext(
            "Ce fichier est vide. Rien n’a été gardé : choisissez-en un autre."
        ),
        faults.TooBig: gettext(
            "Ce fichier dépasse {size} Mo. Rien n’a été gardé : enregistrez-le en CSV, ou coupez-le en deux."
        ).format(size=size),
        faults.UnknownKind: gettext(
            "Ce fichier n’est ni un tableau ni du texte. Rien n’a été gardé : dans Excel ou LibreOffice, enregistrez la "
            "liste en .xlsx ou en CSV."
        ),
        faults.Protected: gettext(
            "Ce classeur est protégé par un mot de passe. Rien n’a été gardé : ouvrez-le, ôtez le mot de passe, puis "
            "enregistrez-le."
        ),
        faults.Bomb: gettext(
            "Ce classeur devient démesuré une fois ouvert. Rien n’a été gardé : copiez la liste seule dans un classeur neuf."
        ),
        faults.Damaged: gettext(
            "Ce classeur est abîmé : il ne s’ouvre pas jusqu’au bout. Rien n’a été gardé : ouvrez-le dans votre tableur et "
            "enregistrez-le à nouveau."
        ),
        faults.TooManyRows: gettext(
            "Ce fichier a plus de 500 000 lignes. Rien n’a été gardé : coupez-le en plusieurs."
        ),
    }
    return sentences[type(bad)]
