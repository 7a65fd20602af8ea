"""The world every test runs in: no network, no screen, nobody's own data; and the real models for slow tests."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
import pytest_socket
from filelock import FileLock
from hypothesis import settings

from nestdesk.core.jobs import finish
from nestdesk.core.paths import DataFolder
from nestdesk.engine.protocol import Convert, Done, Event
from nestdesk.services.models import Models

_private = tempfile.TemporaryDirectory(prefix="nestdesk-tests-")
_world = Path(_private.name)
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["HF_HUB_OFFLINE"] = "1"  # no library of ours may look for models by itself
os.environ["NESTDESK_DATA"] = str(_world / "data")
_calls = _world / "calls"  # what child processes wanted to reach outside this computer; see tests/guard
os.environ["NESTDESK_TESTS_CALLS"] = str(_calls)
_guard = str(Path(__file__).with_name("tests") / "guard")
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [_guard, os.environ.get("PYTHONPATH", "")]))
for _name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
    _folder = _world / _name.lower()
    _folder.mkdir(mode=0o700)
    os.environ[_name] = str(_folder)

# On a busy machine a slow example is no failure; failing examples are printed, not kept in the source folder.
# The same examples every time, so that a run says whether the program changed; `--hypothesis-profile=random` looks on.
settings.register_profile("nestdesk", deadline=None, database=None, print_blob=True, derandomize=True)
settings.load_profile("nestdesk")
settings.register_profile("random", derandomize=False)


def pytest_unconfigure() -> None:
    """Remove the private folders."""
    _private.cleanup()


@pytest.fixture(scope="session", autouse=True)
def _nobody_was_called() -> Iterator[None]:
    """No process that a test started may try to reach another computer."""
    yield
    assert not _calls.exists(), _calls.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def models() -> Models:
    """The real models, set up once in a folder that outlives the tests (only this fixture may use the network)."""
    folder = DataFolder(Path(os.environ.get("NESTDESK_MODELS", Path.home() / ".cache" / "nestdesk-models")))
    models = Models(folder, _convert_here)
    if not models.is_ready():
        folder.create()
        pytest_socket.enable_socket()
        del os.environ["NESTDESK_TESTS_CALLS"]  # pip fetches it
        try:
            with FileLock(folder.root / "setup.lock"):  # another test run may be at it
                finish(models.setup())
        finally:
            os.environ["NESTDESK_TESTS_CALLS"] = str(_calls)
            pytest_socket.disable_socket(allow_unix_socket=True)
    return models


@pytest.fixture
def model_data_dir(models: Models, tmp_path: Path) -> Iterator[Path]:
    """A data folder of the test's own in which the real models are set up already."""
    folder = DataFolder(tmp_path / "data with models")
    folder.root.mkdir()
    folder.models.symlink_to(models.backbone_folder().parent, target_is_directory=True)
    yield folder.root
    folder.models.unlink()


def _convert_here(request: Convert) -> Generator[Event, None, Event]:
    from nestdesk.learning import backbone, embedder

    if request.gguf:
        backbone.convert(Path(request.gguf), Path(request.backbone))
    if request.embedder:
        embedder.export(Path(request.embedder))
    return Done()
    yield
