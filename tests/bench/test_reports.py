"""The benches go through the product's services, on an engine that answers at once, and report what they say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from nestdesk.bench import baselines, long, peers, plots, recall, speed, squad, stream
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


def a_run(kept: Path, method: str = "nested", titles: tuple[str, ...] = ("Ostwick", "Brackwater")) -> stream.Run:
    return stream.Run(method, 0, tuple(article(title) for title in titles), 5.0, Effort.QUICK, kept)


def test_stream_fills_the_retention_matrix(app, tmp_path):
    report = finish(stream.stream(app, a_run(tmp_path)))
    matrix = report["retention"]
    assert [len(row) for row in matrix] == [2, 2]
    assert report["backward_transfer"] == pytest.approx(matrix[1][0] - matrix[0][0])
    assert set(report["modes"]) == {str(mode) for mode in stream.LAST_MODES["nested"]}
    assert len(report["learned"]) == len(app.library.sources()) == 2
    assert report["backbone"]["unrelated_logits_identical"]
    assert 0 <= report["backbone"]["generic_questions_routed"] < 20


def test_what_learns_nothing_is_asked_at_the_end_alone_as_the_chat_does_too(app, tmp_path):
    report = finish(stream.stream(app, a_run(tmp_path, "retrieval")))
    assert [len(row) for row in report["retention"]] == [2]
    assert set(report["modes"]) == {"auto"}
    assert not any(isinstance(request, protocol.Learn) for request in app.engine.requests)
    summary = next(stream.means([report]))
    assert summary["end"] == pytest.approx(sum(report["retention"][0]) / 2)
    assert "just_learnt" not in summary
    assert "backward_transfer" not in report


def test_stream_sleeps_at_its_end_and_asks_again(app, tmp_path):
    report = finish(stream.stream(app, a_run(tmp_path)))
    slept = next(request for request in app.engine.requests if isinstance(request, protocol.Sleep))
    assert len(slept.sources) == 2
    assert report["slept"]["accepted"]
    assert {"closed", "auto"} <= report["slept"].keys()
    assert {"closed_slept", "auto_slept"} <= next(stream.means([report])).keys()


def test_a_finished_stream_is_read_and_not_run(app, tmp_path):
    report = finish(stream.stream(app, a_run(tmp_path)))
    requests = len(app.engine.requests)
    assert finish(stream.stream(app, a_run(tmp_path))) == report
    assert len(app.engine.requests) == requests


def test_an_interrupted_stream_goes_on_behind_the_last_article(app, tmp_path):
    job = stream.stream(app, a_run(tmp_path))
    while "Brackwater" not in next(job).text:
        pass
    job.close()
    report = finish(stream.stream(app, a_run(tmp_path)))
    assert [len(row) for row in report["retention"]] == [2, 2]
    assert sum(isinstance(request, protocol.Learn) for request in app.engine.requests) == 2


def test_stream_without_anything_learned(app, tmp_path):
    report = finish(stream.stream(app, a_run(tmp_path, "none", ("Ostwick",))))
    assert len(report["retention"]) == 1
    assert app.library.sources() == ()


def test_baselines_study_what_the_nested_method_asked(app, tmp_path, monkeypatch):
    finish(stream.stream(app, a_run(tmp_path)))
    seen = []

    def teach(backbone, method, budget_s, seed, lessons, rate, weight):
        for _, items in lessons:
            seen.append([item.prompt for item in items])
            answers = [["harbour"] * len(WORDS), ["sea"] * len(WORDS)]
            yield {"answers": answers, "seconds": 1.0, "steps": 2, "perplexity": 9.0, "kl": 0.5}

    monkeypatch.setattr(baselines, "teach", teach)
    report = finish(stream.stream(app, a_run(tmp_path, "lora")))
    assert report["retention"] == [[1.0, 0.0], [1.0, 0.0]]
    assert [learned["kl"] for learned in report["learned"]] == [0.5, 0.5]
    assert seen == [[item.prompt for item in app.sources.items(source.id)] for source in app.library.sources()[::-1]]


def test_a_baseline_needs_the_nested_methods_items(app, tmp_path):
    with pytest.raises(SettingsError, match="run the method nested first"):
        finish(stream.stream(app, a_run(tmp_path, "lora")))


def test_means_are_over_seeds_with_their_spread():
    modes = {"auto": 0.5}
    slept = {"closed": 0.3, "auto": 0.4}
    common = {"method": "nested", "modes": modes, "slept": slept}
    one = {**common, "learned": [{"seconds": 2.0}], **stream._kept([[0.2]])}
    two = {**common, "learned": [{"seconds": 4.0}], **stream._kept([[0.6]])}
    (mean,) = stream.means([one, two])
    assert (mean["seeds"], mean["end"], mean["seconds"]) == (2, pytest.approx(0.4), 3.0)
    assert mean["spread"]["end"] == [0.2, 0.6]


def test_an_unknown_method_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="magic"):
        a_run(tmp_path, "magic")


def test_a_picture_shows_every_method(tmp_path):
    results = [{"method": name, "retention": [[0.5, 0.1], [0.4, 0.6]]} for name in ("nested", "lora", "none")]
    plots.retention(results, tmp_path / "report.png")
    assert (tmp_path / "report.png").read_bytes().startswith(b"\x89PNG")


def test_long_hides_needles_and_asks_for_them_alone_and_together(app):
    passages = [passage.text for passage in article("Ostwick").passages] * 9
    report = finish(long.long(app, passages, 2_500, 6, 0, 5.0, Effort.QUICK))
    assert report["questions"] == 6
    assert set(report["by_depth"]) == {"0", "0.25", "0.5", "0.75", "1"}
    assert 0 <= report["several_all"] <= report["several_share"] <= 1
    assert report["passages"] > 10
    assert report["untouched"] is not None


def test_speed_reports_what_a_person_waits_for(app):
    report = finish(speed.speed(app, 1))
    assert {"start_s", "load_s", "embed_one_ms", "learn"} <= report.keys()
    for name in ("backbone", "slow_experts", "slow_and_fast_experts"):
        assert f"prompt_at_{speed.CONTEXTS[1]}_tokens_per_s" in report[name]
        assert all(figure["least"] <= figure["median"] <= figure["most"] for figure in report[name].values())
    assert report["first_token_s_after_history"]["least"] > 0


def test_speed_refuses_peers_that_it_does_not_know_or_find(app, monkeypatch):
    with pytest.raises(SettingsError, match="peer abacus is unknown"):
        peers.measured("abacus", app.folder.root, "", (8,), 1, 1)
    monkeypatch.setattr(peers.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SettingsError, match="not installed"):
        peers.measured("llama-cpp", app.folder.root, "", (8,), 1, 1)


def test_a_peer_that_fails_is_told_with_its_last_words(app, tmp_path):
    (tmp_path / "model").mkdir()
    with pytest.raises(SettingsError, match=r"The peer transformers failed: .*config"):
        peers.measured("transformers", tmp_path / "model", "text", (8,), 1, 1)


def test_scores_compare_with_the_nearest_answer():
    asked = (Question("Where?", ("the north wall", "harbour"), 0),)
    assert squad.scores(["Harbour"], asked) == {"f1": 1.0, "exact": 1.0, "contains": 1.0}
