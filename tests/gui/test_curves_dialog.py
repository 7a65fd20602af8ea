"""Curves and the retention map: drawn in the theme's colours, told in words, and saved as pictures."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage

from nestdesk.gui import plots
from nestdesk.gui.theme import color
from tests.gui.learned import FakeCurves

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of dialogs


@pytest.fixture
def dialog(view, qtbot):
    view.open_expert(2)
    qtbot.waitUntil(lambda: view.timeline.isVisibleTo(view))
    view.over_time.click()
    shown = view.curves
    qtbot.waitUntil(lambda: shown.curve.plot is not None and shown.retention.plot is not None, timeout=20_000)
    return shown


def test_the_window_does_not_wait_for_the_plots():
    program = "import sys, nestdesk.gui.main_window; print('pyqtgraph' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def test_both_are_drawn_and_told_in_words(dialog):
    told = dialog.curve.plot.accessibleDescription()
    assert "Checkpoint 12 first" in told
    assert "F1 0.29 before, 0.88 after" in told
    assert "Checkpoint 13 (rejected)" in told
    kept = dialog.retention.plot.accessibleDescription()
    assert "Lighthouse report: before 0.29, learned 0.88, consolidated 0.81" in kept
    assert "Lighthouse report/memory" in dialog.curve.title.text()


@pytest.mark.parametrize("name", ["light", "dark"])
def test_a_picture_is_saved_in_the_colours_of_the_theme(view, theme, qtbot, tmp_path, name):
    theme.choose(name)
    view.curves.show_for(None)
    shown = view.curves
    qtbot.waitUntil(lambda: shown.retention.plot is not None, timeout=20_000)
    assert not shown.curve.isVisible()  # no expert is chosen
    file = tmp_path / f"{name}.png"
    shown.retention.save_picture(file)
    picture = QImage(str(file))
    assert picture.width() > 300
    assert picture.pixelColor(2, 2) == color("surface")
    assert f"saved as {file}" in shown.notice.text.text()


def test_another_theme_draws_both_anew_and_only_once(dialog, theme, qtbot, monkeypatch):
    theme.choose("light")
    qtbot.wait(200)
    drawn = []
    monkeypatch.setattr(plots, "retention", lambda kept, draw=plots.retention: drawn.append(kept) or draw(kept))
    before = dialog.retention.plot
    theme.choose("dark")
    qtbot.waitUntil(lambda: dialog.retention.plot is not before and dialog.retention.plot.isVisible(), timeout=20_000)
    qtbot.wait(300)
    assert len(drawn) == 1
    assert dialog.retention.plot.grab().toImage().pixelColor(2, 2) == color("surface")


def test_a_picture_that_cannot_be_saved_is_told(dialog, tmp_path):
    dialog.curve.save_picture(tmp_path / "nowhere" / "curve.png")
    assert "was not saved" in dialog.notice.text.text()


def test_without_figures_it_says_why(view, app, qtbot):
    app.curves = FakeCurves((), ())
    view.open_expert(2)
    qtbot.waitUntil(lambda: view.timeline.isVisibleTo(view))
    view.over_time.click()
    qtbot.waitUntil(lambda: bool(view.curves.retention.title.text()))
    assert view.curves.retention.plot is None
    assert not view.curves.retention.save.isEnabled()


def test_the_tip_of_a_cell_has_its_figures(qtbot):
    kept = FakeCurves().kept
    plot = plots.retention(kept)
    qtbot.addWidget(plot)
    plot.resize(600, 300)
    plot.show()
    view = plot.getPlotItem().vb

    def tip(column, line):
        return plots._tip(plot, kept, view.mapViewToScene(QPointF(column + 0.5, line + 0.5)))

    assert tip(0, 0) == "Lighthouse report\nbefore: 0.29"
    assert tip(2, 0).endswith("checkpoint 20: 0.81")
    assert "consolidated" in tip(2, 0)
    assert tip(2, 1) == ""  # not asked again, so nothing is told
    assert tip(1, 3) == ""
