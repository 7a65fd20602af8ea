"""Conversations: what a person says is stored before anything is answered, and remembered when the chat is over.

Only the person's own sentences are ever summarised, and only their own statements remembered and learned. The
assistant's text never is, so a mistake of the model cannot become its memory. What is asked about the person and was
never told is answered with just that: no model can know it. A message that only tells something is answered by naming
what was noted.

A conversation is a tree. Editing a message or asking again begins a branch beside the one that was shown; what stands
on a branch out of sight is kept, and does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np

from nestdesk.core.chats import NEW_TITLE, Branch, Manner
from nestdesk.core.errors import StorageError
from nestdesk.core.jobs import ChangeFeed, Job
from nestdesk.core.scope import EVERYTHING, Scope
from nestdesk.core.settings import Settings
from nestdesk.core.types import Conversation, Form, MemorySummary, Message, Mode, Role, Turn, Why
from nestdesk.engine.client import Engine
from nestdesk.memory import compound, requests
from nestdesk.memory.acknowledgement import acknowledgement, only_tells
from nestdesk.memory.conversations import conversation_view
from nestdesk.memory.passages import sentences
from nestdesk.memory.quotes import unquoted
from nestdesk.memory.summaries import extractive
from nestdesk.services import pointing, prompts, scopes
from nestdesk.services.engine_jobs import ModelSupply, embed_all, have_models
from nestdesk.services.learn import Learn
from nestdesk.services.memory import FACT, Memory
from nestdesk.services.other_answers import another
from nestdesk.services.recall import Recall
from nestdesk.services.responses import UNTOLD, Plan, Response
from nestdesk.services.roster import Roster
from nestdesk.storage.journal import Journal
from nestdesk.storage.presets import PresetStore

ELSEWHERE = 0  # in place of the number of a conversation that is kept by another program
TITLE_CHARS = 48
PROMPT_TOKENS = 1500  # of the whole prompt: what earlier turns may fill up to
EARLIER_CHARS = 400  # on the turns that do not fit any more
MEMORIES = 2  # summaries of earlier conversations in one prompt
MEMORY_SIMILARITY = 0.4  # cosine from which a summary belongs to the question; to be set by measurement
SUMMARY_SENTENCES = 3
SUMMARY_CHARS = 600
SAID_SENTENCES = 200  # of one conversation that a summary is chosen from
WORTH_WORDS = 5  # a shorter sentence ("thanks, go on") is not worth remembering
SAVE_EVERY_TOKENS = 32
PASTED_CHARS = 600  # of a message from which "the text" may mean what stands in it
NOT_TOLD = "I do not know that: you have not told me."
ONLY_NOTED = "Noted from what you said; the model was not asked."


@dataclass(frozen=True)
class _Prepared:
    """How a message is answered: the plan, the prompt if the model writes, facts that may take part by their ids."""

    plan: Plan
    turns: tuple[Turn, ...] = ()
    facts: Mapping[int, str] = field(default_factory=dict)


class Chat:
    """The conversations and what is remembered of them."""

    def __init__(
        self,
        journal: Journal,
        engine: Engine,
        recall: Recall,
        roster: Roster,
        models: ModelSupply,
        changes: ChangeFeed,
        learn: Learn,
        memory: Memory,
        presets: PresetStore,
        settings: Callable[[], Settings] = Settings,
    ) -> None:
        """Join the journal with the engine; the settings are asked for anew every time."""
        self._journal = journal
        self._engine = engine
        self._recall = recall
        self._roster = roster
        self._models = models
        self._changes = changes
        self._learn = learn
        self._memory = memory
        self._presets = presets
        self._settings = settings

    def conversations(self) -> tuple[Conversation, ...]:
        """Return the conversations, newest first."""
        return self._journal.conversations()

    def create(self, is_temporary: bool = False, collection_id: int | None = None) -> Conversation:
        """Start a conversation that asks one collection, or everything.

        A temporary one may read memory, but nothing of it is kept.

        Raises:
            StorageError: there is no such collection.
        """
        conversation = self._journal.create_conversation(NEW_TITLE, is_temporary, collection_id)
        self._publish(conversation.id, "conversation")
        return conversation

    def tie(self, conversation_id: int, collection_id: int | None) -> None:
        """Have a conversation ask one collection from now on; None: everything.

        Raises:
            StorageError: there is no such conversation or collection.
        """
        self._journal.tie(conversation_id, collection_id)
        self._publish(conversation_id, "conversation")

    def rename(self, conversation_id: int, title: str) -> None:
        """Give a conversation, and what is learned from it, another title."""
        self._journal.rename_conversation(conversation_id, title.strip() or NEW_TITLE)
        self._publish(conversation_id, "conversation")
        self._changes.publish("source")

    def messages(self, conversation_id: int) -> tuple[Message, ...]:
        """Return a conversation's messages in order."""
        return self._journal.messages(conversation_id)

    def branch(self, conversation_id: int, first: int = 0, stop: int | None = None) -> Branch:
        """Return messages that are shown of a conversation, and the other versions of them; places as in a slice."""
        return self._journal.branch(conversation_id, first, stop)

    def place(self, message_id: int) -> int:
        """Return the place of a message on its branch."""
        return self._journal.place(message_id)

    def show(self, message_id: int) -> None:
        """Show the branch of a message; what was said on the one that is left does not count meanwhile."""
        self._journal.show(message_id)
        self._changes.publish("message", "conversation", "memory")

    def summaries(self) -> tuple[MemorySummary, ...]:
        """Return what is remembered of earlier conversations."""
        return self._journal.summaries()

    def send(self, conversation_id: int, text: str) -> Job[Message]:
        """Store the person's message, remember what it states, then stream the answer as progress and store it.

        Closing the job stops the answer: what was written so far is kept and marked as incomplete.
        """
        conversation = self._journal.conversation(conversation_id)
        earlier = self._journal.messages(conversation_id)
        last = earlier[-1].id if earlier else None
        asked = self._journal.add_message(conversation_id, Role.USER, text, last)  # INVARIANT: before anything else
        if not earlier and conversation.title == NEW_TITLE:
            self._journal.rename_conversation(conversation_id, _title(text))
        return (yield from self._reply(asked, earlier))

    def edit(self, message_id: int, text: str) -> Job[Message]:
        """Store another version of a message of the person's beside it, and answer that; the first one is kept.

        Raises:
            StorageError: there is no such message.
        """
        *earlier, before = self._journal.up_to(message_id)
        asked = self._journal.add_version(message_id, text)
        if not earlier and self._journal.conversation(asked.conversation_id).title == _title(before.text):
            self._journal.rename_conversation(asked.conversation_id, _title(text))
        return (yield from self._reply(asked, tuple(earlier)))

    def regenerate(self, message_id: int) -> Job[Message]:
        """Answer a message once more, beside the answers that it has.

        Args:
            message_id: the message, or an answer to it.

        Returns:
            The new answer, or one that is there already if there is no other one.

        Raises:
            StorageError: there is no such message, or it answers nothing.
        """
        *earlier, asked = self._journal.up_to(message_id)
        if asked.role is Role.ASSISTANT:
            if not earlier:
                raise StorageError("This message answers nothing, so there is no other answer.")
            *earlier, asked = earlier
        tree = self._journal.tree(asked.conversation_id)
        given = tuple(one for one in tree if one.parent_id == asked.id and one.role is Role.ASSISTANT)
        return (yield from self._reply(asked, tuple(earlier), given))

    def answer(self, turns: Sequence[Turn], manner: Manner) -> Job[Response]:
        """Answer the last turn of a conversation that another program keeps; nothing is stored or remembered of it."""
        said = (Message(ELSEWHERE, ELSEWHERE, None, one.role, one.text, datetime.now(UTC)) for one in turns)
        *before, asked = said
        earlier = tuple(before)
        yield from have_models(self._models)
        query = pointing.query(earlier, asked.text)
        prepared = self._prepared(asked, earlier, query, EVERYTHING, manner)
        plan, limit = replace(prepared.plan, manner=manner), self._settings().max_answer_tokens
        return (yield from self._recall.respond(query, plan, manner.max_answer_tokens or limit, prepared.turns))

    def finish(self, conversation_id: int) -> Job[MemorySummary | None]:
        """Queue what the person stated to be learned, and remember the most telling of their sentences for later chats.

        Nothing is done for a temporary conversation, or if nothing was said since it was last remembered.
        """
        if not self._journal.has_news(conversation_id):
            return None
        if self._settings().learns_from_chats:
            self._learn.add_conversation(conversation_id, self._settings().effort)
        said = _worth_remembering(self._journal.learnable(conversation_id))
        if not said or not self._models.is_ready():  # nothing is fetched only because a chat is left
            return None
        vectors = yield from embed_all(self._engine, said)
        text = " ".join(extractive(said, vectors, SUMMARY_SENTENCES))[:SUMMARY_CHARS]
        vector = self._engine.embed([text])[0]
        summary = self._journal.add_summary(conversation_id, text, vector.astype("<f4").tobytes())
        self._publish(conversation_id, "memory")
        return summary

    def finish_all(self) -> Job[tuple[MemorySummary, ...]]:
        """Finish every conversation that went on since its summary, and drop the temporary ones."""
        if self._journal.discard_temporary():
            self._changes.publish("conversation", "message")
        made = []
        for conversation in self._journal.unsummarised():
            summary = yield from self.finish(conversation.id)
            if summary:
                made.append(summary)
        return tuple(made)

    def _reply(self, asked: Message, earlier: tuple[Message, ...], given: Sequence[Message] = ()) -> Job[Message]:
        """Answer a message that is stored. given are the answers that it has: another one is wanted then."""
        self._publish(asked.conversation_id, "message", "conversation")
        yield from have_models(self._models)
        conversation = self._journal.conversation(asked.conversation_id)
        query = pointing.query(earlier, asked.text)
        if self._settings().learns_from_chats and not conversation.is_temporary and not given:
            yield from self._memory.take(asked, earlier)
        manner = self._presets.manner(conversation)
        prepared = self._prepared(asked, earlier, query, scopes.of_chat(conversation), manner)
        prepared = replace(prepared, plan=replace(prepared.plan, manner=manner))
        if given:
            prepared = replace(prepared, plan=another(prepared.plan, given))
            if same := next((one for one in given if one.text == prepared.plan.said), None):
                return same
        message = yield from self._answer(asked, query, prepared)
        self._memory.count_use(_used(message, prepared.facts))
        return message

    def _answer(self, asked: Message, query: str, prepared: _Prepared) -> Job[Message]:
        stored: Message | None = None
        text, why, tokens = "", prepared.plan.why, 0
        job = self._recall.respond(query, prepared.plan, self._settings().max_answer_tokens, prepared.turns)
        try:
            while True:
                try:
                    progress = next(job)
                except StopIteration as stop:
                    text, why = stop.value.text, stop.value.why
                    break
                text, tokens = text + progress.text, tokens + 1
                if text and tokens % SAVE_EVERY_TOKENS == 1:
                    stored = self._store(stored, asked, text, why, is_complete=False)
                yield progress
        except BaseException:  # stopped, or the engine failed: what was written is the person's to keep
            job.close()
            if text:
                self._store(stored, asked, text, why, is_complete=False)
                self._publish(asked.conversation_id, "message")
            raise
        message = self._store(stored, asked, text, why, is_complete=True)
        self._publish(asked.conversation_id, "message")
        return message

    def _store(self, stored: Message | None, asked: Message, text: str, why: Why, is_complete: bool) -> Message:
        if stored:
            return self._journal.finish_message(stored.id, text, why, is_complete)
        return self._journal.add_message(asked.conversation_id, Role.ASSISTANT, text, asked.id, why, is_complete)

    def _prepared(
        self, asked: Message, earlier: tuple[Message, ...], query: str, scope: Scope, manner: Manner
    ) -> _Prepared:
        """Plan an answer, and put together the prompt that it is written from if it is neither copied nor quoted."""
        if noted := self._noted(asked, earlier):
            return noted
        spoken_of = pointing.spoken_of(earlier)
        may_mean_pasted = spoken_of is None and any(len(one.text) > PASTED_CHARS for one in earlier)
        if not may_mean_pasted and (overview := self._recall.overview(asked.text, spoken_of, scope)):
            return _Prepared(overview)
        if several := self._several(asked, scope):
            return several
        vector = self._engine.embed([query])[0]
        question = pointing.question(earlier, asked.text)
        is_asked = requests.form(asked.text) is not Form.OTHER
        told = self._memory.told(question, vector, asked.conversation_id) if is_asked else ()
        plan = self._recall.plan_told(query, vector, told, self._memory.outdated(asked.conversation_id), scope)
        facts = {hit.passage_id: hit.text for hit in told}
        is_told = bool(plan.passages) and plan.form is not Form.OTHER
        if requests.asks_of_the_speaker(question) and not pointing.was_spoken_of(question, earlier):
            why = Why(Mode.AUTO, note="Nothing that you said tells it.")
            unknown = replace(plan, passages=(), said=NOT_TOLD, why=why)
            return _Prepared(replace(plan, instead=unknown) if is_told else unknown, facts=facts)
        hints = self._memory.hints(vector, asked)
        summaries = self._memories(asked.conversation_id, vector)
        memories = (*(one.text for one in hints if not any(one.text in said for said in summaries)), *summaries)
        facts |= {fact.id: fact.text for fact in hints}
        untold = replace(plan, passages=(), uses=(), why=Why(Mode.AUTO, note=UNTOLD), form=Form.OTHER)
        written = untold if is_told else plan
        written = replace(written, why=replace(written.why, memories=memories))
        turns = self._prompt(asked.text, earlier, written, memories, manner)
        return _Prepared(replace(plan, instead=written) if is_told else written, turns, facts)

    def _noted(self, asked: Message, earlier: tuple[Message, ...]) -> _Prepared | None:
        """Plan to name what was remembered of a message, if it holds nothing else."""
        stated = self._memory.stated(asked, earlier)
        texts = [hit.text for hit in stated]
        if not only_tells(asked.text, texts):
            return None
        said = acknowledgement(texts, is_new=bool(self._memory.learned(asked.id)))
        return _Prepared(Plan((), (), Why(Mode.AUTO, stated, note=ONLY_NOTED), Form.OTHER, said=said))

    def _several(self, asked: Message, scope: Scope) -> _Prepared | None:
        """Plan an answer to a message that asks for several facts, if each of them is told somewhere."""
        single = compound.parts(asked.text)
        if len(single) < 2:
            return None
        outdated = self._memory.outdated(asked.conversation_id)
        plans: list[tuple[str, Plan]] = []
        facts: dict[int, str] = {}
        for part, vector in zip(single, self._engine.embed(list(single)), strict=True):
            told = self._memory.told(part, vector, asked.conversation_id)
            facts |= {hit.passage_id: hit.text for hit in told}
            plans.append((part, self._recall.plan_told(part, vector, told, outdated, scope)))
        plan = self._recall.together(plans)
        return _Prepared(plan, facts=facts) if plan else None

    def _prompt(
        self, text: str, earlier: tuple[Message, ...], plan: Plan, memories: tuple[str, ...], manner: Manner
    ) -> tuple[Turn, ...]:
        answer_tokens = manner.max_answer_tokens or self._settings().max_answer_tokens
        room = self._roster.context_tokens() - answer_tokens - PROMPT_TOKENS
        clipped = prompts.clip(text, max(room, PROMPT_TOKENS // 2))
        asked = prompts.question_turns(clipped, plan.passages)[-1]
        room = int(PROMPT_TOKENS * prompts.CHARS_PER_TOKEN) - len(manner.instructions)  # they replace earlier turns
        budget = max(room, len(asked.text))  # what is asked now goes in whole
        said = (Turn(one.role, unquoted(one.text) if one.role is Role.ASSISTANT else one.text) for one in earlier)
        view = conversation_view([*said, asked], budget, EARLIER_CHARS, text)
        system = prompts.chat_system(memories, view.summary, manner.instructions)
        return (system, *view.recalled, *view.recent)

    def _memories(self, conversation_id: int, vector: np.ndarray) -> tuple[str, ...]:
        near = [
            (float(np.frombuffer(stored, "<f4") @ vector), summary.text)
            for summary, stored in self._journal.summary_vectors()
            if summary.conversation_id != conversation_id
        ]
        best = sorted((entry for entry in near if entry[0] >= MEMORY_SIMILARITY), reverse=True)[:MEMORIES]
        return tuple(text for _, text in best)

    def _publish(self, conversation_id: int, *kinds: str) -> None:
        self._changes.publish(*kinds, ids=frozenset({conversation_id}))


def _used(message: Message, facts: Mapping[int, str]) -> frozenset[int]:
    """Return the facts that an answer says it was made with."""
    why = message.why or Why(Mode.AUTO)
    copied = {hit.passage_id for hit in why.passages if hit.kind == FACT}
    return frozenset(id for id, text in facts.items() if id in copied or any(text in one for one in why.memories))


def _title(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TITLE_CHARS else line[: TITLE_CHARS - 3].rstrip() + "..."


def _worth_remembering(messages: tuple[Message, ...]) -> list[str]:
    said = [
        " ".join(message.text[start:end].split())
        for message in messages
        if message.role is Role.USER
        for start, end in sentences(message.text)
    ]
    worth = [sentence for sentence in dict.fromkeys(said) if len(sentence.split()) >= WORTH_WORDS]
    return worth[-SAID_SENTENCES:]
