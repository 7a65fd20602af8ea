"""What is done with a document just now, in plain words. No Qt here."""

from __future__ import annotations

from nestdesk.core.jobs import Progress
from nestdesk.core.types import Source, SourceState
from nestdesk.gui import words
from nestdesk.gui.heard import heard
from nestdesk.gui.language import mark, tr

STAGES = {
    "adding": mark("Adding"),
    "reading": mark("Reading"),
    "indexing": mark("Making it searchable"),
    "asking questions": mark("Writing questions"),
    "reading closely": mark("Learning"),
    "studying": mark("Learning"),
    "learning": mark("Learning"),
    "searching": mark("Trying ways to learn it"),
    "checking before": mark("Checking what is known already"),
    "checking after": mark("Checking what was learned"),
    "checking drift": mark("Checking what was learned"),
}
OTHER = mark("Getting ready")
WAITING = (SourceState.QUEUED, SourceState.READING, SourceState.LEARNING)
LOST = (SourceState.FAILED, SourceState.CANCELLED)


def stage(progress: Progress) -> str:
    """Return what is done just now; stages without a word of their own belong to the model's set-up."""
    return tr(STAGES.get(progress.stage, OTHER))


def line(progress: Progress) -> str:
    """Return what is done, how far it is and how long it will take, as far as that is known."""
    parts = (stage(progress), words.percent(progress.done), words.minutes_left(progress.seconds_left))
    return " · ".join(filter(None, parts))


def outcome(source: Source) -> str:
    """Return what became of a source, or why nothing did, in one sentence; none while it waits."""
    if sentence := words.result(source):
        return sentence
    if source.state is SourceState.CANCELLED:
        return tr("You cancelled it. Try again puts it back into the queue.")
    if source.state is SourceState.REMEMBERED:
        why = tr("It was taken in without being learned; Learn again learns it.")
        return heard(source.notes[-1]) if source.notes else why
    return ""
