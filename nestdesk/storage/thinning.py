"""Which backups stay: the newest few, and of the last days, weeks and months the newest of each.

Days, weeks and months without a backup do not count, so a computer that was off for a year loses nothing. Thinning
after every backup keeps what thinning all of them at once would keep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

NEWEST = 6
DAYS, WEEKS, MONTHS = 12, 10, 9
_PERIODS: tuple[tuple[Callable[[datetime], tuple[int, ...]], int], ...] = (
    (lambda moment: (moment.toordinal(),), DAYS),
    (lambda moment: moment.isocalendar()[:2], WEEKS),
    (lambda moment: (moment.year, moment.month), MONTHS),
)


def kept(moments: Iterable[datetime]) -> frozenset[datetime]:
    """Return the moments whose backups stay; days begin at midnight UTC."""
    newest_first = sorted({moment.astimezone(UTC) for moment in moments}, reverse=True)
    stay = set(newest_first[:NEWEST])
    for period_of, most in _PERIODS:
        newest_of: dict[tuple[int, ...], datetime] = {}
        for moment in newest_first:
            newest_of.setdefault(period_of(moment), moment)
        stay |= set(list(newest_of.values())[:most])
    return frozenset(stay)
