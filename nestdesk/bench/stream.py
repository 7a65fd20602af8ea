"""Stream: articles learned one after the other, all of them asked after each.

What a person's library goes through: R[i][j], the score on article j after learning article i, shows what is kept.
Reported are the retention matrix, the scores just learnt and at the end, backward and forward transfer (arXiv
1706.08840, equations 3 and 4), the drift of the untouched model (which must be none) and of the model with its experts
on. Methods: `nested` is the product; `retrieval` is the product that reads and learns nothing, `retrieval-untouched`
has no slow experts either; `none` has nothing; the others teach one model by standard means (baselines.py). At the end
the product is also asked in its other modes, and what learned once more after a sleep. What learns nothing has nothing
to keep and is asked at the end alone.

Every (method, seed, article) has a file of its own in a folder: an interrupted run goes on behind the last of them, and
runs of different methods into one folder make one report.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nestdesk.bench import baselines, parts, squad
from nestdesk.bench.squad import Article
from nestdesk.core import metrics, prompts
from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.paths import resources
from nestdesk.core.types import Effort, Mode, StudyItem
from nestdesk.engine import protocol
from nestdesk.services.engine_jobs import follow
from nestdesk.services.workspace import App

LAST_MODES = {"nested": (Mode.AUTO, Mode.RETRIEVAL, Mode.PASSAGE), "retrieval": (Mode.AUTO,)}  # at the end, besides
METHODS = ("nested", *baselines.METHODS, "retrieval", "retrieval-untouched", "none")
MAIN_MODES = {"nested": Mode.CLOSED, "retrieval": Mode.RETRIEVAL}  # after every article; the others use no expert
LEARNING = frozenset({"nested", *baselines.METHODS})  # the others give the same answers with every seed
SLEEP_SHARE = 0.5  # of the seconds that all the learning had
UNRELATED = "How do I keep my bread from going stale?"


@dataclass(frozen=True)
class Run:
    """One method with one seed over some articles, and the folder where its parts are kept."""

    method: str
    seed: int
    articles: tuple[Article, ...]
    budget_s: float
    effort: Effort
    kept: Path
    rate: float = 0.0  # of a baseline; 0: the usual one
    ewc_weight: float = baselines.EWC_WEIGHT

    def __post_init__(self) -> None:
        """Refuse an unknown method."""
        if self.method not in METHODS:
            raise SettingsError(f"The method {self.method} is unknown; choose among {', '.join(METHODS)}.")

    @property
    def folder(self) -> Path:
        """Where this run's parts lie: another method, seed, order of articles, budget or effort is another run."""
        tuned = f"-{self.rate:g}-{self.ewc_weight:g}" if self.rate else ""
        return self.kept / f"{self.method}-{self._mark}{tuned}"

    @property
    def studied(self) -> Path:
        """Where the study items of the articles lie: the nested method writes them, every baseline studies them."""
        return self.kept / f"items-{self._mark}"

    @property
    def _mark(self) -> str:
        asked = [[article.title, article.text, len(article.questions)] for article in self.articles]
        return f"{self.seed}-{parts.mark(asked, self.budget_s, str(self.effort))}"


def stream(app: App, run: Run) -> Job[dict[str, Any]]:
    """Run what is missing of a run, and report the whole.

    Args:
        app: an open data folder that is empty, or the one in which this very run was interrupted.

    Raises:
        SettingsError: a baseline without the study items that the nested method writes.
    """
    rows = yield from _baseline(app, run) if run.method in baselines.METHODS else _product(app, run)
    asked = [row["closed"] for row in rows if row["closed"]]
    retention = [[score["f1"] for score in scores] for scores in asked]
    return {
        "method": run.method,
        "seed": run.seed,
        "articles": [article.title for article in run.articles],
        "learned": [row["learned"] for row in rows],
        "retention": retention,
        "exact": [[score["exact"] for score in scores] for scores in asked],
        **_kept(retention),
        "modes": {mode: _mean(own) for mode, own in rows[-1]["modes"].items()},
        "slept": rows[-1].get("slept"),
        "backbone": rows[-1].get("backbone"),
    }


def _product(app: App, run: Run) -> Job[list[dict[str, Any]]]:
    """Learn the articles with the product itself."""
    untouched = _digest(app)
    rows = []
    for number, article in enumerate(run.articles):
        yield Progress("stream", number / len(run.articles), f"{run.method}, seed {run.seed}: {article.title}")
        file = run.folder / f"{number}.json"
        if file.is_file():
            rows.append(parts.read(file))
            continue
        row: dict[str, Any] = {"learned": {"title": article.title}, "modes": {}}
        if run.method != "none":
            row["learned"] |= yield from _learned(app, article, run, number)
        is_last, row["closed"] = number == len(run.articles) - 1, []
        if is_last or run.method in LEARNING:
            row["closed"] = yield from _asked(app, run, MAIN_MODES.get(run.method))
        if is_last:
            for mode in LAST_MODES.get(run.method, ()):
                row["modes"][str(mode)] = yield from _asked(app, run, mode)
            if run.method == "nested":
                row["slept"] = yield from _slept(app, run)
        row["backbone"] = {
            "unrelated_logits_identical": _digest(app) == untouched,
            "generic_questions_routed": _routed(app, "generic_questions.txt"),
            "generic_texts_routed": _routed(app, "generic_texts.txt"),  # of none: their perplexity is the backbone's
        }
        parts.write(file, row)
        rows.append(row)
    return rows


def _learned(app: App, article: Article, run: Run, number: int) -> Job[dict[str, Any]]:
    learns = run.method == "nested"
    source = yield from squad.learn(app, article.title, article.text, run.effort, run.budget_s, run.seed, learns)
    heads = [one.head for one in app.library.show(source.id).experts if one.head]
    items = [vars(item) for item in app.sources.items(source.id)]
    if learns:
        parts.write(run.studied / f"{number}.json", items)
    drift = {"kl_if_on": source.after.anchor_kl, "perplexity_if_on": source.after.perplexity} if source.after else {}
    return {
        "seconds": source.seconds,
        "bytes": sum(head.size_bytes for head in heads),
        "state": str(source.state),
    } | drift


def _slept(app: App, run: Run) -> Job[dict[str, Any]]:
    """Consolidate all that was learned, and ask again: the fast experts are empty from then on."""
    began = time.monotonic()
    checkpoints = yield from app.sleep.run(SLEEP_SHARE * run.budget_s * len(run.articles))
    slept: dict[str, Any] = {
        "seconds": time.monotonic() - began,
        "accepted": any(one.is_accepted for one in checkpoints),
        "reason": " ".join(one.reason for one in checkpoints),
    }
    for mode in (Mode.CLOSED, Mode.AUTO):
        slept[str(mode)] = _mean((yield from _asked(app, run, mode)))
    return slept


def _mean(scores: Sequence[dict[str, float]]) -> float:
    return statistics.mean(score["f1"] for score in scores)


def _routed(app: App, name: str) -> int:
    """Return how many lines of a resource have to do with what was learned, so that experts would take part."""
    lines = (resources() / name).read_text(encoding="utf-8").splitlines()
    return sum(bool(app.recall.plan(line).uses) for line in lines if line.strip())


def _asked(app: App, run: Run, mode: Mode | None) -> Job[list[dict[str, float]]]:
    """Ask every article; None: the backbone as it is, with the passages that were found if the method has any."""
    scores = []
    for article in run.articles:
        if mode is not None:
            scores.append((yield from squad.ask(app.recall, article, mode)))
            continue
        turns = []
        for question in article.questions:
            found = () if run.method == "none" else app.recall.plan(question.text, Mode.RETRIEVAL).passages
            turns.append(prompts.reading(found, question.text) if found else prompts.closed(question.text))
        request = protocol.GenerateMany(tuple(protocol.Asked(own) for own in turns), squad.ANSWER_TOKENS)
        generated = yield from follow(app.engine.stream(request), protocol.GeneratedMany)
        scores.append(squad.scores(generated.texts, article.questions))
    return scores


def _baseline(app: App, run: Run) -> Job[list[dict[str, Any]]]:
    """Teach one model the items that the nested method wrote for the same articles and seed."""
    files = [run.folder / f"{number}.json" for number in range(len(run.articles))]
    if not all(file.is_file() for file in files):  # a model half taught is not kept: it starts again
        lessons = [(article, _items(run, number)) for number, article in enumerate(run.articles)]
        backbone, tuned = app.models.backbone_folder(), (run.rate, run.ewc_weight)
        teaching = baselines.teach(backbone, run.method, run.budget_s, run.seed, lessons, *tuned)
        for number, (article, taught) in enumerate(zip(run.articles, teaching, strict=True)):
            yield Progress("stream", (number + 1) / len(files), f"{run.method}, seed {run.seed}: {article.title}")
            answers = zip(taught.pop("answers"), run.articles, strict=True)
            closed = [squad.scores(texts, asked.questions) for texts, asked in answers]
            parts.write(files[number], {"learned": {"title": article.title, **taught}, "closed": closed, "modes": {}})
    return [parts.read(file) for file in files]


def _items(run: Run, number: int) -> list[StudyItem]:
    file = run.studied / f"{number}.json"
    if not file.is_file():
        raise SettingsError(
            f"The baseline {run.method} studies what the nested method asked itself about the same articles with the "
            f"same seed, budget and effort; run the method nested first, into the same folder."
        )
    return [StudyItem(**item) for item in parts.read(file)]


def _kept(matrix: Sequence[Sequence[float]]) -> dict[str, float]:
    """Return what a retention matrix says; of what was asked at the end alone, what it scored there."""
    if len(matrix) < len(matrix[-1]):
        return {"end": statistics.mean(matrix[-1])}
    just = statistics.mean(row[index] for index, row in enumerate(matrix))
    end = statistics.mean(matrix[-1])
    ahead = [matrix[index - 1][index] - matrix[0][index] for index in range(2, len(matrix))]
    return {
        "just_learnt": just,
        "end": end,
        "end_over_just": end / max(just, 1e-9),
        "backward_transfer": metrics.backward_transfer(matrix),
        "forward_transfer": statistics.mean(ahead) if ahead else 0.0,
    }


def means(results: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield, for each method, the mean over its seeds and how far they lie apart."""
    for method in dict.fromkeys(result["method"] for result in results):
        own = [result for result in results if result["method"] == method]
        figures = {name: [result[name] for result in own] for name in _kept([[0.0]]) if name in own[0]}
        for mode in own[0]["modes"]:
            figures[mode] = [result["modes"][mode] for result in own]
        for mode in (Mode.CLOSED, Mode.AUTO) if own[0].get("slept") else ():
            figures[f"{mode}_slept"] = [result["slept"][str(mode)] for result in own]
        for name in ("seconds", "bytes", "kl", "perplexity", "kl_if_on"):
            if values := [learned[name] for result in own for learned in result["learned"] if name in learned]:
                figures[name] = values
        spread = {name: [min(values), max(values)] for name, values in figures.items()}
        yield {
            "method": method,
            "seeds": len(own),
            **{name: statistics.mean(values) for name, values in figures.items()},
            "spread": spread,
        }


def _digest(app: App) -> protocol.Event:
    """Return what an unrelated question gets: logits and backbone as digests."""
    plan = app.recall.plan(UNRELATED, Mode.AUTO)
    return app.engine.call(protocol.Probe(prompts.closed(UNRELATED, prompts.CHAT), plan.uses))
