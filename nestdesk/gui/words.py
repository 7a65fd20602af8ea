"""Figures and states in plain words, the same everywhere in the window. No Qt here."""

from __future__ import annotations

from datetime import UTC, datetime

from nestdesk.core.types import Checkpoint, PassageHit, Scores, Source, SourceState

STATE_WORDS = {
    SourceState.QUEUED: ("waiting", "muted"),
    SourceState.READING: ("reading", "accent"),
    SourceState.LEARNING: ("learning", "accent"),
    SourceState.LEARNED: ("learned", "success"),
    SourceState.REMEMBERED: ("searchable only", "warning"),
    SourceState.FAILED: ("not learned", "danger"),
    SourceState.CANCELLED: ("cancelled", "muted"),
}
MEASURED = {
    "recall": "How much of an article is answered from the weights alone, before and after it is learned",
    "functions": "What experts of each function, and each optimiser, make of the same questions in the same time",
    "search": "Whether a recipe searched for each article beats the default",
    "stream": "What is kept when articles are learned one after the other",
    "speed": "How fast this computer loads, answers and learns",
    "conversations": "What is known of facts told many conversations ago",
    "memories": "How much junk a log of turns leaves in the memory, and how much is missed",
    "long": "What is known of the beginning, middle and end of one long document",
    "intents": "How well classes of questions are told apart when they are learned in increments",
}
LEVEL_WORDS = {"fast": "one source", "mid": "a collection", "slow": "everything"}


def bench(name: str) -> str:
    """Return a bench's name as a title."""
    return name.replace("-", " ").capitalize()


def percent(share: float) -> str:
    """Return a share of one as decimal per cent, or nothing when it is unknown."""
    return f"{share * 100:.1f} %" if share >= 0 else ""


def minutes_left(seconds: float) -> str:
    """Return the time left as minutes and seconds, or nothing when it is unknown."""
    return f"{duration(seconds)} left" if seconds >= 0 else ""


def duration(seconds: float) -> str:
    """Return seconds as m:ss or h:mm:ss."""
    whole = round(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"


def size(size_bytes: int) -> str:
    """Return a size in the largest fitting unit."""
    value = float(size_bytes)
    for unit in ("bytes", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit != "MB" else f"{value:.1f} MB"
        value /= 1000
    return f"{value:.1f} GB"


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def when(moment: datetime, now: datetime | None = None) -> str:
    """Return a moment as people say it, in local time."""
    local = moment.astimezone()
    today = (now or datetime.now(UTC)).astimezone()
    days = (today.date() - local.date()).days
    if days == 0:
        return f"today {local:%H:%M}"
    if days == 1:
        return f"yesterday {local:%H:%M}"
    return f"{local.day} {local:%b %H:%M}" if local.year == today.year else f"{local.day} {local:%b %Y}"


def result(source: Source) -> str:
    """Return what learning a source brought, or why it brought nothing, in one sentence."""
    if source.state is SourceState.FAILED:
        return source.error or "It could not be learned."
    if source.before is None or source.after is None:
        return source.error
    scores = f"{source.before.answered} of {source.after.probes} answered before, {source.after.answered} after"
    if source.state is SourceState.LEARNED:
        facts = f"{count(source.items, 'fact')} from " if source.items else ""
        return f"Learned {facts}{source.title}: {scores}."
    if source.state is SourceState.REMEMBERED:
        return f"Searchable, but no weights were kept: {scores}."
    return source.error


def is_chat(source: Source) -> bool:
    """Return whether a source is made of what was said in a chat."""
    return source.kind == "conversation"


def extent(source: Source) -> str:
    """Return how much of what a source is."""
    return "from a chat" if is_chat(source) else size(source.size_bytes)


def place(hit: PassageHit) -> str:
    """Return where a passage stands in its source."""
    if hit.kind == "conversation":
        return "you said"
    return f"p. {hit.page}" if hit.page else f"at character {hit.start:,}"


def answered(scores: Scores | None) -> str:
    """Return how many held-out questions were answered."""
    return f"{scores.answered} of {scores.probes}" if scores else "–"


def verdict(checkpoint: Checkpoint) -> str:
    """Return in a word or two what became of a checkpoint."""
    if checkpoint.is_head:
        return "in use"
    return "kept" if checkpoint.is_accepted else "rejected"


def first_line(text: str, limit: int = 80) -> str:
    """Return the start of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
