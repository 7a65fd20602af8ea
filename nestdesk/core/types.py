"""Plain values that cross package borders: frozen, comparable, without behaviour or ids of their own process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from nestdesk.core.trust import Trust

OptimiserName = Literal["adamw", "dgd", "m3"]


class Function(StrEnum):
    """What part of the backbone an expert extends."""

    MEMORY = "memory"
    ATTENTION = "attention"
    VOCABULARY = "vocabulary"
    POSITION = "position"


class Level(StrEnum):
    """How often an expert is updated: fast (a source), mid (a collection), slow (everything)."""

    FAST = "fast"
    MID = "mid"
    SLOW = "slow"


class Effort(StrEnum):
    """How much time and capacity a source gets."""

    QUICK = "quick"
    NORMAL = "normal"
    DEEP = "deep"
    SEARCH = "search"  # tries several recipes


@dataclass(frozen=True)
class Recipe:
    """How a source becomes fast experts. An effort brings its default; a search tries others."""

    functions: tuple[Function, ...] = (Function.ATTENTION,)  # one new expert for each
    rank: int = 16  # of an expert made of low-rank products
    kept_share: float = 1.0  # of a passage's positions, in an attention expert's block
    block_updates: int = 2  # of a block: further ones learn wordings and lose answers
    optimiser: OptimiserName = "adamw"
    rate_factor: float = 1.0  # of the level's learning rate
    level: Level = Level.FAST  # whose update period and rate the experts without blocks have


class Mode(StrEnum):
    """What an answer may use: everything, only weights, only passages, or one given passage."""

    AUTO = "auto"
    CLOSED = "closed"
    RETRIEVAL = "retrieval"
    PASSAGE = "passage"


class Role(StrEnum):
    """Who wrote a turn."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class SourceState(StrEnum):
    """Where a source stands on its way from file to weights."""

    QUEUED = "queued"
    READING = "reading"
    LEARNING = "learning"
    LEARNED = "learned"
    REMEMBERED = "remembered"  # searchable, but its inner result was rejected: no weights changed
    FAILED = "failed"
    CANCELLED = "cancelled"
    HELD = "held"  # a person has to look at it first; nothing of its text is stored


@dataclass(frozen=True)
class Turn:
    """One turn of a prompt."""

    role: Role
    text: str


@dataclass(frozen=True)
class Passage:
    """A stretch of a document shown to people: text == document.text[start:end]."""

    text: str
    start: int
    end: int
    page: int | None = None  # 1-based


@dataclass(frozen=True)
class Document:
    """What a reader got out of a file. page_starts[i] is the offset in text where page i + 1 begins; () if unpaged."""

    title: str
    text: str
    media_type: str
    page_starts: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class StudyItem:
    """One thing to learn or to be asked. A probe is held out: its wording is never learned from."""

    kind: str  # question | cloze | restatement | passage | reading
    system: str
    prompt: str
    answer: str
    passage: int  # index among the source's passages, -1 if none
    is_probe: bool = False


@dataclass(frozen=True)
class Scores:
    """Held-out figures of one expert at one moment. f1 and exact in 0..1 over the probes."""

    f1: float
    exact: float
    probes: int
    answered: int  # probes with f1 >= 0.5
    perplexity: float = 0.0  # of the fixed generic texts; 0.0 when not measured
    anchor_kl: float = 0.0  # nats from the backbone on the fixed generic prompts
    answers: tuple[str, ...] = ()  # one per probe, in order


@dataclass(frozen=True)
class Choice:
    """What a search over recipes found. Both F1 are over probes that took no part in the search."""

    recipe: Recipe
    f1: float
    default_f1: float
    probes: int
    tried: int  # recipes
    is_used: bool  # it beat the default


@dataclass(frozen=True)
class Checkpoint:
    """Immutable saved weights of one expert, with a name and a pin that a person may give and take back.

    A pinned checkpoint is the one to come back to: it is offered first for rolling back, and nothing that thins
    checkpoints out may remove it. Forgetting alone still does: what knows a forgotten source goes, pinned or not.
    """

    id: int
    expert_id: int
    parent_id: int | None
    blob: str  # sha256 of the safetensors file
    size_bytes: int
    created_at: datetime
    source_ids: tuple[int, ...] = ()
    before: Scores | None = None
    after: Scores | None = None
    config: Mapping[str, object] = field(default_factory=dict)
    is_accepted: bool = True
    reason: str = ""
    is_head: bool = False
    name: str = ""
    is_pinned: bool = False


@dataclass(frozen=True)
class Expert:
    """One learnable block: a function at a level, of a source (fast), a collection (mid) or everything (mid, slow)."""

    id: int
    name: str
    function: Function
    level: Level
    backbone: str  # fingerprint it belongs to
    update_period_tokens: int
    source_id: int | None = None
    head: Checkpoint | None = None
    collection_id: int | None = None


@dataclass(frozen=True)
class Collection:
    """Sources that belong together, with a mid expert of their own."""

    id: int
    name: str
    created_at: datetime
    sources: int = 0


@dataclass(frozen=True)
class DeletedCollection:
    """A collection that is gone, and what belonged to it: enough to bring it back."""

    collection: Collection
    source_ids: tuple[int, ...] = ()
    folder_ids: tuple[int, ...] = ()
    conversation_ids: tuple[int, ...] = ()
    fact_ids: tuple[int, ...] = ()  # those that were on


@dataclass(frozen=True)
class Source:
    """A document or conversation that was, or is to be, learned from."""

    id: int
    title: str
    kind: str  # document | conversation
    path: str
    sha256: str  # of the file, or of the statements
    size_bytes: int
    state: SourceState
    added_at: datetime
    error: str = ""
    passages: int = 0
    items: int = 0
    before: Scores | None = None
    after: Scores | None = None
    seconds: float = 0.0
    effort: Effort = Effort.NORMAL
    summary: str = ""
    conversation_id: int | None = None  # of a conversation: where its statements were made
    collection_id: int | None = None
    media_type: str = ""
    language: str = ""  # ISO 639-1; empty: not known
    notes: tuple[str, ...] = ()  # what its reader remarked, such as pages without text
    review: str = ""  # the sha256 of the content that a person accepted; REVIEW_WANTED: to be held, whatever it holds
    trust: Trust = Trust.NORMAL
    attached_to: int | None = None  # the only conversation that finds it; None: it is in the library


@dataclass(frozen=True)
class Section:
    """A part of a source under its heading, in a few of its sentences. start and end are offsets in its text."""

    title: str  # empty: it has no heading
    depth: int  # 1: of the whole source
    start: int
    end: int
    summary: str


@dataclass(frozen=True)
class PassageHit:
    """A stored passage found for a question. score is the fused rank score, similarity the cosine in -1..1."""

    passage_id: int
    source_id: int
    source_title: str
    text: str
    start: int
    end: int
    page: int | None
    score: float
    similarity: float = 0.0
    kind: str = "document"  # the source's
    trust: Trust = Trust.NORMAL  # the source's


@dataclass(frozen=True)
class ExpertGate:
    """An expert that took part in an answer, with its weight in the output (0..1)."""

    expert_id: int
    name: str
    function: Function
    level: Level
    checkpoint_id: int
    gate: float


class Form(StrEnum):
    """What an answer looks like, where there are passages for it."""

    SHORT = "short"  # a span of a passage and nothing else
    FACT = "fact"  # a span of a passage, with the sentence it stands in
    ACCOUNT = "account"  # sentences of the passages
    OTHER = "other"  # written by the model


@dataclass(frozen=True)
class Why:
    """Why an answer says what it says."""

    mode: Mode
    passages: tuple[PassageHit, ...] = ()
    experts: tuple[ExpertGate, ...] = ()
    memories: tuple[str, ...] = ()  # summaries of earlier conversations that were used
    note: str = ""


@dataclass(frozen=True)
class Conversation:
    """A chat. A temporary one may read memory but nothing of it is kept or learned."""

    id: int
    title: str
    created_at: datetime
    updated_at: datetime
    is_temporary: bool = False
    messages: int = 0
    collection_id: int | None = None  # the part of the library that it asks; None: everything
    folder_id: int | None = None  # of core.chats.ChatFolder
    preset_id: int | None = None  # of core.chats.Preset
    instructions: str = ""  # of this chat alone, after those of its preset
    is_pinned: bool = False
    is_archived: bool = False


@dataclass(frozen=True)
class Message:
    """One stored turn of a conversation; parent_id makes the conversation a tree."""

    id: int
    conversation_id: int
    parent_id: int | None
    role: Role
    text: str
    created_at: datetime
    why: Why | None = None
    is_complete: bool = True  # False: stopped or cut off by a crash


@dataclass(frozen=True)
class MemorySummary:
    """What is kept of a finished conversation, used in later ones."""

    id: int
    conversation_id: int
    text: str
    created_at: datetime


class FactKind(StrEnum):
    """What a remembered statement is."""

    FACT = "fact"
    PREFERENCE = "preference"
    INSTRUCTION = "instruction"  # how to behave from now on
    EVENT = "event"  # over after its day


@dataclass(frozen=True)
class Fact:
    """Something a person said about themselves, in their words, or wrote into their memory."""

    id: int
    text: str
    kind: FactKind
    topic: str  # what it is about: the newest fact on a topic replaces the others; "": it replaces none
    confidence: float  # 0..1
    created_at: datetime
    conversation_id: int | None = None  # where it was said; None: written by hand
    message_id: int | None = None
    collection_id: int | None = None  # where it counts; None: everywhere
    expires_at: datetime | None = None
    used_at: datetime | None = None
    uses: int = 0  # answers it took part in
    is_on: bool = True
    replaced_by_id: int | None = None
    is_left: bool = False  # said on a branch of its conversation that is not shown: it does not count


@dataclass(frozen=True)
class Event:
    """One entry of the journal: what was learned, rolled back, restored or forgotten, and when."""

    id: int
    kind: str
    text: str
    created_at: datetime
    expert_id: int | None = None
    checkpoint_id: int | None = None
    source_id: int | None = None


@dataclass(frozen=True)
class Answer:
    """The result of one question."""

    text: str
    why: Why
    seconds: float
    tokens: int = 0
