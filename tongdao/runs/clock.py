"""The only place that reads the clock; calculations and documents never do."""

import re
from datetime import datetime

#: Code of a notebook that asks what day it is: run again, it would give another document.
READS_CLOCK = re.compile(
    r"\b(date\.today|datetime\.(now|today|utcnow)|Timestamp\.(now|today)|time\.(time|localtime))\("
)


def now() -> datetime:
    """The current time with its zone."""
    return datetime.now().astimezone()
