"""Until when a statement holds, by the day that it names: "tomorrow", "this week", "on Friday", "in three weeks"."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "a few": 3, "four": 4, "five": 5, "six": 6}
_TODAY = re.compile(r"\b(?:today|tonight|this (?:morning|afternoon|evening)|right now|at the moment)\b")
_TOMORROW = re.compile(r"\btomorrow\b")
_SPAN = re.compile(r"\b(?P<which>this|next) (?P<what>week|weekend|month|year)\b")
_WEEKDAY = re.compile(rf"\b(?:(?P<which>this|next|on|until|by) )(?P<day>{'|'.join(_DAYS)})\b")
_IN = re.compile(
    rf"\bin (?P<count>\d{{1,2}}|{'|'.join(sorted(_COUNTS, key=len, reverse=True))}) "
    r"(?P<what>minute|hour|day|week|month)s?\b"
)
_DATE = re.compile(
    rf"\b(?:(?P<first>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{'|'.join(_MONTHS)})"
    rf"|(?P<month2>{'|'.join(_MONTHS)}) (?P<second>\d{{1,2}})(?:st|nd|rd|th)?)\b(?:,? (?P<year>\d{{4}}))?"
)
_PAST = re.compile(r"\b(?:last|ago|yesterday|was|were|had|did|went|got|met|bought|saw|been)\b")


def expiry(sentence: str, said_at: datetime, is_event: bool = False) -> datetime | None:
    """Return the midnight after which a statement is over; None: it names no such day, or speaks of the past.

    Args:
        said_at: when it was said, in the person's own time zone.
        is_event: it tells of something that happens on a date; else a date (a birthday) does not end it.
    """
    text = " ".join(sentence.lower().split())
    midnight = said_at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    if _TODAY.search(text):
        return midnight
    if _PAST.search(text):
        return None
    if _TOMORROW.search(text):
        return midnight + timedelta(days=1)
    if span := _SPAN.search(text):
        return _end_of(span["what"], span["which"] == "next", midnight)
    if ahead := _IN.search(text):
        count = int(ahead["count"]) if ahead["count"].isdigit() else _COUNTS[ahead["count"]]
        return midnight + timedelta(days=count * {"day": 1, "week": 7, "month": 31}.get(ahead["what"], 0))
    if not is_event:
        return None
    if weekday := _WEEKDAY.search(text):
        away = (_DAYS.index(weekday["day"]) - said_at.weekday()) % 7
        return midnight + timedelta(days=away + (7 if weekday["which"] == "next" else 0))
    return _after_date(text, said_at)


def _end_of(what: str, is_next: bool, midnight: datetime) -> datetime:
    today = midnight - timedelta(days=1)
    if what in ("week", "weekend"):
        return midnight + timedelta(days=6 - today.weekday() + (7 if is_next else 0))
    if what == "year":
        return midnight.replace(year=today.year + (2 if is_next else 1), month=1, day=1)
    months = today.year * 12 + today.month + (1 if is_next else 0)
    return midnight.replace(year=months // 12, month=months % 12 + 1, day=1)


def _after_date(text: str, said_at: datetime) -> datetime | None:
    found = _DATE.search(text)
    if not found:
        return None
    month = _MONTHS.index(found["month"] or found["month2"]) + 1
    year = int(found["year"] or said_at.year)
    midnight = said_at.replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        day = midnight.replace(year=year, month=month, day=int(found["first"] or found["second"]))
        if day < midnight and not found["year"]:
            day = day.replace(year=year + 1)
    except ValueError:  # there is no such day
        return None
    return day + timedelta(days=1)
