"""CAP's dates: seconds, a numeric zone, never a Z; UTC is -00:00 (standard, 3.3.2)."""

from datetime import UTC, datetime, timedelta

from beffroi.kit.cap.alert import BadAlert


def read_date(text: str) -> datetime:
    """Raises: BadAlert."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as bad:
        raise BadAlert("a date was expected") from bad
    if moment.tzinfo is None:
        raise BadAlert("a date without its time zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError as bad:
        raise BadAlert("a date out of bounds") from bad


def write_date(moment: datetime) -> str:
    """Raises: BadAlert when it has no time zone of whole minutes."""
    offset = moment.utcoffset()
    if offset is None or offset % timedelta(minutes=1):
        raise BadAlert("a date without its time zone")
    text = moment.isoformat(timespec="seconds")
    return text.removesuffix("+00:00") + "-00:00" if not offset else text
