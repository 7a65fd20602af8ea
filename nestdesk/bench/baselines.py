"""Baselines: standard ways to teach one model article after article, run in a process of their own.

Each is taught the study items that the nested method wrote (for nothing: the budget is all for training), once from the
skilled start, with the shipped slow experts in its weights, and once (`...-untouched`) from the backbone as it is.
The learning rates are the best of three each on two development articles (README, decisions); EWC's weight is a usual
value. `--rate` and `--ewc-weight` are for tuning them.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from nestdesk.bench.squad import Article
from nestdesk.core.errors import SettingsError
from nestdesk.core.paths import resources
from nestdesk.core.types import StudyItem

UNTOUCHED = "-untouched"
RATES = {"lora": 1e-3, "lora-replay": 1e-3, "ewc": 1e-3, "full": 3e-5}
EWC_WEIGHT = 1e4
METHODS = tuple(f"{name}{start}" for name in RATES for start in ("", UNTOUCHED))


def teach(
    backbone: Path, method: str, budget_s: float, seed: int, lessons: Sequence[tuple[Article, Sequence[StudyItem]]],
    rate: float = 0.0, weight: float = EWC_WEIGHT,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Teach the lessons in turn; yield, after each, the answers to every article's questions, seconds and drift.

    Args:
        budget_s: seconds of training for each article.
        rate: peak learning rate; 0: the usual one.

    Raises:
        SettingsError: PEFT is not installed, or the child process failed.
    """
    if importlib.util.find_spec("peft") is None:
        raise SettingsError("The baselines need PEFT; install NestDesk with the extra: pip install -e '.[bench]'.")
    name = method.removesuffix(UNTOUCHED)
    task = {
        "method": name,
        "backbone": str(backbone),
        "birth": "" if method.endswith(UNTOUCHED) else str(resources() / "birth"),
        "rate": rate or RATES[name],
        "weight": weight,
        "budget_s": budget_s,
        "seed": seed,
        "lessons": [
            {"items": [vars(item) for item in items], "questions": [question.text for question in article.questions]}
            for article, items in lessons
        ],
    }
    with tempfile.TemporaryDirectory(prefix="nestdesk-") as scratch:
        file, log = Path(scratch) / "task.json", Path(scratch) / "log.txt"
        file.write_text(json.dumps(task), encoding="utf-8")
        command = [sys.executable, "-m", "nestdesk.learning.baselines", str(file)]
        with (
            log.open("w", encoding="utf-8") as errors,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as child,
        ):
            try:
                for line in child.stdout or ():
                    yield json.loads(line)
            except BaseException:  # whoever asked has stopped listening
                child.terminate()
                raise
        if child.returncode > 0:
            last = log.read_text(encoding="utf-8").strip().rpartition("\n")[2]
            raise SettingsError(f"The baseline {method} failed: {last}")
