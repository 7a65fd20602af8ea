"""When the next sleep is due: every night, or after so many newly learned sources, as the settings say.

Only the plan is made here; the window carries it out when nothing else is going on. A sleep that was rejected counts as
one: its sources wait for the next night, or for as many new ones, and not for the next minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from nestdesk.engine.client import Engine
from nestdesk.services.roster import Roster
from nestdesk.services.sleep import Sleep
from nestdesk.storage.experts import ExpertStore

NIGHT_HOUR = 2  # of local time
SOURCES = 5  # newly learned ones, after which sleep is due
DAY = timedelta(days=1)


@dataclass(frozen=True)
class NextSleep:
    """What sleep waits for: share is how far that is, 0..1; at is the hour of a night that has something to do."""

    rule: str  # off | night | sources
    waiting: int = 0  # sources whose own experts are in use
    new: int = 0  # of those, learned since the last sleep
    at: datetime | None = None
    share: float = 0.0
    is_due: bool = False


def plan(rule: str, learned: Sequence[datetime], last: datetime | None, now: datetime) -> NextSleep:
    """Plan the next sleep.

    Args:
        rule: as in the settings.
        learned: when each waiting source was learned.
        last: when sleep was last tried, if ever.
        now: with its time zone, whose night counts.
    """
    new = sum(last is None or moment > last for moment in learned)
    if rule == "sources":
        return NextSleep(rule, len(learned), new, None, min(1.0, new / SOURCES), new >= SOURCES)
    if rule != "night" or not new:
        return NextSleep(rule, len(learned), new)
    night = now.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    past = night if night <= now else night - DAY
    if min(moment for moment in learned if last is None or moment > last) <= past:
        return NextSleep(rule, len(learned), new, past, 1.0, True)  # the computer was off, or busy, that night
    return NextSleep(rule, len(learned), new, past + DAY, (now - past) / DAY)


class SleepSchedule:
    """Looks up what the plan depends on."""

    def __init__(self, engine: Engine, sleep: Sleep, roster: Roster, experts: ExpertStore) -> None:
        """Read from sleep, roster and store."""
        self._engine = engine
        self._sleep = sleep
        self._roster = roster
        self._experts = experts

    def look(self, rule: str, now: datetime | None = None) -> NextSleep:
        """Return the next sleep as it stands now; before the engine has started, nobody knows what waits."""
        if self._engine.info is None:
            return NextSleep(rule)
        heads = [one.head for waiting in self._sleep.waiting() for one in self._experts.of_source(waiting.source_id)]
        learned = {head.source_ids: head.created_at for head in heads if head and head.source_ids}
        tried = [self._experts.history(one.id)[0].created_at for one in self._roster.mid_experts()]
        local = (now or datetime.now(UTC)).astimezone()
        return plan(rule, tuple(learned.values()), max(tried, default=None), local)
