"""What the engine does for each request: the border between the protocol and the learning package."""

from __future__ import annotations

import hashlib
import os
import time
import uuid
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import torch

from nestdesk.core import jobs
from nestdesk.core.errors import BackboneError
from nestdesk.engine.examining import Examine, Examined
from nestdesk.engine.growing import Grow, ReadSource
from nestdesk.engine.protocol import (
    Asked,
    Convert,
    Event,
    ExpertUse,
    Generate,
    Generated,
    GeneratedMany,
    GenerateMany,
    Learn,
    Learned,
    NewWeights,
    Open,
    Probe,
    Probed,
    Progressed,
    Ready,
    Request,
    Seeking,
    Sleep,
    Token,
)
from nestdesk.learning import (
    adapters,
    clock,
    evaluate,
    experts,
    fitting,
    generate,
    growth,
    inner_loop,
    levels,
    limits,
    outer_loop,
    search,
    seeking,
    single,
    sleep,
    weight_files,
)
from nestdesk.learning import backbone as backbones
from nestdesk.learning import embedder as embedders
from nestdesk.learning.experts import Active
from nestdesk.learning.nested import NestedModel, Use

Work = Generator[Event, None, Event]
T = TypeVar("T")


@dataclass
class Opened:
    """A loaded engine."""

    model: NestedModel | None  # None: it embeds and nothing else
    embeds: embedders.Embedder | None  # None: it learns and nothing else
    scratch: Path

    @property
    def nested(self) -> NestedModel:
        """The nested model.

        Raises:
            BackboneError: the engine was opened without a backbone.
        """
        if self.model is None:
            raise BackboneError("The engine was opened to embed texts only.")
        return self.model

    @property
    def embedder(self) -> embedders.Embedder:
        """The embedding model.

        Raises:
            BackboneError: the engine was opened without one.
        """
        if self.embeds is None:
            raise BackboneError("The engine was opened to learn only.")
        return self.embeds


def open_model(request: Open) -> tuple[Opened, Ready]:
    """Load backbone and embedder, or the embedder alone if no backbone is named."""
    began = time.monotonic()
    weight_files.use_key(request.key)
    if not request.backbone:
        embedder = embedders.Embedder(Path(request.embedder))
        ready = Ready("", "", "cpu", thread_count(), 0, 0, time.monotonic() - began)
        return Opened(None, embedder, Path(request.scratch)), ready
    device = choose_device(request.device)
    backbone = load(Path(request.backbone), device, thread_count())
    stored = partial(backbones.stored_layers, Path(request.backbone))
    ahead = single.Ahead(backbone, stored, thread_count()) if single.can_run(backbone) else None
    nested = NestedModel(backbone, ahead)
    embedder = embedders.Embedder(Path(request.embedder))
    opened = Opened(nested, embedder, Path(request.scratch))
    ready = Ready(
        name=backbone.config.name,
        fingerprint=nested.fingerprint,
        device=str(device),
        threads=torch.get_num_threads(),
        parameters=backbone.parameters,
        context_tokens=backbone.config.context_tokens,
        seconds=time.monotonic() - began,
    )
    return opened, ready


def load(folder: Path, device: torch.device, threads: int) -> backbones.Backbone:
    """Load a backbone as this computer is quickest with it, and compute with so many threads from now on."""
    torch.set_num_threads(threads)
    return backbones.quick(backbones.load(folder, device, backbones.best_precision(device)))


def open_to_learn(folder: Path, device: str, threads: int) -> Opened:
    """Load a backbone where no embedder is needed and nobody is answered."""
    return Opened(NestedModel(load(folder, choose_device(device), threads)), None, folder)


def choose_device(wanted: str) -> torch.device:
    """Return the device for auto, cpu or cuda.

    Raises:
        BackboneError: a GPU was asked for and there is none.
    """
    has_gpu = torch.cuda.is_available()
    if wanted == "cuda" and not has_gpu:
        raise BackboneError("No CUDA GPU was found; choose the device auto or cpu.")
    return torch.device("cuda" if has_gpu and wanted in ("auto", "cuda") else "cpu")


def thread_count() -> int:
    """Return how many threads to compute with: the cores this process may use."""
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def convert(request: Convert) -> Generator[Event, None, None]:
    """Convert the backbone, export the embedder; either may be left out by an empty path."""
    if request.gguf:
        yield Progressed("converting the model")
        backbones.convert(Path(request.gguf), Path(request.backbone))
    if request.embedder:
        yield Progressed("preparing the search model")
        embedders.export(Path(request.embedder))


def perform(opened: Opened, body: Request) -> Work:
    """Execute any request but Open, Convert, Embed and Cancel."""
    if isinstance(body, Generate):
        return _generate(opened, body)
    if isinstance(body, GenerateMany):
        return _generate_many(opened, body)
    if isinstance(body, Learn):
        return _learn(opened, body)
    if isinstance(body, Sleep):
        return _sleep(opened, body)
    if isinstance(body, Grow):
        return _grow(opened, body)
    if isinstance(body, Probe):
        return _probe(opened, body)
    if isinstance(body, Examine):
        return _examine(opened, body)
    raise TypeError(f"unknown request {type(body).__name__}")


def _uses(experts: tuple[ExpertUse, ...]) -> tuple[Use, ...]:
    return tuple((use.path, use.gate, use.blocks) for use in experts)


def _generate(opened: Opened, body: Generate) -> Work:
    if isinstance(body.asked, Seeking):
        return _seek(opened, body.asked, body.max_tokens)
    return _stream(opened, body, body.asked)


def _stream(opened: Opened, body: Generate, asked: Asked) -> Work:
    began = time.monotonic()
    nested = opened.nested
    prompt = nested.prompt(asked.turns)
    limit = min(body.max_tokens, _room(opened, prompt))
    active = nested.active(_uses(asked.experts))
    ids: list[int] = []
    shown = 0
    held = limits.Written(nested.backbone, asked.unlike)
    chosen = (limit, body.temperature, body.seed, held, nested.for_single_tokens(), nested.beginnings)
    for token in generate.stream(nested.answering, prompt, active, *chosen):
        ids.append(token)
        text = nested.backbone.decode(ids)
        if not text.endswith("\ufffd"):  # half a character: wait for its other half
            yield Token(text[shown:])
            shown = len(text)
    text = nested.backbone.decode(ids)
    finish = "length" if len(ids) == limit else "end"
    return Generated(text, len(prompt), len(ids), time.monotonic() - began, finish)


def _seek(opened: Opened, asked: Seeking, max_tokens: int) -> Work:
    began = time.monotonic()
    nested = opened.nested
    sought = _sought(opened, asked)
    limit = min(max_tokens, *(_room(opened, reading.prompt) for reading in sought.readings))
    steps = seeking.answers(nested.answering, [sought], _readers(opened, [asked]), limit)
    (answer,) = yield from _progressed(steps, "answering")
    text = nested.backbone.decode(answer.ids)
    yield Token(text)
    read = sum(len(reading.prompt) for reading in sought.readings)
    return Generated(text, read, len(answer.ids), time.monotonic() - began, "end", answer.reading, answer.fit)


def _room(opened: Opened, prompt: Sequence[int]) -> int:
    """Return how many tokens fit behind a prompt."""
    room = opened.nested.backbone.config.context_tokens - len(prompt)
    if room < 1:
        raise BackboneError(f"The prompt is too long for the model by {1 - room} tokens; please shorten it.")
    return room


def _generate_many(opened: Opened, body: GenerateMany) -> Work:
    began = time.monotonic()
    backbone = opened.nested.answering
    free = {i: one for i, one in enumerate(body.asked) if isinstance(one, Asked)}
    held = [limits.Written(backbone, one.unlike) for one in free.values()]
    prompts = [opened.nested.prompt(one.turns) for one in free.values()]
    own = _actives(opened, [one.experts for one in free.values()])
    steps = generate.many(backbone, prompts, own, body.max_tokens, limits=held)
    share = len(free) / max(1, len(body.asked))
    said = yield from _progressed(generate.scaled(steps, 0.0, share), "answering")
    answers = {i: seeking.Answer(tuple(ids)) for i, ids in zip(free, said, strict=True)}
    others = {i: one for i, one in enumerate(body.asked) if isinstance(one, Seeking)}
    sought = [_sought(opened, one) for one in others.values()]
    finding = seeking.answers(backbone, sought, _readers(opened, list(others.values())), body.max_tokens)
    found = yield from _progressed(generate.scaled(finding, share, 1 - share), "answering")
    answers |= zip(others, found, strict=True)
    in_order = [answers[i] for i in range(len(body.asked))]
    texts = tuple(backbone.decode(one.ids).strip() for one in in_order)
    tokens, readings = sum(len(one.ids) for one in in_order), tuple(one.reading for one in in_order)
    return GeneratedMany(texts, tokens, time.monotonic() - began, readings, tuple(one.fit for one in in_order))


def _sought(opened: Opened, asked: Seeking) -> seeking.Asked:
    readings = (
        seeking.Reading(
            tuple(opened.nested.prompt(one.turns)),
            one.passage,
            one.prior,
            one.is_part,
            partial(opened.nested.active, _uses(one.experts)) if one.passage and one.experts else None,
        )
        for one in asked.readings
    )
    return seeking.Asked(asked.question, tuple(readings))


def _readers(opened: Opened, asked: Sequence[Seeking]) -> list[Active]:
    """Return the experts of every reading, in order."""
    return _actives(
        opened,
        [
            one.experts if reading.passage else (*reading.experts, *one.experts)
            for one in asked
            for reading in one.readings
        ],
    )


def _actives(opened: Opened, wanted: Sequence[tuple[ExpertUse, ...]]) -> list[Active]:
    """Return experts joined, the very same object for the same ones."""
    found = {experts: opened.nested.active(_uses(experts)) for experts in dict.fromkeys(wanted)}
    return [found[experts] for experts in wanted]


def _progressed(steps: Generator[float, None, T], stage: str) -> Generator[Event, None, T]:
    return jobs.retold(steps, lambda done: Progressed(stage, done))


def _probe(opened: Opened, body: Probe) -> Work:
    nested = opened.nested
    raw = evaluate.exact_logits(nested.backbone, nested.prompt(body.turns), nested.active(_uses(body.experts)))
    return Probed(hashlib.sha256(raw).hexdigest(), nested.backbone.fingerprint())
    yield  # a generator like the others


def _examine(opened: Opened, body: Examine) -> Work:
    yield Progressed("checking the weights")
    backbone, path = opened.nested.backbone, Path(body.path)
    expert, blocks = fitting.fitted(path, backbone), experts.block_count(path)
    if body.form and backbone.hooked is not None:
        raise BackboneError("Only experts of Llama and Qwen models can be written for other programs.")
    if body.form:
        write = adapters.write_peft if body.form == "peft" else adapters.write_gguf
        write(expert, backbone, Path(body.target))
    if body.form or blocks:  # blocks only take part in questions about their source
        return Examined(expert.function, expert.level, expert.parameters, blocks)
    yield Progressed("measuring the drift")
    drift = evaluate.drift(backbone, opened.nested.anchors(), experts.activate([(expert, 1.0)]))
    return Examined(expert.function, expert.level, expert.parameters, 0, drift, drift > outer_loop.MOST_DRIFT)


def _learn(opened: Opened, body: Learn) -> Work:
    skills = opened.nested.active(_uses(body.skills))
    preparing = outer_loop.prepare(
        opened.nested, body.passages, skills, body.effort, body.budget_s, body.seed, body.items, body.beside,
        _kept(opened, body),
    )  # fmt: skip
    lesson = yield from _report(preparing)
    default, *others = body.recipes or levels.EFFORTS[body.effort].recipes
    learning = search.learn(lesson, default, others) if others else outer_loop.learn(lesson, default)
    return _learned(opened, (yield from _report(learning)))


def _kept(opened: Opened, body: Learn) -> dict[int, experts.ExpertWeights]:
    """Return the earlier blocks of the passages that keep them."""
    if not body.earlier:
        return {}
    nested = opened.nested
    blocks = experts.parts(experts.load(Path(body.earlier), nested.fingerprint, nested.backbone.device))
    return {passage: blocks[block] for passage, block in enumerate(body.kept) if block >= 0}


def _sleep(opened: Opened, body: Sleep) -> Work:
    sources = [sleep.Sleeper(_uses(source.experts), source.items) for source in body.sources]
    skills = opened.nested.active(_uses(body.skills))
    reports = sleep.consolidate(opened.nested, sources, skills, _uses(body.current), body.budget_s, body.seed)
    result, places = yield from _report(reports)
    return replace(_learned(opened, result), places=places)


def _grow(opened: Opened, body: Grow) -> Work:
    skills: list[Use] = [(path, 1.0, ()) for path in body.skills]
    taught, held = _materials(body.taught), _materials(body.held)
    return _learned(
        opened, (yield from _report(growth.grow(opened.nested, taught, held, skills, body.budget_s, body.seed)))
    )


def _materials(sources: Sequence[ReadSource]) -> list[growth.Material]:
    return [growth.Material(source.texts, source.items) for source in sources]


def _report(reports: Generator[clock.Report, None, T]) -> Generator[Event, None, T]:
    return jobs.retold(reports, lambda one: Progressed(one.stage, one.done, one.text, one.seconds_left))


def _learned(opened: Opened, result: outer_loop.Result) -> Learned:
    return Learned(
        weights=tuple(_write(opened, learner) for learner in result.learners),
        items=result.items,
        before=result.before,
        after=result.after,
        is_accepted=result.is_accepted,
        reason=result.reason,
        seconds=result.seconds,
        tokens=result.tokens,
        steps=result.steps,
        recipe=result.recipe,
        choice=result.choice,
    )


def _write(opened: Opened, learner: inner_loop.InnerLoop) -> NewWeights:
    """Write one expert's weights to the scratch folder."""
    path = opened.scratch / f"{uuid.uuid4().hex}.safetensors"
    opened.scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    experts.save(learner.expert, path)
    content = weight_files.read(path)
    return NewWeights(
        function=learner.expert.function,
        level=learner.expert.level,
        path=str(path),
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        parameters=learner.expert.parameters,
        update_period_tokens=learner.update_period_tokens,
        updates=learner.updates,
        blocks=experts.block_count(path),
    )
