"""What may stand in the way of a verb, named as facts; the doors turn them into sentences."""


class NoSuchThing(Exception):
    """This town has no such text, approval, duty, alert or drill."""


class NotAllowed(Exception):
    """The agent may not do this in this town."""


class OwnWork(Exception):
    """The author of a text may not approve it."""


class WordsChanged(Exception):
    """The words on the screen are not the words that are kept any more."""


class WordsMissing(Exception):
    """A message has a title, a subject and a text."""


class ForeignTheme(Exception):
    """A theme is not one of this town's open themes."""


class NobodyChosen(Exception):
    """No theme says who is to be reached."""


class NeedsBulletin(Exception):
    """The text has slots that only an official bulletin fills."""


class TooLate(Exception):
    """It was sent, overtaken or ended meanwhile; or the day is past."""


class BadTimes(Exception):
    """It ends before it starts, or lies too far ahead."""


class NobodyToRing(Exception):
    """A duty has at least an address or a telephone."""


class CannotLeave(Exception):
    """Delivery refused the text; the message says why."""
