"""Forgetting a source, a chat or a memory: its rows, its passages, its weights, and what was consolidated since.

The mid expert goes back to before the source; the later sources it had taken in get their own experts back, and are
consolidated again without the forgotten one, sleep by sleep as they were: with the same time in steps the weights are
those that would be there had it never been learned. The deletion is complete before that replay begins, so stopping
the replay costs nothing but the consolidation.

A conversation, its memory and what was learned from it go together: whichever of them a person has deleted, nothing
that was said up to then is used again. Of a single fact only the chats that it was learned from are unlearned, and
learned again without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from nestdesk.core.chats import NEW_TITLE
from nestdesk.core.errors import StorageError
from nestdesk.core.jobs import ChangeFeed, Job, Progress
from nestdesk.core.paths import DataFolder
from nestdesk.core.types import Fact, Source
from nestdesk.memory.statements import statements
from nestdesk.services.backups import Backups
from nestdesk.services.learn import Learn
from nestdesk.services.receipt import Receipt
from nestdesk.services.roster import Roster
from nestdesk.services.sleep import Sleep
from nestdesk.storage import backup, quarantine, recovery
from nestdesk.storage.database import Database
from nestdesk.storage.experts import ExpertStore
from nestdesk.storage.facts import FactStore
from nestdesk.storage.folders import FolderStore
from nestdesk.storage.journal import Journal
from nestdesk.storage.sources import SourceStore

SAID = ("conversation", "message", "memory")  # what changes when a conversation is forgotten


class Forget:
    """Deletes sources, conversations and memories for good."""

    def __init__(
        self,
        folder: DataFolder,
        database: Database,
        sources: SourceStore,
        folders: FolderStore,
        journal: Journal,
        facts: FactStore,
        experts: ExpertStore,
        roster: Roster,
        sleep: Sleep,
        learn: Learn,
        changes: ChangeFeed,
    ) -> None:
        """Join everything that may hold something of a source."""
        self._folder = folder
        self._backups = Backups(folder)
        self._database = database
        self._sources = sources
        self._folders = folders
        self._journal = journal
        self._facts = facts
        self._experts = experts
        self._roster = roster
        self._sleep = sleep
        self._learn = learn
        self._changes = changes

    def forget(self, source_id: int, budget_s: float = 0.0) -> Job[Receipt]:
        """Delete a source and all it left in the weights; returns what was deleted.

        Of a conversation the memory goes too, and what was said so far is never learned or summarised again. A file
        that lies in a watched folder is left out of it from now on.

        Args:
            source_id: the source.
            budget_s: seconds for each replayed sleep; 0: a minute a source.

        Raises:
            StorageError: there is no such source, or it is being learned just now.
        """
        return (yield from self.forget_all((source_id,), budget_s))

    def forget_all(self, source_ids: Sequence[int], budget_s: float = 0.0) -> Job[Receipt]:
        """Delete sources together, as forget deletes one: what slept after them is consolidated again only once.

        Raises:
            StorageError: one of them is not there, or is being learned just now; nothing was deleted.
        """
        sources = tuple(self._sources.get(one) for one in source_ids)
        chats = [one.conversation_id for one in sources if one.conversation_id is not None]

        def forget_said() -> None:
            for chat in chats:
                self._journal.forget_said(chat)

        title = sources[0].title if len(sources) == 1 else f"{sources[0].title} and {len(sources) - 1} more"
        return (yield from self._forget(title, sources, forget_said if chats else None, budget_s))

    def forget_fact(self, fact_id: int) -> Job[Receipt]:
        """Delete a fact for good, with those it replaced, what was answered from them and what was learned of them.

        The chats that they were said in stay. What was learned from those chats is deleted, and learned again from
        what else was said there.

        Raises:
            StorageError: there is no such fact, or its chat is being learned just now.
        """
        fact = self._facts.get(fact_id)
        facts = _with_history(fact, self._facts.list())
        return (yield from self._forget_facts(fact.text, facts, partial(self._facts.delete, fact_id)))

    def take_back(self, message_id: int) -> Job[Receipt | None]:
        """Delete what was learned from a message; of what it replaced, the newest counts again.

        Returns:
            What was deleted, if its chat was learned already.
        """
        facts = self._facts.of_message(message_id)
        if any(self._sources.texts(source.id) for source in self._taught_by(facts)):
            return (yield from self._forget_facts(facts[0].text, facts, partial(self._facts.take_back, message_id)))
        self._facts.take_back(message_id)
        self._changes.publish(*SAID)
        return None

    def forget_said(self, conversation_id: int) -> Job[Receipt | None]:
        """Delete what is remembered and was learned of a conversation; its messages stay.

        Returns:
            What was deleted, if something was learned from it.

        Raises:
            StorageError: there is no such conversation, or it is being learned just now.
        """
        return (yield from self._forget_conversation(conversation_id, self._journal.forget_said))

    def delete_conversation(self, conversation_id: int) -> Job[Receipt | None]:
        """Delete a conversation with its messages, its memory, what was learned from it and what is attached to it.

        Returns:
            What was deleted, if something was learned from it.

        Raises:
            StorageError: there is no such conversation, or it is being learned just now.
        """
        attached = self._sources.attached(conversation_id)
        return (yield from self._forget_conversation(conversation_id, self._journal.delete_conversation, attached))

    def finish(self) -> str:
        """Delete what was attached to temporary chats, and the traces of what else was deleted; for the start.

        Returns:
            Why that was not possible: the next start tries it again.
        """
        try:
            if attached := [one for chat in self._journal.temporary() for one in self._sources.attached(chat)]:
                self._delete("", attached, None, are_chats_kept=False)
            if recovery.are_traces_left(self._database):
                self._clean()
        except StorageError as error:
            return f"Traces of what was forgotten are still there: {error}"
        return ""

    def _forget_conversation(
        self, conversation_id: int, delete: Callable[[int], None], attached: Sequence[Source] = ()
    ) -> Job[Receipt | None]:
        said = self._sources.of_conversation(conversation_id)
        if sources := (*filter(None, (said,)), *attached):
            title = self._journal.conversation(conversation_id).title
            return (yield from self._forget(title, sources, partial(delete, conversation_id)))
        with self._database.session():
            delete(conversation_id)
            recovery.note_traces(self._database, are_left=True)
        self._clean()
        self._changes.publish(*SAID)
        return None

    def _forget_facts(self, title: str, facts: Sequence[Fact], delete: Callable[[], None]) -> Job[Receipt]:
        def also() -> None:
            self._untitle(facts)
            delete()

        return (yield from self._forget(title, self._taught_by(facts), also, are_chats_kept=True))

    def _forget(
        self,
        title: str,
        sources: Sequence[Source],
        also: Callable[[], None] | None,
        budget_s: float = 0.0,
        are_chats_kept: bool = False,
    ) -> Job[Receipt]:
        yield from self._learn.stop([one.id for one in sources if one.attached_to is not None])
        for source in sources:
            if self._learn.is_running(source.id):
                raise StorageError(f"{source.title} is being learned just now; stop that first, then forget it.")
        yield Progress("forgetting", text=title, source_id=sources[0].id if sources else None)
        receipt, rounds = self._delete(title, sources, also, are_chats_kept)
        yield Progress("forgetting", 0.5, title, source_id=receipt.source_id or None)
        for together in rounds:
            if note := (yield from self._sleep.replay(together, budget_s)):
                return replace(receipt, note=note)
        return receipt

    def _delete(
        self, title: str, sources: Sequence[Source], also: Callable[[], None] | None, are_chats_kept: bool
    ) -> tuple[Receipt, list[frozenset[int]]]:
        """Delete sources and what goes with them; returns also which later ones to consolidate again, by sleeps."""
        experts: list[str] = []
        rebuilt: dict[str, None] = {}
        later: set[int] = set()
        passages = items = checkpoints = 0
        with self._database.session():  # all of it or nothing
            if also:
                also()
            gone = [one for one in sources if not are_chats_kept or self._tells_more(one)]
            rounds = self._rounds(gone)
            for source in gone:
                passages, items = passages + source.passages, items + len(self._sources.items(source.id))
                own = self._experts.of_source(source.id)
                experts += [one.name for one in own]
                checkpoints += sum(len(self._experts.history(one.id)) for one in own)
                taken = self._roster.take_back(source.id)
                checkpoints += taken.checkpoints
                rebuilt |= dict.fromkeys(one.name for one in taken.experts)
                later |= taken.later
                self._experts.delete_of_source(source.id)
                self._sources.delete(source.id)
            left_out = ", ".join(filter(None, [self._leave_out(source) for source in gone]))
            later -= {source.id for source in gone}
            replayed = tuple(one.title for one in self._sources.list() if one.id in later)
            again = self._learn_again(gone) if are_chats_kept else ()
            recovery.note_traces(self._database, are_left=True)
        backups, exports, renewed = self._clean()
        freed = self._roster.collect()
        self._changes.publish("source", "expert", "message", ids=frozenset(source.id for source in gone))
        if also:
            self._changes.publish(*SAID)
        receipt = Receipt(
            source_id=gone[0].id if gone else 0,
            title=title,
            passages=passages,
            study_items=items,
            experts=tuple(experts),
            checkpoints=checkpoints,
            rebuilt_experts=tuple(rebuilt),
            replayed_sources=replayed,
            backups_deleted=backups,
            bytes_freed=freed,
            exports_deleted=exports,
            left_out=left_out,
            learned_again=again,
            backup_note=renewed,
        )
        return receipt, [one & later for one in rounds if one & later]

    def _rounds(self, sources: Iterable[Source]) -> list[frozenset[int]]:
        """Return the sources that slept together, sleep by sleep, in the shared experts that these sources touched."""
        rounds: list[frozenset[int]] = []
        for expert in {one.id: one for source in sources for one in self._experts.touched_by(source.id)}.values():
            known: frozenset[int] = frozenset()
            for checkpoint in reversed(self._experts.history(expert.id)):
                if checkpoint.is_accepted:
                    rounds.append(frozenset(checkpoint.source_ids) - known)
                    known |= rounds[-1]
        return rounds

    def _leave_out(self, source: Source) -> str:
        """Let no look at a watched folder bring a forgotten file back; returns the file that is left out, if one is.

        *Why* not one that was attached to a chat: whether the library follows its folder is not said by that.
        """
        if source.attached_to is not None:
            return ""
        self._folders.take_in(source.path)  # an earlier record counts no more
        folder = self._folders.holding(source.path)
        if folder is None or not Path(source.path).exists():
            return ""
        self._folders.leave_out(folder.id, source.path, source.sha256)
        return source.path

    def _taught_by(self, facts: Iterable[Fact]) -> tuple[Source, ...]:
        """Return what was learned, or is to be learned, from the chats that facts were said in."""
        chats = dict.fromkeys(one.conversation_id for one in facts if one.conversation_id is not None)
        return tuple(source for chat in chats if (source := self._sources.of_conversation(chat)))

    def _tells_more(self, source: Source) -> bool:
        """Say whether a chat's source holds something that may not be learned of the chat any more, or nothing else."""
        assert source.conversation_id is not None  # it was found by it
        stated = set(statements(self._journal.learnable(source.conversation_id)))
        return not stated or any(text not in stated for text in self._sources.texts(source.id).values())

    def _learn_again(self, sources: Iterable[Source]) -> tuple[str, ...]:
        """Queue the chats of deleted sources for what else was said in them; returns their titles."""
        queued = [
            self._learn.add_conversation(source.conversation_id, source.effort)
            for source in sources
            if source.conversation_id is not None
        ]
        return tuple(one.title for one in queued if one)

    def _untitle(self, facts: Iterable[Fact]) -> None:
        """Take the title from chats that were named after the very message that a fact was said in."""
        said = {(one.conversation_id, one.message_id) for one in facts}
        for chat in {chat for chat, _ in said if chat is not None}:
            title = self._journal.conversation(chat).title.removesuffix("...").rstrip()
            texts = [" ".join(one.text.split()) for one in self._journal.tree(chat) if (chat, one.id) in said]
            if any(text.startswith(title) for text in texts):
                self._journal.rename_conversation(chat, NEW_TITLE)

    def _clean(self) -> tuple[int, int, str]:
        """Leave no trace of deleted rows in any file; returns how many backups and exports had to go, and a note."""
        with self._backups.swept() as swept:
            backups = backup.remove_all(self._folder.backups)
            exports = backup.remove_exports(self._folder)
            quarantine.remove_all(self._folder)
            self._database.compact()
        recovery.note_traces(self._database, are_left=False)
        return backups + swept.deleted, exports, swept.note


def _with_history(fact: Fact, known: Sequence[Fact]) -> tuple[Fact, ...]:
    """Return a fact with all those it replaced."""
    found = {fact.id: fact}
    while older := [one for one in known if one.replaced_by_id in found and one.id not in found]:
        found |= {one.id: one for one in older}
    return tuple(found.values())
