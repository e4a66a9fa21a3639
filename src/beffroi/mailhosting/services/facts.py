"""What may stand in the way of a verb, named as facts; the doors turn them into sentences."""


class NoSuchThing(Exception):
    """This town has no such domain, box, alias, member or link."""


class DomainKnown(Exception):
    """This domain is among the town's already."""


class DomainHeld(Exception):
    """Another town was the first to show that this domain is its own."""


class NotNow(Exception):
    """The domain or the box cannot go to this state from the one it is in."""


class ExportGone(Exception):
    """The file of an export is not there, or not any more. Argument: the box."""


class NameTaken(Exception):
    """A box or an alias of this domain has this name."""


class DomainInUse(Exception):
    """Boxes or aliases still stand under this domain."""


class AllowanceExceeded(Exception):
    """The town would have more boxes, or more room, than the operator lends it."""


class NotShared(Exception):
    """Only the boxes of functions and commissions have a roster."""


class NotAPerson(Exception):
    """Only the boxes of people stand on a roster."""


class AlreadyMember(Exception):
    """This person is on the roster at that time."""


class BadTimes(Exception):
    """It ends before it starts."""


class NoTarget(Exception):
    """An alias leads to one box or address at least."""


class NotYourZone(Exception):
    """The operator's name server does not keep this domain for this town."""


class LinkIsDead(Exception):
    """The link was used, is too old, or was never made."""


class LeadsBack(Exception):
    """The mail would come back to the box that sends it on."""


class WeakPassword(Exception):
    """The password is too easy; `reasons` are sentences in French."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class AlreadyLeaving(Exception):
    """A departure of this box is decided, or a hand-over takes it."""


class BadSuccessor(Exception):
    """The successor's box cannot take the mail: it is not in service, or its own mail comes back here."""


class BadCustodian(Exception):
    """A custodian is another person of the town, with a box in service."""


class NotDisposable(Exception):
    """A box that is used, held or still to be kept is not destroyed. Argument: its name."""


class NoVisa(Exception):
    """The archives' visa has a reference, and a day since the list was made."""


class NoReason(Exception):
    """What somebody left is read for a reason that the journal keeps."""


class UnknownBlank(Exception):
    """The text holds a blank in brackets that nobody fills; `args[0]` is the blank."""


class PartOfHandOver(Exception):
    """This departure comes with a hand-over, and goes only with it."""


class HandOverOpen(Exception):
    """One hand-over at a time: another is prepared, decided or under way."""


class NobodyGoes(Exception):
    """A hand-over names the people whose mandate ends."""


class SeatOfLeaver(Exception):
    """Somebody whose mandate ends sits on a new roster."""


class OldAddressKnown(Exception):
    """This old address is being fetched already."""


class OldBoxRefused(Exception):
    """Its host does not take the login or the password."""


class OldBoxUnreachable(Exception):
    """Its host does not answer."""


class MailIsOff(Exception):
    """The mail servers do not run on this machine."""


class MailIsSilent(Exception):
    """The mail servers do not answer; the order can be given again."""


class NotAllPutBack(Exception):
    """The mail servers stopped before every letter was put back; the rest is kept as before."""
