"""Speed: what a person waits for, measured through the engine as every answer is: load, first token, tokens, learning.

Timings hold for one machine; compare them within one run only. Each figure is the median of its repetitions, with the
fastest and the slowest beside it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from nestdesk.core import prompts
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.paths import resources
from nestdesk.core.types import Effort, Passage, Turn
from nestdesk.engine import protocol
from nestdesk.services.engine_jobs import follow
from nestdesk.services.roster import uses
from nestdesk.services.workspace import App

ANSWER_TOKENS = 64
PROMPT_REPEATS = (1, 8)  # of the generic text: a short prompt and a long one
STORY = "Tell me about the sea and the people who live beside it, in as many words as you can."
LEARN_BUDGET_S = 30.0


def speed(app: App, repeats: int) -> Job[dict[str, Any]]:
    """Run the benchmark; nothing of it is stored."""
    app.engine.close()
    began = time.monotonic()
    skills = uses(app.roster.slow())
    report: dict[str, Any] = {"bench": "speed", "repeats": repeats, "start_s": time.monotonic() - began}
    if info := app.engine.info:
        report |= {"device": info.device, "threads": info.threads, "load_s": info.seconds}
    text = (resources() / "generic_texts.txt").read_text(encoding="utf-8").strip()
    question = prompts.asking(text[:1200], "the sea")  # what the slow experts write at any length are questions
    for name, experts, asked in (
        ("backbone", (), prompts.closed(STORY, prompts.CHAT)),
        ("slow_experts", skills, question),
    ):
        yield Progress("speed", text=name)
        report[name] = _answering(app, text, experts, asked, repeats)
    yield Progress("speed", text="search")
    report["embed_one_ms"] = _spread(lambda: _embed(app), repeats * 5)
    report["learn"] = yield from _learning(app, text, skills)
    return report


def _answering(
    app: App, text: str, experts: tuple[protocol.ExpertUse, ...], asked: tuple[Turn, ...], repeats: int
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for times in PROMPT_REPEATS:
        turns = prompts.reading([" ".join([text[:1200]] * times)], "What is it about?")
        app.engine.call(protocol.Generate(protocol.Asked(turns, experts), 1))  # the first call joins the experts
        runs = [_timed(app, protocol.Generate(protocol.Asked(turns, experts), 1)) for _ in range(repeats)]
        tokens = runs[0][1].prompt_tokens
        found[f"first_token_s_at_{tokens}_tokens"] = _of([seconds for seconds, _ in runs])
        found[f"prompt_tokens_per_s_at_{tokens}"] = _of([tokens / seconds for seconds, _ in runs])
    request = protocol.Generate(protocol.Asked(asked, experts), ANSWER_TOKENS)
    rates = []
    for _ in range(repeats):
        first, _ = _timed(app, protocol.Generate(request.asked, 1))
        seconds, answer = _timed(app, request)
        rates.append((answer.tokens - 1) / max(seconds - first, 1e-9))
    found["answer_tokens_per_s"] = _of(rates)
    return found


def _timed(app: App, request: protocol.Generate) -> tuple[float, protocol.Generated]:
    began = time.monotonic()
    answer = app.engine.call(request)
    assert isinstance(answer, protocol.Generated)
    return time.monotonic() - began, answer


def _embed(app: App) -> float:
    began = time.monotonic()
    app.engine.embed(["Who signed the lease of the harbour house?"])
    return (time.monotonic() - began) * 1000


def _learning(app: App, text: str, skills: tuple[protocol.ExpertUse, ...]) -> Job[dict[str, Any]]:
    """Learn a short text, and ask while it is learned: how long does the first token take then?"""
    passages = tuple(Passage(part, 0, len(part)) for part in text.split("\n")[:4] if part)
    request = protocol.Learn("speed", passages, skills, effort=Effort.QUICK, budget_s=LEARN_BUDGET_S)
    began = time.monotonic()
    waits: list[float] = []
    job = follow(app.engine.stream(request), protocol.Learned)
    while True:
        try:
            progress = next(job)
        except StopIteration as stop:
            learned: protocol.Learned = stop.value
            break
        yield progress
        if time.monotonic() - began > 3.0 * (len(waits) + 1):
            waits.append(_timed(app, protocol.Generate(protocol.Asked(prompts.closed("What is salt?")), 1))[0])
    for weights in learned.weights:
        (app.folder.scratch / weights.path).unlink(missing_ok=True)
    seconds = time.monotonic() - began
    found = {"seconds": seconds, "steps": learned.steps, "study_tokens": learned.tokens, "items": len(learned.items)}
    return found | ({"first_token_s_meanwhile": _of(waits)} if waits else {})


def _spread(measure: Callable[[], float], repeats: int) -> dict[str, float]:
    return _of([measure() for _ in range(repeats)])


def _of(values: list[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}
