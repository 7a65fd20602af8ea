"""What the window's process and the engine process say to each other: frozen values, one JSON document a line.

A request carries everything it needs (experts by the path of their weights), so the engine holds no truth: it can be
killed at any moment and started again. Every request gets zero or more events and exactly one last event (is_last).
"""

from __future__ import annotations

from dataclasses import field
from typing import Annotated, ClassVar, Literal

import pydantic
from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from nestdesk.core.types import Choice, Effort, Function, Level, Passage, Recipe, Scores, StudyItem, Turn
from nestdesk.engine.examining import Examine, Examined
from nestdesk.engine.growing import Grow

# Passages and other core values travel as they are: pydantic validates the standard library's frozen dataclasses.


@dataclass(frozen=True)
class ExpertUse:
    """An expert's weights applied with a gate (0..1)."""

    path: str  # of the blob; empty: an identity
    gate: float = 1.0
    blocks: tuple[int, ...] = ()  # the passages whose blocks take part, of an expert that has them; none named: all


@dataclass(frozen=True)
class Open:
    """Load the backbone; answered by Ready. The client sends it again after every restart."""

    backbone: str  # folder made by learning.backbone.convert, or any safetensors folder; empty: texts are embedded only
    embedder: str  # folder with model.onnx and tokenizer.json
    scratch: str  # folder for new weights
    device: str = "auto"
    key: str = field(default="", repr=False)  # for the files of an encrypted data folder, in hex; weights come sealed
    kind: Literal["open"] = "open"


@dataclass(frozen=True)
class Convert:
    """Turn a GGUF file into a backbone folder once, and export the embedding model to int8 ONNX; answered by Done."""

    gguf: str  # empty: no backbone is converted
    backbone: str
    embedder: str  # empty: no embedding model is exported
    kind: Literal["convert"] = "convert"


@dataclass(frozen=True)
class Asked:
    """A prompt, and what answers it freely."""

    turns: tuple[Turn, ...]
    experts: tuple[ExpertUse, ...] = ()
    unlike: str = ""  # a word that the answer does not begin with


@dataclass(frozen=True)
class Reading:
    """A passage that may hold an answer, or experts that may know it, and the prompt that asks about it."""

    turns: tuple[Turn, ...]
    passage: str  # empty: nothing is read
    prior: float = 0.0  # in nats, speaks for it
    is_part: bool = False  # of another one: only what is sure counts
    experts: tuple[ExpertUse, ...] = ()  # that learned the passage; where nothing is read, they stand for it


@dataclass(frozen=True)
class Seeking:
    """A question whose answer is sought in some readings: the one that it and the question make likely."""

    question: str
    readings: tuple[Reading, ...]
    experts: tuple[ExpertUse, ...] = ()


@dataclass(frozen=True)
class Generate:
    """Continue a conversation; answered by Token events and a Generated. temperature 0 is greedy."""

    asked: Asked | Seeking
    max_tokens: int = 256
    temperature: float = 0.0
    seed: int = 0
    kind: Literal["generate"] = "generate"


@dataclass(frozen=True)
class GenerateMany:
    """Answer independent prompts in batches, greedily; answered by Progressed events and a GeneratedMany."""

    asked: tuple[Asked | Seeking, ...]
    max_tokens: int = 32
    kind: Literal["generate_many"] = "generate_many"


@dataclass(frozen=True)
class Embed:
    """Embed texts; answered by Embedded (unit vectors)."""

    texts: tuple[str, ...]
    kind: Literal["embed"] = "embed"


@dataclass(frozen=True)
class Learn:
    """Study one source in a fast expert; answered by Progressed events and a Learned.

    Passages with a block in earlier weights keep it and their items; only others are learned. By one recipe, no search.
    """

    title: str
    passages: tuple[Passage, ...]
    skills: tuple[ExpertUse, ...]  # the slower experts that are on while this one learns
    recipes: tuple[Recipe, ...] = ()  # none: the effort's; several: the first is the default, the others are tried
    effort: Effort = Effort.NORMAL
    budget_s: float = 0.0  # 0: the effort's own
    seed: int = 0
    items: tuple[StudyItem, ...] = ()  # given: study exactly these (replay); empty: make them from the passages
    beside: tuple[tuple[int, ...], ...] = ()  # for each passage, those it is easily taken for
    earlier: str = ""  # path of the source's earlier weights
    kept: tuple[int, ...] = ()  # for each passage its block in them, -1 for none
    kind: Literal["learn"] = "learn"


@dataclass(frozen=True)
class FastSource:
    """One source's fast experts and study items, as sleep takes them in."""

    source_id: int
    experts: tuple[ExpertUse, ...]
    items: tuple[StudyItem, ...]


@dataclass(frozen=True)
class Sleep:
    """Consolidate fast experts into one mid expert; answered by Progressed events and a Learned."""

    sources: tuple[FastSource, ...]
    skills: tuple[ExpertUse, ...]
    current: tuple[ExpertUse, ...] = ()  # the mid expert so far, the initial state of the new one
    budget_s: float = 0.0
    seed: int = 0
    kind: Literal["sleep"] = "sleep"


@dataclass(frozen=True)
class Probe:
    """Digest the exact logits of a fixed prompt and the backbone's weights; answered by Probed."""

    turns: tuple[Turn, ...]
    experts: tuple[ExpertUse, ...] = ()
    kind: Literal["probe"] = "probe"


@dataclass(frozen=True)
class Cancel:
    """Stop a running request, which then ends with Stopped. Has no answer of its own."""

    target: int
    kind: Literal["cancel"] = "cancel"


@dataclass(frozen=True)
class Hold:
    """Stop advancing Learn requests, or go on with them; everything else is served. Has no answer of its own."""

    is_held: bool
    kind: Literal["hold"] = "hold"


Asking = Generate | GenerateMany | Embed | Probe | Examine
Learning = Learn | Sleep | Grow
Request = Open | Convert | Asking | Learning | Cancel | Hold


@dataclass(frozen=True)
class Ready:
    """The backbone is loaded."""

    name: str
    fingerprint: str
    device: str
    threads: int
    parameters: int
    context_tokens: int
    seconds: float
    is_last: ClassVar[bool] = True
    kind: Literal["ready"] = "ready"


@dataclass(frozen=True)
class Progressed:
    """Where a long request stands; done 0..1 or -1."""

    stage: str
    done: float = -1.0
    text: str = ""
    seconds_left: float = -1.0
    is_last: ClassVar[bool] = False
    kind: Literal["progressed"] = "progressed"


@dataclass(frozen=True)
class Token:
    """The next piece of an answer."""

    text: str
    is_last: ClassVar[bool] = False
    kind: Literal["token"] = "token"


@dataclass(frozen=True)
class Generated:
    """A whole answer. finish is end | length; reading and fit are those of a learning.seeking.Answer."""

    text: str
    prompt_tokens: int
    tokens: int
    seconds: float
    finish: str
    reading: int = 0
    fit: float = 0.0
    is_last: ClassVar[bool] = True
    kind: Literal["generated"] = "generated"


@dataclass(frozen=True)
class GeneratedMany:
    """The answers, in the prompts' order; readings and fits as a Generated has them."""

    texts: tuple[str, ...]
    tokens: int
    seconds: float
    readings: tuple[int, ...] = ()
    fits: tuple[float, ...] = ()
    is_last: ClassVar[bool] = True
    kind: Literal["generated_many"] = "generated_many"


@dataclass(frozen=True)
class Embedded:
    """Unit vectors as little-endian float32, base64; rows in the texts' order."""

    vectors: str
    size: int
    is_last: ClassVar[bool] = True
    kind: Literal["embedded"] = "embedded"


@dataclass(frozen=True)
class NewWeights:
    """One expert's new weights, lying in the scratch folder for the storage to take."""

    function: Function
    level: Level
    path: str
    sha256: str
    size_bytes: int
    parameters: int
    update_period_tokens: int
    updates: int
    blocks: int = 0  # of an expert that has one for each passage it read


@dataclass(frozen=True)
class Learned:
    """What an inner loop made and what the outer loop thinks of it. Rejected weights are kept but not to be used."""

    weights: tuple[NewWeights, ...]
    items: tuple[StudyItem, ...]
    before: Scores
    after: Scores
    is_accepted: bool
    reason: str  # one sentence
    seconds: float
    tokens: int
    steps: int
    places: tuple[tuple[int, int], ...] = ()  # of a sleep: first block of each of its sources in the mid expert, count
    recipe: Recipe | None = None  # of a source: how it was learned
    choice: Choice | None = None  # of a search for it
    is_last: ClassVar[bool] = True
    kind: Literal["learned"] = "learned"


@dataclass(frozen=True)
class Probed:
    """sha256 over the raw bytes of the logits, and the backbone's fingerprint computed anew from its weights."""

    logits: str
    fingerprint: str
    is_last: ClassVar[bool] = True
    kind: Literal["probed"] = "probed"


@dataclass(frozen=True)
class Done:
    """A request without a result is finished."""

    is_last: ClassVar[bool] = True
    kind: Literal["done"] = "done"


@dataclass(frozen=True)
class Stopped:
    """The request was cancelled."""

    is_last: ClassVar[bool] = True
    kind: Literal["stopped"] = "stopped"


@dataclass(frozen=True)
class Failed:
    """The request failed. An expected error carries its class name in core.errors; a bug carries its traceback."""

    message: str
    error: str = ""  # e.g. BackboneError; empty for a bug
    traceback: str = ""
    is_last: ClassVar[bool] = True
    kind: Literal["failed"] = "failed"


Answer = Generated | GeneratedMany | Embedded | Learned | Probed | Examined
Event = Ready | Progressed | Token | Answer | Done | Stopped | Failed


@dataclass(frozen=True)
class RequestLine:
    """A request with the number its events will carry."""

    id: int
    body: Annotated[Request, Field(discriminator="kind")]


@dataclass(frozen=True)
class EventLine:
    """An event with the number of its request."""

    id: int
    body: Annotated[Event, Field(discriminator="kind")]


_requests: TypeAdapter[RequestLine] = TypeAdapter(RequestLine)
_events: TypeAdapter[EventLine] = TypeAdapter(EventLine)


def encode(line: RequestLine | EventLine) -> bytes:
    """Return the line as JSON, newline included."""
    adapter: TypeAdapter[RequestLine] | TypeAdapter[EventLine]
    adapter = _requests if isinstance(line, RequestLine) else _events
    return adapter.dump_json(line) + b"\n"  # type: ignore[arg-type]


def decode_request(line: bytes) -> RequestLine:
    """Parse one line of the engine's input.

    Raises:
        pydantic.ValidationError: the line is not a request.
    """
    return _requests.validate_json(line)


def decode_event(line: bytes) -> EventLine:
    """Parse one line of the engine's output.

    Raises:
        pydantic.ValidationError: the line is not an event.
    """
    return _events.validate_json(line)


ValidationError = pydantic.ValidationError
