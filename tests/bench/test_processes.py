"""Memory of processes, as the system counts it."""

from __future__ import annotations

import sys
import threading

import pytest
from PySide6.QtCore import QThreadPool

from nestdesk.bench import figures, processes
from nestdesk.engine.client import EngineClient


@pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
def test_a_process_has_had_at_least_what_it_has():
    now, peak = processes.resident_bytes(what=processes.NOW), processes.resident_bytes()
    assert 10**7 < now <= peak


@pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
def test_open_files_and_threads_are_counted(tmp_path):
    files, threads, over = processes.open_files(), processes.threads(), threading.Event()
    waiting = threading.Thread(target=over.wait)
    waiting.start()
    with (tmp_path / "open").open("w"):
        assert processes.open_files() == files + 1
        assert processes.threads() == threads + 1
    over.set()
    waiting.join()
    assert processes.open_files() == files


@pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
def test_what_qt_ends_by_itself_is_no_leak():
    pool, files, threads = QThreadPool(), processes.open_files(), processes.threads()
    pool.start(lambda: None)
    assert pool.waitForDone()
    assert pool.expiryTimeout() > 0
    assert (processes.open_files(), processes.threads()) == (files, threads)


def test_of_a_process_that_is_not_there_nothing_is_known():
    assert processes.resident_bytes(2**31 - 1) is None
    assert processes.open_files(2**31 - 1) is None
    assert processes.threads(2**31 - 1) is None
    assert processes.engine_bytes(EngineClient(lambda: None)) is None


def test_figures_name_the_median_between_the_extremes():
    assert figures.of([3.0, 1.0, 2.0]) == {"median": 2.0, "least": 1.0, "most": 3.0}
