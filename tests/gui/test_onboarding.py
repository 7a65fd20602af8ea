"""The first start says what is fetched, shows how far it is, and offers something to ask about."""

from __future__ import annotations

from nestdesk.gui.onboarding import NEEDS, SAMPLE
from nestdesk.services.models import _CONVERTED_GROWTH, DEFAULT_BACKBONE

WAIT = 20_000


def test_it_says_what_is_fetched_and_how_large_it_is():
    name, _, version = DEFAULT_BACKBONE.requirement.partition("==")
    assert f"{name} {version} ({DEFAULT_BACKBONE.member_bytes / 1e6:.0f} MB" in NEEDS
    needed = DEFAULT_BACKBONE.member_bytes * (1 + _CONVERTED_GROWTH) / 1e9
    assert f"about {needed:.1f} GB" in NEEDS


def test_the_sample_is_learned_after_the_set_up(make_desk, qtbot, fake):
    app = fake.FakeApp(ready=False)
    desk = make_desk(app)
    panel = desk.window.onboarding
    qtbot.waitUntil(panel.isVisible, timeout=WAIT)
    assert panel.sample.isVisible()
    panel.start.click()
    qtbot.waitUntil(lambda: any(call[0] == "add" for call in app.calls), timeout=WAIT)
    (added,) = [call[1] for call in app.calls if call[0] == "add"]
    assert [path.name for path in added] == [SAMPLE.name]
    assert all(path.is_file() for path in added)
    assert app.calls.index(("setup", None)) < app.calls.index(("add", added))


def test_it_is_not_learned_if_it_is_not_wanted(make_desk, qtbot, fake):
    app = fake.FakeApp(ready=False)
    desk = make_desk(app)
    panel = desk.window.onboarding
    qtbot.waitUntil(panel.isVisible, timeout=WAIT)
    panel.sample.setChecked(False)
    with qtbot.waitSignal(panel.finished, timeout=WAIT):
        panel.start.click()
    qtbot.waitUntil(lambda: desk.window.is_ready, timeout=WAIT)
    assert not any(call[0] == "add" for call in app.calls)


def test_progress_tells_the_time_left(make_desk, qtbot, fake):
    app = fake.FakeApp(ready=False)
    desk = make_desk(app)
    panel = desk.window.onboarding
    qtbot.waitUntil(panel.isVisible, timeout=WAIT)
    seen = []
    panel._show_progress(fake.Progress("download", 0.25, "24.6 of 98.4 MB", 65.0))
    seen.append(panel.step.text())
    assert seen == ["24.6 of 98.4 MB · 25.0 % · 1:05 left"]
