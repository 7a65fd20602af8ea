"""What backups and their restores say, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nestdesk.gui import exchange_words, words
from nestdesk.gui.language import mark, tr

if TYPE_CHECKING:
    from nestdesk.services.backups import Backup, BackupRestored, Overview

REASONS = {
    "auto": mark("made by itself"),
    "by-hand": mark("made by you"),
    "before-restore": mark("made before a restore"),
    "before-repair": mark("made before a repair"),
    "after-forgetting": mark("made after something was forgotten"),
    "after-encrypting": mark("made after encrypting or decrypting"),
}
BEFORE_AN_UPGRADE = mark("made before an upgrade")
HOW = mark(
    "NestDesk makes a backup every half hour in which something changed. Of older ones it keeps the newest of each of "
    "the last 12 days, 10 weeks and 9 months. When you have something forgotten, all of them give way to a new one."
)
NONE_YET = mark("There is no backup yet. The first is made within half an hour, or now if you like.")


def title(one: Backup) -> str:
    """Return when a backup was made, and why."""
    return f"{words.when(one.made_at)}  ·  {tr(REASONS.get(one.label, BEFORE_AN_UPGRADE))}"


def note(one: Backup) -> str:
    """Return what is in a backup, and how large its database is."""
    if not one.is_readable:
        return tr("It is damaged and cannot be read.")
    parts = [exchange_words.with_weights(one.rows, one.weights), words.size(one.size_bytes)]
    if one.missing:
        parts.append(tr("%Ln weight file(s) is/are missing", one.missing))
    return "  ·  ".join(parts)


def place(found: Overview) -> str:
    """Return where the backups lie and what they take."""
    return tr(
        "They lie in {place} and take {size} together; weights that they share are kept once.",
        place=found.place,
        size=words.size(found.size_bytes),
    )


def plan(one: Backup) -> str:
    """Return what restoring a backup will do, in the order it happens."""
    steps = (
        tr("What is here now is backed up first. Restoring that backup undoes this restore."),
        tr(
            "The backup of {moment} takes its place: {held}.",
            moment=words.when(one.made_at),
            held=exchange_words.with_weights(one.rows, one.weights),
        ),
        tr(
            "NestDesk closes its window for this and opens it again. If anything goes wrong in between, what is here "
            "now stays as it is."
        ),
    )
    return "\n\n".join(f"{at}.  {step}" for at, step in enumerate(steps, start=1))


def restored(done: BackupRestored) -> str:
    """Return what a restore brought."""
    told = tr(
        "The backup of {moment} is restored: {rows}.",
        moment=words.when(done.restored.made_at),
        rows=exchange_words.rows(done.restored.rows),
    )
    if done.missing:
        told = f"{told} {tr('%Ln weight file(s) is/are missing', done.missing)}."
    if done.kept:
        return f"{told} {tr('What was here before is kept: “Backups” in the menu Chat brings it back.')}"
    return f"{told} {tr('What was here before could not be read; it is kept in the folder “quarantine” of your data.')}"
