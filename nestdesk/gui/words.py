"""Figures, moments and states in plain words, the same everywhere in the window, in its language."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QDateTime, QLocale

from nestdesk.core.chats import NEW_TITLE
from nestdesk.core.types import Checkpoint, Expert, Function, Level, PassageHit, Scores, Source, SourceState
from nestdesk.gui.heard import heard
from nestdesk.gui.language import mark, tr

STATE_WORDS = {
    SourceState.QUEUED: (mark("waiting"), "muted"),
    SourceState.READING: (mark("reading"), "accent"),
    SourceState.LEARNING: (mark("learning"), "accent"),
    SourceState.LEARNED: (mark("learned"), "success"),
    SourceState.REMEMBERED: (mark("searchable only"), "warning"),
    SourceState.FAILED: (mark("not learned"), "danger"),
    SourceState.CANCELLED: (mark("cancelled"), "muted"),
    SourceState.HELD: (mark("held for review"), "warning"),
}
MEASURED = {
    "recall": mark("How much of an article is answered from the weights alone, before and after it is learned"),
    "functions": mark("What experts of each function, and each optimiser, make of the same questions in the same time"),
    "search": mark("Whether a recipe searched for each article beats the default"),
    "stream": mark("What is kept when articles are learned one after the other"),
    "speed": mark("How fast this computer loads, answers and learns"),
    "conversations": mark("What is known of facts told many conversations ago"),
    "memories": mark("How much junk a log of turns leaves in the memory, and how much is missed"),
    "long": mark("What is known of the beginning, middle and end of one long document"),
    "intents": mark("How well classes of questions are told apart when they are learned in increments"),
}
LEVELS = {Level.FAST: mark("fast"), Level.MID: mark("mid"), Level.SLOW: mark("slow")}
FUNCTIONS = {
    Function.MEMORY: mark("memory"),
    Function.ATTENTION: mark("attention"),
    Function.VOCABULARY: mark("vocabulary"),
    Function.POSITION: mark("position"),
}
HELD = "held: "  # before the stored name of an expert that waits for review
IMPORTED = "imported"  # in the settings of its checkpoint
LEVEL_WORDS = {"fast": mark("one source"), "mid": mark("a collection"), "slow": mark("everything")}


def number(value: int) -> str:
    """Return a whole number with its thousands set apart."""
    return QLocale().toString(value)


def decimal(value: float, digits: int) -> str:
    """Return a number with so many digits behind the point."""
    return QLocale().toString(float(value), "f", digits)  # Qt takes no whole number here


def bench(name: str) -> str:
    """Return a bench's name as a title."""
    return name.replace("-", " ").capitalize()


def percent(share: float) -> str:
    """Return a share of one as decimal per cent, or nothing when it is unknown."""
    return f"{decimal(share * 100, 1)} %" if share >= 0 else ""


def minutes_left(seconds: float) -> str:
    """Return the time left as minutes and seconds, or nothing when it is unknown."""
    return tr("{duration} left", duration=duration(seconds)) if seconds >= 0 else ""


def duration(seconds: float) -> str:
    """Return seconds as m:ss or h:mm:ss."""
    whole = round(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"


def size(size_bytes: int) -> str:
    """Return a size in the largest fitting unit."""
    if size_bytes < 1000:
        return tr("%Ln byte(s)", size_bytes)
    if size_bytes < 1_000_000:
        return f"{decimal(size_bytes / 1e3, 0)} kB"
    is_large = size_bytes >= 1_000_000_000
    return f"{decimal(size_bytes / 1e9, 1)} GB" if is_large else f"{decimal(size_bytes / 1e6, 1)} MB"


def day(moment: datetime) -> str:
    """Return a day in local time."""
    return _in_words(moment, tr("d MMM yyyy", about="how a day is written, for QLocale"))


def hour(moment: datetime) -> str:
    """Return the time of a day in local time."""
    return f"{moment.astimezone():%H:%M}"


def when(moment: datetime, now: datetime | None = None) -> str:
    """Return a moment as people say it, in local time."""
    local, today = moment.astimezone(), (now or datetime.now(UTC)).astimezone()
    days = (today.date() - local.date()).days
    if days == 0:
        return tr("today {hour}", hour=hour(moment))
    if days == 1:
        return tr("yesterday {hour}", hour=hour(moment))
    if local.year != today.year:
        return day(moment)
    return _in_words(moment, tr("d MMM HH:mm", about="how a moment of this year is written, for QLocale"))


def _in_words(moment: datetime, form: str) -> str:
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(moment.timestamp())), form)


def result(source: Source) -> str:
    """Return what learning a source brought, or why it brought nothing, in one sentence."""
    if source.state is SourceState.FAILED:
        return heard(source.error) or tr("It could not be learned.")
    if source.before is None or source.after is None:
        return heard(source.error)
    before, after, asked = source.before.answered, source.after.answered, source.after.probes
    if source.state is SourceState.LEARNED:
        if source.items:
            text = tr(
                "Learned %Ln fact(s) from {title}: {before} of {asked} answered before, {after} after.", source.items
            )
        else:
            text = tr("Learned {title}: {before} of {asked} answered before, {after} after.")
    elif source.state is SourceState.REMEMBERED:
        text = tr("Searchable, but no weights were kept: {before} of {asked} answered before, {after} after.")
    else:
        return heard(source.error)
    return text.format(title=source.title.rstrip(".!?… "), before=before, asked=asked, after=after)


def level(one: Level) -> str:
    """Return a level's name."""
    return tr(LEVELS[one])


def function(one: Function) -> str:
    """Return the name of what part of the backbone an expert extends."""
    return tr(FUNCTIONS[one])


def is_chat(source: Source) -> bool:
    """Return whether a source is made of what was said in a chat."""
    return source.kind == "conversation"


def chat(title: str) -> str:
    """Return a chat's title; one in which nothing was said yet has one in the window's language."""
    return tr("New chat") if title in ("", NEW_TITLE) else title


def only_in(title: str) -> str:
    """Say which chat alone finds a document, by the chat's title; "" of one that is lost."""
    return tr("only in the chat “{title}”", title=chat(title)) if title else tr("only in a chat that is gone")


def extent(source: Source) -> str:
    """Return how much of what a source is."""
    return tr("from a chat") if is_chat(source) else size(source.size_bytes)


def place(hit: PassageHit) -> str:
    """Return where a passage stands in its source."""
    if hit.kind in ("conversation", "fact"):
        return tr("you said")
    if hit.page:
        return tr("p. {page}", page=hit.page)
    return tr("at character {place}", place=number(hit.start)) if hit.start else tr("at the beginning")


def answered(scores: Scores | None) -> str:
    """Return how many held-out questions were answered."""
    return tr("{answered} of {asked}", answered=scores.answered, asked=scores.probes) if scores else "–"


def verdict(checkpoint: Checkpoint) -> str:
    """Return in a word or two what became of a checkpoint."""
    if checkpoint.is_head:
        return tr("in use")
    if is_held(checkpoint):
        return tr("held for review")
    return tr("kept") if checkpoint.is_accepted else tr("rejected")


def verdict_tone(checkpoint: Checkpoint) -> str:
    """Return the colour of the verdict."""
    if checkpoint.is_head:
        return "accent"
    if is_held(checkpoint):
        return "warning"
    return "success" if checkpoint.is_accepted else "danger"


def is_held(checkpoint: Checkpoint) -> bool:
    """Say whether imported weights wait for review."""
    return not checkpoint.is_accepted and IMPORTED in checkpoint.config


def waits(one: Expert) -> bool:
    """Say whether an expert was imported and waits for review."""
    return one.source_id is None and one.name.startswith(HELD)


def expert(one: Expert) -> str:
    """Return an expert's name, as people know it."""
    return one.name.removeprefix(HELD)


def first_line(text: str, limit: int = 80) -> str:
    """Return the start of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
