"""The only place that reads the clock; calculations and documents never do."""

from datetime import datetime


def now() -> datetime:
    """The current time with its zone."""
    return datetime.now().astimezone()
