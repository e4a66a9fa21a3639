"""All reads of the room: `recipients`, `themes`, `subscribers`, `figures`, `forms`, `imports`."""

from beffroi.audience.queries.recipients import count_with_exclusions, recipients

__all__ = ["count_with_exclusions", "recipients"]
