"""Speed: what a person waits for, measured through the engine as every answer is: load, first token, tokens, learning.

Timings hold for one machine; compare them within one run only. Each figure is the median of its repetitions, with the
fastest and the slowest beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from nestdesk.bench import peers
from nestdesk.bench.figures import of
from nestdesk.bench.processes import engine_bytes
from nestdesk.bench.race import race
from nestdesk.core import jobs, prompts
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.paths import resources
from nestdesk.core.types import Effort, Passage, Role, Turn
from nestdesk.engine import protocol
from nestdesk.services.engine_jobs import follow
from nestdesk.services.prompts import CHARS_PER_TOKEN
from nestdesk.services.roster import uses
from nestdesk.services.workspace import App

ANSWER_TOKENS = 64
LEAST_TOKENS = 8  # of an answer that is timed
CONTEXTS = (25, 800)  # tokens before an answer; the second also a prompt
HISTORY_TOKENS = 1000  # of a chat whose next question is asked
FAST_BLOCKS = (0, 1)  # of what was learned: two experts of one passage each
LEARN_BUDGET_S = 30.0


def speed(app: App, repeats: int, compared: Sequence[str] = (), limit_s: float = 0.0) -> Job[dict[str, Any]]:
    """Run the benchmark; nothing of it is stored.

    Args:
        compared: other programs that run the same model afterwards, of peers.PEERS.
        limit_s: seconds that PEFT gets to know as much; 0: six times what learning takes here.

    Raises:
        SettingsError: one of these is unknown or not installed.
    """
    for peer in compared:
        peers.check(peer)
    app.engine.close()
    began = time.monotonic()
    skills = uses(app.roster.slow())
    report: dict[str, Any] = {"bench": "speed", "repeats": repeats, "start_s": time.monotonic() - began}
    if info := app.engine.info:
        report |= {"device": info.device, "threads": info.threads, "load_s": info.seconds}
    text = (resources() / "generic_texts.txt").read_text(encoding="utf-8").strip()
    yield Progress("speed", text="search")
    report["embed_one_ms"] = _spread(lambda: _embed(app), repeats * 5)
    report["learn"], learned = yield from _learning(app, text, skills)
    fast = tuple(
        protocol.ExpertUse(str(app.folder.scratch / one.path), 1.0, FAST_BLOCKS[: one.blocks])
        for one in learned.weights[:1]
    )
    for name, experts in (("backbone", ()), ("slow_experts", skills), ("slow_and_fast_experts", (*skills, *fast))):
        yield Progress("speed", text=name)
        report[name] = _answering(app, text, experts, repeats)
    for weights in learned.weights:
        (app.folder.scratch / weights.path).unlink(missing_ok=True)
    yield Progress("speed", text="history")
    report["first_token_s_after_history"] = _after_history(app, text, repeats)
    report["engine_peak_bytes"] = engine_bytes(app.engine)
    app.engine.close()
    threads = report.get("threads", 1)
    for peer in compared:
        yield Progress("speed", text=peer)
        if peer == "peft":
            report[peer] = yield from race(app, limit_s, threads)
            continue
        rates, peak_bytes = peers.measured(peer, app.models.backbone_folder(), text, CONTEXTS, repeats, threads)
        report[peer] = {f"{name}_tokens_per_s": of(values) for name, values in rates.items()}
        report[peer]["peak_bytes"] = peak_bytes
    return report


def _answering(app: App, text: str, experts: tuple[protocol.ExpertUse, ...], repeats: int) -> dict[str, Any]:
    """Time a prompt that was not read before, and an answer behind each context."""
    found: dict[str, Any] = {}
    for context in CONTEXTS:
        prompts_s, tokens, rates = [], 0, []
        for repeat in range(repeats + 1):  # the first joins the experts
            said = f"{context + repeat}. {text}"[: int(context * CHARS_PER_TOKEN)]
            asked = protocol.Asked(prompts.asking(said, "the sea"), experts)  # slow experts write questions at length
            seconds, answer = _timed(app, protocol.Generate(asked, 1))
            known, _ = _timed(app, protocol.Generate(asked, 1))
            whole, answer = _timed(app, protocol.Generate(asked, ANSWER_TOKENS, temperature=1.0, seed=repeat))
            if repeat:
                prompts_s.append(seconds)
                tokens = answer.prompt_tokens
                if answer.tokens >= LEAST_TOKENS:
                    rates.append((answer.tokens - 1) / max(whole - known, 1e-9))
        found[f"first_token_s_at_{context}"] = of(prompts_s)
        found[f"prompt_at_{context}_tokens_per_s"] = of([tokens / seconds for seconds in prompts_s])
        if rates:
            found[f"answer_at_{context}_tokens_per_s"] = of(rates)
    return found


def _after_history(app: App, text: str, repeats: int) -> dict[str, float]:
    """Time the first token of a chat's next question, the chat so far having been read for the question before."""
    half = text[: int(HISTORY_TOKENS / 2 * CHARS_PER_TOKEN)]
    waits = []
    for repeat in range(repeats):
        turns: tuple[Turn, ...] = (
            Turn(Role.SYSTEM, f"Chat {repeat}."),
            Turn(Role.USER, half),
            Turn(Role.ASSISTANT, half),
        )
        for question in ("Who lives by the sea?", "And what do they do in winter?"):
            turns = (*turns, Turn(Role.USER, question))
            seconds, _ = _timed(app, protocol.Generate(protocol.Asked(turns), 1))
            turns = (*turns, Turn(Role.ASSISTANT, "People who fish and mend their nets."))
        waits.append(seconds)
    return of(waits)


def _timed(app: App, request: protocol.Generate) -> tuple[float, protocol.Generated]:
    began = time.monotonic()
    answer = app.engine.call(request)
    assert isinstance(answer, protocol.Generated)
    return time.monotonic() - began, answer


def _embed(app: App) -> float:
    began = time.monotonic()
    app.engine.embed(["Who signed the lease of the harbour house?"])
    return (time.monotonic() - began) * 1000


def _learning(
    app: App, text: str, skills: tuple[protocol.ExpertUse, ...]
) -> Job[tuple[dict[str, Any], protocol.Learned]]:
    """Learn a short text, and ask while it is learned: how long does the first token take then?"""
    passages = tuple(Passage(part, 0, len(part)) for part in text.split("\n")[:4] if part)
    request = protocol.Learn("speed", passages, skills, effort=Effort.QUICK, budget_s=LEARN_BUDGET_S)
    began = time.monotonic()
    waits: list[float] = []

    def asked_beside(progress: Progress) -> Progress:
        if time.monotonic() - began > 3.0 * (len(waits) + 1):
            waits.append(_timed(app, protocol.Generate(protocol.Asked((Turn(Role.USER, "What is salt?"),)), 1))[0])
        return progress

    learned = yield from jobs.retold(follow(app.engine.stream(request), protocol.Learned), asked_beside)
    seconds = time.monotonic() - began
    found = {"seconds": seconds, "steps": learned.steps, "study_tokens": learned.tokens, "items": len(learned.items)}
    return found | ({"first_token_s_meanwhile": of(waits)} if waits else {}), learned


def _spread(measure: Callable[[], float], repeats: int) -> dict[str, float]:
    return of([measure() for _ in range(repeats)])
