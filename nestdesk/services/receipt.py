"""What a person is told after something was forgotten: what is gone, what is learned anew, and what is theirs."""

from __future__ import annotations

from dataclasses import dataclass

THEIRS = "Exports and copies that you saved elsewhere are yours: they still hold it until you delete them."


@dataclass(frozen=True)
class Receipt:
    """What was deleted, to be shown to the person who asked for it."""

    source_id: int  # 0: it was no source
    title: str
    passages: int
    study_items: int
    experts: tuple[str, ...]  # the source's own, deleted
    checkpoints: int  # deleted, of its own and of shared experts
    rebuilt_experts: tuple[str, ...]  # shared ones that went back to before the source
    replayed_sources: tuple[str, ...]  # later sources consolidated again without it
    backups_deleted: int
    bytes_freed: int
    note: str = ""
    exports_deleted: int = 0  # those that lay in the data folder
    left_out: str = ""  # the file in a watched folder that is left out from now on
    learned_again: tuple[str, ...] = ()  # chats that are queued to be learned again without it
    backup_note: str = ""  # what became of the backups, beyond their number

    def words(self) -> str:
        """Return the receipt in plain words."""
        gone = [
            _count(self.passages, "passage"),
            _count(self.study_items, "study item"),
            _count(len(self.experts), "expert"),
            _count(self.checkpoints, "checkpoint"),
            f"{self.bytes_freed / 1e6:.1f} MB of weights" if self.bytes_freed else "",
            _count(self.backups_deleted, "backup"),
            _count(self.exports_deleted, "export in the data folder", "exports in the data folder"),
        ]
        told = ", ".join(filter(None, gone))
        parts = [f"“{self.title}” is forgotten{': ' if told else ''}{told}."]
        if self.rebuilt_experts:
            parts.append(f"Gone back to before it: {', '.join(self.rebuilt_experts)}.")
        if self.replayed_sources and not self.note:
            parts.append(f"Consolidated again without it: {', '.join(self.replayed_sources)}.")
        if self.learned_again:
            parts.append(f"Waiting to be learned again without it: {', '.join(self.learned_again)}.")
        if self.left_out:
            parts.append(f"The file {self.left_out} is left out of its watched folder until you add it yourself.")
        return " ".join([*parts, *filter(None, [self.backup_note, self.note]), THEIRS])


def _count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun, and nothing for nothing."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}" if number else ""
