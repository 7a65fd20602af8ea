"""What .ci/run says of the packages: all of them are listed, and silence about them is no acquittal."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / ".ci" / "supply-chain"
FROZEN = """\
jinja2==3.1.6
torch==2.13.0+cpu
six @ file:///wheels/six-1.17.0-py2.py3-none-any.whl#sha256=ab
nestdesk @ file:///wheels/nestdesk-0.1.0-py3-none-any.whl
"""


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(SCRIPT))


def audit(*dependencies: dict[str, Any]) -> str:
    return json.dumps({"dependencies": list(dependencies), "fixes": []})


SOUND = {"name": "jinja2", "version": "3.1.6", "vulns": []}
BAD = {"name": "six", "version": "1.17.0", "vulns": [{"id": "PYSEC-1", "fix_versions": []}]}
SKIPPED = {"name": "torch", "skip_reason": "not found"}


def test_every_installed_package_is_named_without_labels(script: dict[str, Any]) -> None:
    assert script["pinned"](FROZEN).split() == ["jinja2==3.1.6", "torch==2.13.0", "six==1.17.0"]


def test_a_package_that_is_not_listed_is_found(script: dict[str, Any]) -> None:
    bill = {"components": [{"name": "jinja2", "version": "3.1.6"}, {"name": "torch", "version": "2.12.0"}]}
    assert script["left_out"](bill, "jinja2==3.1.6\ntorch==2.13.0\n") == ["torch==2.13.0"]


@pytest.mark.parametrize(
    ("answer", "code", "told"),
    [
        (audit(SOUND), 0, "1 packages audited, 0 known"),
        (audit(SOUND, BAD), 1, "KNOWN VULNERABILITY in six 1.17.0: PYSEC-1"),
        (audit(SOUND, SKIPPED), 0, "NOT AUDITED: 1 of 2"),
        (audit(SKIPPED), 0, "NOT AUDITED: 1 of 1"),
        ("", 0, "NOT AUDITED"),
        ("[]", 0, "NOT AUDITED"),
    ],
)
def test_a_known_vulnerability_fails_and_silence_is_told(
    script: dict[str, Any], answer: str, code: int, told: str
) -> None:
    text, returned = script["verdict"](answer)
    assert told in text
    assert returned == code
    assert ("packages audited" in text) == ("jinja2" in answer)
