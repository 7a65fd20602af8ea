"""On a GPU the whole product works as on a processor: learns, answers, rolls back to the bit. Experts fit both."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from nestdesk.app import open_app
from nestdesk.core.types import SourceState
from tests import test_story as story

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU"),
]


def test_a_document_learned_on_the_gpu_is_known_on_both_devices(model_data_dir: Path) -> None:
    with open_app(model_data_dir, "cuda") as app:
        untouched = story.digest(app)
        assert app.engine.info
        assert app.engine.info.device == "cuda"
        source = story.learn_document(app)
        assert source.state is SourceState.LEARNED
        learned = story.digest(app, source)
        assert learned.logits != untouched.logits
        story.ask_again(app, source)
        story.chat_about_it(app, source)
        story.go_back_and_forth(app, source, untouched, learned)

    with open_app(model_data_dir, "cpu") as app:
        assert app.expert_service.check() == [], "the experts belong to the backbone, not to a device"
        story.ask_again(app, source)
