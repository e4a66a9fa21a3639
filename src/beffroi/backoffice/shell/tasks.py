"""What *Aujourd’hui* shows as waiting."""

from dataclasses import dataclass

from beffroi.backoffice.doors import Say


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One thing that waits for the agent."""

    icon: str
    words: Say
    detail: Say
    address: str
    action: Say
    is_urgent: bool = False
