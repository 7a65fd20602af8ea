"""Whether growing helps is told by the data set's questions, about what was learned from, asked about, and neither."""

from __future__ import annotations

import pytest

from nestdesk.bench import skills
from nestdesk.bench.squad import Article, Question
from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Passage
from nestdesk.services.expert_kinds import is_grown
from nestdesk.services.growth import Growth
from nestdesk.services.recall import Recall
from nestdesk.services.roster import Roster
from nestdesk.storage.as_if import ExpertsAsIf

TOWNS = ("Aldermoor", "Brackwater", "Cinderford", "Dunhollow")


def article(town):
    text = f"The warden of {town} counts herons daily."
    return Article(town, (Passage(text, 0, len(text)),), (Question(f"What is counted in {town}?", (text,), 0),))


@pytest.fixture
def app(desk):
    desk.growth = Growth(desk.database, desk.sources, desk.experts, desk.engine, desk.roster, desk.models, desk.changes)

    def recall_as_if(*checkpoints):
        shown = ExpertsAsIf(desk.database, desk.blobs, *checkpoints)
        roster = Roster(desk.database, desk.engine, shown, desk.sources, desk.blobs, None, desk.folder.root / "birth")
        return Recall(desk.engine, roster, None, desk.models, None)

    desk.recall_as_if = recall_as_if
    return desk


@pytest.mark.parametrize("accepts", [True, False])
def test_what_grew_is_measured_whatever_the_verdict(app, accepts):
    app.engine.accepts = accepts
    learn = app.engine._learned
    app.engine._learned = lambda request: accepting(app.engine, learn, request)
    report = finish(skills.skills(app, [article(town) for town in TOWNS], [article("Ennismoor")], 5.0, 0.0, 0))
    assert report["articles"] == {
        "taught": ["Aldermoor", "Brackwater", "Dunhollow"], "held": ["Cinderford"], "others": ["Ennismoor"],
    }  # fmt: skip
    assert report["is_accepted"] is accepts
    assert set(report["before"]) == set(report["after"]) == {"taught", "held", "others"}
    grown = [app.experts.history(one.id)[0] for one in app.experts.list() if is_grown(one)]
    last = {use.path for one in app.engine.requests[-1].asked for use in one.experts}
    assert last == {str(app.blobs.path(one.blob)) for one in grown}


def accepting(engine, learn, request):
    """Learn a source whatever becomes of growing."""
    wanted, engine.accepts = engine.accepts, True
    try:
        return learn(request)
    finally:
        engine.accepts = wanted


def test_too_few_articles_are_refused(app):
    with pytest.raises(SettingsError, match="Too few documents"):
        finish(skills.skills(app, [article(TOWNS[0])], [], 5.0, 0.0, 0))


def test_the_summary_tells_the_mean_and_the_seeds_apart():
    rows = [{"before": {"held": {"f1": 0.5}}, "after": {"held": {"f1": after}}} for after in (0.4, 0.8)]
    assert skills.summary(rows) == {
        "held": {"before": 0.5, "after": pytest.approx(0.6), "least_gain": pytest.approx(-0.1),
                 "greatest_gain": pytest.approx(0.3)}
    }  # fmt: skip
