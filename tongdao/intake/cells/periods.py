"""Periods and days in words, read by the one grammar in base."""

from tongdao.base import Recorded, When, one_year, plain, read_recorded, read_when

__all__ = ["Recorded", "When", "one_year", "plain", "read_recorded", "read_when"]
