"""What may stand in the way of a verb, named as facts; the doors turn them into sentences."""

from datetime import datetime


class NoSuchCampaign(Exception):
    """This town has no such campaign."""


class NoSuchProposal(Exception):
    """This town has no such proposal."""


class NoSuchVersion(Exception):
    """This campaign has no such version."""


class WrongStage(Exception):
    """The campaign has gone too far, or not far enough, for this."""


class SomebodySaved(Exception):
    """A colleague saved meanwhile. What was typed is kept aside as a version."""

    def __init__(self, *, version_id: int, by: str, saved_at: datetime) -> None:
        super().__init__(version_id)
        self.version_id, self.by, self.saved_at = version_id, by, saved_at


class TextLocked(Exception):
    """The text is with the cabinet or gone: it was not changed. What was typed is kept aside as a version."""

    def __init__(self, version_id: int) -> None:
        super().__init__(version_id)
        self.version_id = version_id


class ForeignTheme(Exception):
    """A theme of the audience rule is not one of this town's open themes."""


class ForeignImage(Exception):
    """The text shows an image that this town does not keep."""


class OwnWork(Exception):
    """The last editor and the submitter may not approve."""


class NotAllowed(Exception):
    """The agent may not do this in this town."""


class ReasonMissing(Exception):
    """A return or a refusal says why."""


class NotReady(Exception):
    """The check list still has blocking remarks."""


class ContentChanged(Exception):
    """The text on the approver's screen is not the text of the campaign any more."""


class NotApproved(Exception):
    """Nobody else approved exactly this text."""


class NotYet(Exception):
    """The approval holds from the scheduled time on, not before."""


class NobodyToReach(Exception):
    """The audience is empty."""


class CannotLeave(Exception):
    """Delivery refused a message: too long for its channel, or from a sender that is none."""


class TooManyTests(Exception):
    """This agent has sent as many tests as an hour may see."""


class NotAnImage(Exception):
    """The file is not an image that can be shown in an e-mail."""


class AltMissing(Exception):
    """An image says in words what it shows."""


class NoTestDevice(Exception):
    """The agent has proved no mobile, or this browser receives no notification of the town."""
