"""Rows of the room: what is followed, what was written beforehand, and the alerts themselves."""

from beffroi.alerts.models.feeds import Feed, ReceivedAlert
from beffroi.alerts.models.followed import Drill, Followed, SeenPublication, Watch
from beffroi.alerts.models.prepared import Duty, Prewritten, Rule, StandingApproval
from beffroi.alerts.models.threads import Alert, AlertMessage, Dispatch

__all__ = [
    "Alert",
    "AlertMessage",
    "Dispatch",
    "Drill",
    "Duty",
    "Feed",
    "Followed",
    "Prewritten",
    "ReceivedAlert",
    "Rule",
    "SeenPublication",
    "StandingApproval",
    "Watch",
]
