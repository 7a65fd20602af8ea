"""The benches go through the product's services, on an engine that answers at once, and report what they say."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from nestdesk.bench import long, recall, speed, squad, stream
from nestdesk.bench.squad import Article, Question
from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Effort, Passage
from nestdesk.engine import protocol

WORDS = ("lantern", "orchard", "granary")


def article(title: str, words: tuple[str, ...] = WORDS) -> Article:
    texts = [f"The {word} of {title} stands behind the northern harbour wall. " * 15 for word in words]
    passages = tuple(Passage(text.strip(), 0, len(text.strip())) for text in texts)
    asked = tuple(Question(f"Where is the {word} of {title}?", ("harbour",), at) for at, word in enumerate(words))
    return Article(title, passages, asked)


@dataclass
class Probing:
    """The fake engine, which also answers probes: the same bits whenever the same is asked."""

    engine: object

    def __getattr__(self, name: str) -> object:
        return getattr(self.engine, name)

    def call(self, request):
        if isinstance(request, protocol.Probe):
            return protocol.Probed(str(request), "print")
        return self.engine.call(request)

    def close(self) -> None:
        self.engine.info = None


@pytest.fixture
def app(desk):
    desk.engine = Probing(desk.engine)
    return desk


def test_recall_reports_every_mode_and_forgets_each_source(app):
    report = finish(recall.recall(app, [article("Ostwick")], 2, 5.0, Effort.QUICK))
    assert [row["seed"] for row in report["runs"]] == [0, 1]
    assert {f"{name}_f1" for name in recall.SCORED} <= report["summary"].keys()
    assert report["backbone_unchanged"]
    assert app.library.sources() == ()


def test_stream_fills_the_retention_matrix(app, tmp_path):
    articles = [article("Ostwick"), article("Brackwater")]
    report = finish(stream.stream(app, articles, "nested", 0, 5.0, Effort.QUICK, tmp_path / "kept"))
    for mode in ("closed", "auto"):
        matrix = report["modes"][mode]["retention"]
        assert [len(row) for row in matrix] == [2, 2]
        assert report["modes"][mode]["backward_transfer"] == pytest.approx(matrix[1][0] - matrix[0][0])
    assert len(report["learned"]) == len(app.library.sources()) == 2
    assert report["unrelated_logits_identical"]
    requests = len(app.engine.requests)
    again = finish(stream.stream(app, articles, "nested", 0, 5.0, Effort.QUICK, tmp_path / "kept"))
    assert (again, len(app.engine.requests)) == (report, requests)  # read, not run


def test_stream_without_anything_learned(app):
    report = finish(stream.stream(app, [article("Ostwick")], "none", 0, 5.0, Effort.QUICK, None))
    assert len(report["modes"]["none"]["retention"]) == 1
    assert app.library.sources() == ()


def test_an_unknown_method_is_refused(app):
    with pytest.raises(SettingsError, match="magic"):
        finish(stream.stream(app, [article("Ostwick")], "magic", 0, 5.0, Effort.QUICK, None))


def test_long_joins_articles_and_asks_every_third(app):
    document = long.joined([article("Ostwick"), article("Brackwater")], 10_000)
    assert [question.passage for question in document.questions] == list(range(6))
    report = finish(long.long(app, document, 6, 0, 5.0, Effort.QUICK))
    for mode in long.MODES:
        assert [report["modes"][mode][third]["questions"] for third in long.THIRDS] == [2, 2, 2]


def test_long_stops_at_the_wanted_length():
    document = long.joined([article("Ostwick"), article("Brackwater")], 200)
    assert len(document.passages) == 2
    assert {question.passage for question in document.questions} == {0, 1}


def test_speed_reports_what_a_person_waits_for(app):
    report = finish(speed.speed(app, 1))
    assert {"start_s", "load_s", "backbone", "slow_experts", "embed_one_ms", "learn"} <= report.keys()
    for name in ("backbone", "slow_experts"):
        assert all(figure["least"] <= figure["median"] <= figure["most"] for figure in report[name].values())


def test_scores_compare_with_the_nearest_answer():
    asked = (Question("Where?", ("the north wall", "harbour"), 0),)
    assert squad.scores(["Harbour"], asked) == {"f1": 1.0, "exact": 1.0, "contains": 1.0}
