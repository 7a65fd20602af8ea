"""Reports of all shapes become text, newest first; what is no report is left out; a deleted one leaves nothing."""

from __future__ import annotations

import json
import stat

import pytest

from nestdesk.core.errors import StorageError
from nestdesk.services import reports as service
from nestdesk.services.reports import Reports

MORNING, EVENING = "2026-11-24T08:00:05+01:00", "2026-11-24T18:30:00+01:00"


@pytest.fixture
def reports(tmp_path):
    return Reports(tmp_path / "reports")


def keep(reports, made=MORNING, bench="stream", **content):
    return reports.keep({"bench": bench, "made": made, "machine": {"cores": 2}, **content})


def shown(reports):
    (report,) = reports.list()
    return report


def test_reports_are_listed_newest_first_whatever_their_names(reports):
    keep(reports, MORNING, "speed")
    keep(reports, EVENING, "recall")
    keep(reports, "2026-11-24T12:00:00+00:00", "stream")
    assert [report.bench for report in reports.list()] == ["recall", "stream", "speed"]


def test_a_kept_report_is_named_after_its_moment_and_for_its_owner_only(reports, tmp_path):
    file = keep(reports, words=["Bäckerei"])
    assert file == tmp_path / "reports" / "stream-20261124-080005.json"
    assert json.loads(file.read_text(encoding="utf-8"))["words"] == ["Bäckerei"]
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_summary_of_several_becomes_a_table_with_their_spreads(reports):
    keep(
        reports,
        budget_s=120.0,
        summary=[
            {"method": "nested", "seeds": 3, "end": 0.5, "kl": 0.01, "spread": {"end": [0.4, 0.6], "kl": [0.01, 0.01]}},
            {"method": "none", "seeds": 1, "end": -0.0001},
        ],
        results=[{"retention": [[0.5]]}],
    )
    report = shown(reports)
    assert report.facts == (("budget", "120 s"),)
    assert report.columns == ("nested", "none")
    assert report.rows == (
        ("seeds", (("3", ""), ("1", ""))),
        ("end", (("0.500", "0.400 to 0.600"), ("0.000", ""))),
        ("KL", (("0.010", ""), (service.UNKNOWN, ""))),
    )


def test_a_single_summary_takes_its_spreads_from_beside_the_figures(reports):
    summary = {"closed_f1": 0.537, "closed_f1_spread": [0.435, 0.615], "bytes": 2_621_440.0}
    keep(reports, seeds=3, backbone_unchanged=True, engine={"device": "cpu"}, summary=summary)
    report = shown(reports)
    assert report.facts == (("seeds", "3"), ("backbone unchanged", "yes"))
    assert report.columns == ()
    assert report.rows == (("closed F1", (("0.537", "0.435 to 0.615"),)), ("bytes", (("2,621,440", ""),)))


def test_a_report_without_a_summary_shows_all_its_figures(reports):
    rate = {"median": 566.24, "least": 540.0, "most": 571.0}
    keep(reports, load_s=1.31, device="cpu", probes=None, backbone={"tokens_per_s_at_312": rate}, increments=[1, 2])
    report = shown(reports)
    assert (report.facts, report.columns) == ((), ())
    assert report.rows == (
        ("load", (("1.310 s", ""),)),
        ("device", (("cpu", ""),)),
        ("probes", ((service.UNKNOWN, ""),)),
        ("backbone, tokens per second at 312", (("566.2", "540 to 571"),)),
    )


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b"\xff",
        b"{}",
        b'{"bench": "speed"}',
        b'{"bench": "speed", "made": "soon"}',
        b'{"bench": "speed", "made": 5}',
        b'{"bench": "speed", "made": "2026-11-24", "summary": ["fast"]}',
        b'{"bench": "speed", "made": "2026-11-24", "summary": [{}]}',
        b'{"bench": "speed", "made": "2026-11-24", "summary": {"a": 1, "a_spread": 5}}',
    ],
)
def test_what_is_no_report_is_left_out_and_logged(reports, content, caplog):
    good = keep(reports)
    (good.parent / "other.json").write_bytes(content)
    assert shown(reports).file == good
    assert "other.json is no report" in caplog.text


def test_a_moment_without_a_zone_is_sorted_too(reports):
    keep(reports, "2026-11-20T10:00:00")
    keep(reports, MORNING, "recall")
    assert [report.bench for report in reports.list()] == ["recall", "stream"]


def test_without_a_folder_there_are_no_reports(reports):
    assert reports.list() == ()


def test_a_deleted_report_takes_its_picture_along_and_no_other(reports):
    gone, left = keep(reports, MORNING), keep(reports, EVENING)
    for file in (gone, left):
        file.with_suffix(".png").write_bytes(b"picture")
    newest, oldest = reports.list()
    assert (newest.picture, oldest.picture) == (left.with_suffix(".png"), gone.with_suffix(".png"))
    reports.delete(oldest)
    assert sorted(left.parent.iterdir()) == [left, left.with_suffix(".png")]
    reports.delete(oldest)


def test_a_report_that_cannot_be_written_leaves_nothing_behind(reports, tmp_path, monkeypatch):
    def settle(part, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(service, "settle", settle)
    with pytest.raises(StorageError, match="disk is full"):
        keep(reports)
    assert list((tmp_path / "reports").iterdir()) == []


def test_a_picture_is_copied_or_the_refusal_names_where_it_should_have_gone(reports, tmp_path):
    keep(reports).with_suffix(".png").write_bytes(b"picture")
    reports.save_picture(shown(reports), tmp_path / "copy.png")
    assert (tmp_path / "copy.png").read_bytes() == b"picture"
    with pytest.raises(StorageError, match=r"nowhere/copy\.png"):
        reports.save_picture(shown(reports), tmp_path / "nowhere" / "copy.png")
