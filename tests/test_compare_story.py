"""With the real backbone: a compared checkpoint answers word for word as it does when it is in use."""

from __future__ import annotations

import pytest

from nestdesk.app import open_app
from nestdesk.core.jobs import finish
from nestdesk.core.paths import resources
from nestdesk.core.types import Mode
from nestdesk.services.compare import ANSWER_TOKENS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

DOCUMENT = resources() / "demo" / "The Lanternfish Harbour.txt"
QUESTION = "Who founded the village of Ostrevan?"


def test_a_checkpoint_answers_as_it_does_in_use(model_data_dir):
    def asked():
        return finish(app.recall.ask(QUESTION, Mode.CLOSED, is_short=True, max_tokens=ANSWER_TOKENS)).text

    def compared(checkpoint):
        return finish(app.compare.answer(expert.id, checkpoint.id, QUESTION)).text

    with open_app(model_data_dir, "cpu") as app:
        (source,) = finish(app.learn.add([DOCUMENT]))
        source = finish(app.learn.run(source.id, 40.0))
        expert = app.experts.of_source(source.id)[0]
        newest, birth = app.expert_service.history(expert.id)
        assert compared(expert.head) == asked() == asked()
        found = app.compare.differences(expert.id, birth.id, newest.id)
        assert sorted(one.second for one in found) == sorted(source.after.answers)
        assert sorted(one.first for one in found) == sorted(source.before.answers)
        app.expert_service.rollback(expert.id, birth.id)
        as_it_was = asked()
        if expert.head.id != birth.id:  # on a slow machine the budget may not be enough to be accepted
            app.expert_service.restore(expert.id)
        assert compared(birth) == as_it_was
        assert app.curves.retention()[0].before == pytest.approx(source.before.f1)
