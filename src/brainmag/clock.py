"""Spans of the calendar, in hours."""

from __future__ import annotations

DAY = 24.0
# A year of 365.25 days, as astronomers count.
YEAR = 365.25 * DAY
