"""Logs tell where something went wrong, and nothing of what it was about."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from collections.abc import Callable

import pytest

from nestdesk.core import wordless

CANARY = "Zwillingsgurke"


def caught(fail: Callable[[], object]) -> BaseException:
    try:
        fail()
    except Exception as error:
        return error
    raise AssertionError("it did not fail")


def chained() -> None:
    try:
        int(CANARY)
    except ValueError as error:
        raise RuntimeError(f"no number: {CANARY}") from error


FAILURES: dict[str, Callable[[], object]] = {
    "a missing key": lambda: {}[CANARY],
    "no number": lambda: int(CANARY),
    "no file": lambda: open(f"/nowhere/{CANARY}"),  # noqa: PTH123, SIM115
    "no letters": lambda: f"{CANARY}\ud800".encode(),
    "a chain": chained,
}


@pytest.mark.parametrize("fail", FAILURES.values(), ids=FAILURES)
def test_an_error_is_told_by_its_place_without_what_it_quotes(fail: Callable[[], object]) -> None:
    told = wordless.trace(caught(fail))
    assert CANARY not in told.replace(f'f"no number: {{{CANARY}}}"', "")
    assert "test_wordless.py" in told
    assert told.splitlines()[-1].split(":")[0] in {"KeyError", "ValueError", "FileNotFoundError", "UnicodeEncodeError",
                                                   "RuntimeError"}  # fmt: skip


def test_the_errors_behind_an_error_are_told_too() -> None:
    told = wordless.trace(caught(chained))
    assert told.index("ValueError") < told.index("which led to") < told.index("RuntimeError")


def test_what_python_says_of_the_programs_names_is_kept() -> None:
    assert "AttributeError: 'int' object has no attribute 'lines'" in wordless.trace(caught(lambda: (1).lines))
    assert "[Errno 2]" in wordless.trace(caught(FAILURES["no file"]))


def test_an_error_that_is_its_own_cause_ends() -> None:
    error = ValueError(CANARY)
    error.__cause__ = KeyError(CANARY)
    error.__cause__.__cause__ = error
    assert wordless.trace(error).count("ValueError") == 1


def test_a_line_holds_neither_the_errors_message_nor_that_of_another_handler() -> None:
    stream = io.StringIO()
    careless, careful = logging.StreamHandler(io.StringIO()), logging.StreamHandler(stream)
    careful.setFormatter(wordless.LogLines())
    log = logging.Logger("nestdesk.some")
    log.addHandler(careless)
    log.addHandler(careful)
    error = caught(FAILURES["no number"])
    log.error("A bug", exc_info=error)
    log.warning("%s is no report: %s", "one.json", error)
    assert CANARY not in stream.getvalue()
    assert "ERROR nestdesk.some A bug\n" in stream.getvalue()
    assert "one.json is no report: ValueError\n" in stream.getvalue()


@pytest.mark.parametrize("how", ["fail()", "one = threading.Thread(target=fail); one.start(); one.join()"])
def test_a_process_that_nobody_watches_tells_no_words(how: str) -> None:
    program = (
        f"import threading; from nestdesk.core import wordless; wordless.tell_bugs_without_words()\n"
        f"def fail(): int(' '.join(['Zwillings', 'gurke']))\n{how}"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "ValueError" in done.stderr
    assert "Zwillings gurke" not in done.stderr
