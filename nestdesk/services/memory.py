"""The memory of the person: what they say is remembered at once, shown, corrected, used in answers, and forgotten.

Only what the person says is ever taken. What the assistant says, what is pasted or quoted, and what was recalled from
memory itself is not, so the memory cannot fill up with its own echoes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import ChangeFeed, Job
from nestdesk.core.types import Fact, FactKind, Message, PassageHit, Role, Turn
from nestdesk.engine.client import Engine
from nestdesk.memory import remembered, requests, statements, topics
from nestdesk.memory.facts import MOST_CHARS, Draft, drafts, is_ending, written
from nestdesk.services.engine_jobs import ModelSupply, embed_all, have_models
from nestdesk.storage.facts import FactStore, NewFact

FACT = "fact"  # the kind of a passage that is a fact; its passage_id is the fact's
TITLE = "What you told me"
TOLD = 3  # facts that an answer may be taken from
TOLD_MARGIN = 0.3
LISTED = 8  # where a person asks what is known of them
HINTS = 4  # facts in the prompt of an answer that the model writes
HINT_SIMILARITY = 0.35  # cosine from which a fact has to do with what is said
INSTRUCTIONS = 5  # the newest, in every such prompt


class Memory:
    """The facts, and what is made of them."""

    def __init__(self, store: FactStore, engine: Engine, models: ModelSupply, changes: ChangeFeed) -> None:
        """Keep facts in the store, with vectors of the engine's."""
        self._store = store
        self._engine = engine
        self._models = models
        self._changes = changes

    def facts(self) -> tuple[Fact, ...]:
        """Return everything that is remembered, also what is over, replaced or switched off; newest first."""
        return self._store.list()

    def learned(self, message_id: int) -> tuple[Fact, ...]:
        """Return what was learned from one message."""
        return self._store.of_message(message_id)

    def take(self, message: Message, earlier: Sequence[Message]) -> Job[tuple[Fact, ...]]:
        """Remember what a message states.

        Args:
            earlier: the messages before it, which it may correct or quote.
        """
        said = statements.newest([*earlier, message])
        found = drafts(said, message.created_at.astimezone())
        known = {_plain(fact.text) for fact in self._in_force(message.conversation_id)[0]}
        new = [draft for draft in found if _plain(draft.text) not in known]
        if not new:
            return ()
        vectors = yield from embed_all(self._engine, [draft.text for draft in new])
        stored: list[Fact] = []
        for draft, vector in zip(new, vectors, strict=True):  # one by one: the second may replace the first
            made = self._new(draft, message.conversation_id)
            stored += self._store.add([made], vector[None], message.id)
        self._publish(*(fact.id for fact in stored))
        return tuple(stored)

    def stated(self, message: Message, earlier: Sequence[Message]) -> tuple[PassageHit, ...]:
        """Return the facts in force that a message states, remembered with it or before, as passages to name."""
        found = drafts(statements.newest([*earlier, message]), message.created_at.astimezone())
        said = {_plain(draft.text) for draft in found}
        known, _ = self._in_force(message.conversation_id)
        return tuple(_hit(fact, 1.0, 1.0) for fact in reversed(known) if _plain(fact.text) in said)

    def add(self, text: str) -> Job[Fact]:
        """Remember what a person wrote into their memory; what they wrote before stays as it is.

        Raises:
            SettingsError: it is empty or too long.
        """
        draft = _written(text)
        own = (fact for fact in self._in_force(None)[0] if fact.conversation_id is None)  # others go with their chat
        if same := next((fact for fact in own if _plain(fact.text) == _plain(draft.text)), None):
            return same
        yield from have_models(self._models)
        vectors = yield from embed_all(self._engine, [draft.text])
        (fact,) = self._store.add([self._new(draft)], vectors)
        self._publish(fact.id)
        return fact

    def edit(self, id: int, text: str) -> Job[Fact]:
        """Give a fact another text.

        Raises:
            SettingsError: it is empty or too long.
            StorageError: there is no such fact.
        """
        draft = _written(text)
        fact = self._store.get(id)
        yield from have_models(self._models)
        vectors = yield from embed_all(self._engine, [draft.text])
        made = self._new(draft, fact.conversation_id)
        edited = self._store.edit(id, replace(made, replaces=tuple(set(made.replaces) - {id})), vectors[0])
        self._publish(id)
        return edited

    def switch(self, id: int, is_on: bool) -> Fact:
        """Let a fact take part in answers, or not.

        Raises:
            StorageError: there is no such fact.
        """
        fact = self._store.switch(id, is_on)
        self._publish(id)
        return fact

    def told(self, question: str, vector: np.ndarray, conversation_id: int | None = None) -> tuple[PassageHit, ...]:
        """Return the facts that answer a question, best first, as passages to answer from."""
        known, vectors = self._in_force(conversation_id)
        places = [place for place, fact in enumerate(known) if not is_ending(fact.text)]
        known, cosines = tuple(known[place] for place in places), (vectors @ vector)[places]
        similar = {place: float(cosine) for place, cosine in enumerate(cosines)}
        if requests.asks_about_me(question):
            best = sorted(similar.items(), key=lambda entry: -entry[1])[:LISTED]
        else:
            ranked = remembered.told(question, known, similar)[:TOLD]
            best = [entry for entry in ranked if entry[1] >= ranked[0][1] - TOLD_MARGIN]
        return tuple(_hit(known[place], score, similar[place]) for place, score in best)

    def hints(self, vector: np.ndarray, message: Message) -> tuple[Fact, ...]:
        """Return the facts that the model should know of when it writes an answer: instructions, then the nearest."""
        known, vectors = self._in_force(message.conversation_id)
        near = sorted(zip((vectors @ vector).tolist(), known, strict=True), key=lambda entry: -entry[0])
        standing = [fact for fact in known if fact.kind is FactKind.INSTRUCTION][:INSTRUCTIONS]
        nearest = [
            fact
            for cosine, fact in near
            if cosine >= HINT_SIMILARITY and fact not in standing and fact.message_id != message.id
        ]
        return (*standing, *nearest[:HINTS])

    def outdated(self, conversation_id: int) -> frozenset[str]:
        """Return what was said once and does not count now: no passage of a chat may answer with it."""
        now = {_plain(fact.text) for fact in self._in_force(conversation_id)[0]}
        past = {fact.text for fact in self._store.list() if _plain(fact.text) not in now}
        left, shown = self._store.said_and_left()
        return frozenset(past | _stated(self._store.said_and_taken_back()) | (_stated(left) - _stated(shown)))

    def count_use(self, ids: Collection[int]) -> None:
        """Note that facts took part in an answer."""
        if ids:
            self._store.count_use(ids)
            self._publish(*ids)

    def _in_force(self, conversation_id: int | None) -> tuple[tuple[Fact, ...], np.ndarray]:
        return self._store.in_force(datetime.now(UTC), conversation_id)

    def _new(self, draft: Draft, conversation_id: int | None = None) -> NewFact:
        known, _ = self._in_force(conversation_id)
        replaces = tuple(
            fact.id
            for fact in known
            if (draft.topic and fact.topic == draft.topic) or (draft.over and topics.ends(draft.over, fact.topic))
        )
        return NewFact(draft.text, draft.kind, draft.topic, draft.confidence, draft.expires_at, replaces)

    def _publish(self, *ids: int) -> None:
        self._changes.publish("memory", ids=frozenset(ids))


def _stated(texts: Sequence[str]) -> frozenset[str]:
    """Return what each of some messages states by itself."""
    return frozenset(one.text for text in texts for one in statements.newest([Turn(Role.USER, text)]))


def _written(text: str) -> Draft:
    draft = written(text, datetime.now().astimezone())
    if not 0 < len(draft.text) <= MOST_CHARS:
        raise SettingsError(f"A memory is a sentence of at most {MOST_CHARS} characters.")
    return draft


def _hit(fact: Fact, score: float, similarity: float) -> PassageHit:
    return PassageHit(fact.id, 0, TITLE, fact.text, 0, len(fact.text), None, score, similarity, FACT)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .!")
