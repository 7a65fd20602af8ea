"""What was measured is shown, newest first, can be saved and deleted, and can be reached without a mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton

from nestdesk.gui.reports_dialog import COMMAND
from nestdesk.services.reports import Reports

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of dialogs

STREAM = [
    {"method": "nested", "end": 0.5, "spread": {"end": [0.4, 0.6]}},
    {"method": "lora", "end": 0.2, "spread": {"end": [0.2, 0.2]}},
]


@pytest.fixture
def reports(app, tmp_path):
    app.reports = Reports(tmp_path / "reports")
    return app.reports


def keep(reports, day=23, bench="speed", **content):
    return reports.keep({"bench": bench, "made": f"2026-11-{day}T10:00:00+00:00", **content})


def keep_stream(reports, width=1500):
    file = keep(reports, 24, "stream", budget_s=120.0, summary=STREAM)
    picture = QImage(width, 600, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.red)
    picture.save(str(file.with_suffix(".png")))
    return file


@pytest.fixture
def open_dialog(desk, qtbot):
    def open_it(count):
        desk.window.show_view("experts")
        buttons = desk.window.experts.header.findChildren(QPushButton)
        found = next(one for one in buttons if one.accessibleName() == "Measured")
        assert found.toolTip() == "What was measured on this computer"
        found.click()
        dialog = desk.window.experts.measured
        qtbot.waitUntil(lambda: dialog.isVisible() and dialog.list.model().rowCount() == count)
        return dialog

    return open_it


def figures(dialog):
    sheet = dialog.page.sheet
    lines = [sheet.topLevelItem(place) for place in range(sheet.topLevelItemCount())]
    return [[line.text(place) for place in range(sheet.columnCount())] for line in lines]


def answer(dialog, qtbot, words):
    qtbot.waitUntil(lambda: bool(dialog.findChildren(QMessageBox)))
    box = dialog.findChildren(QMessageBox)[0]
    told = f"{box.text()} {box.informativeText()}"
    next(one for one in box.buttons() if one.text() == words).click()
    qtbot.waitUntil(lambda: not dialog.findChildren(QMessageBox))
    return told


def test_the_newest_report_is_shown_as_a_table_with_its_picture(reports, open_dialog):
    keep(reports)
    file = keep_stream(reports)
    dialog = open_dialog(2)
    assert dialog.current.file == file
    assert figures(dialog) == [["end", "0.500", "0.200"]]
    assert [dialog.page.sheet.headerItem().text(place) for place in (1, 2)] == ["nested", "lora"]
    line = dialog.page.sheet.topLevelItem(0)
    assert line.toolTip(1) == line.data(1, Qt.ItemDataRole.AccessibleTextRole) == "0.500 (0.400 to 0.600)"
    assert dialog.page.drawing.isVisible()
    assert dialog.save.isEnabled()


def test_a_picture_fits_the_width_and_is_never_enlarged(reports, open_dialog, qtbot):
    keep_stream(reports)
    dialog = open_dialog(1)
    drawing = dialog.page.drawing
    for width in (1000, 640):
        dialog.resize(width, 660)
        qtbot.waitUntil(lambda: abs(drawing.height() - drawing.width() * 600 / 1500) <= 1)
    assert dialog.page.horizontalScrollBar().maximum() == 0
    keep_stream(reports, width=200)
    dialog.open()
    qtbot.waitUntil(lambda: drawing.height() == 600)
    painted = drawing.grab().toImage()
    across = [painted.pixelColor(x, 300) == Qt.GlobalColor.red for x in range(painted.width())]
    assert sum(across) == 200


def test_another_report_is_chosen_by_keys_and_shows_every_figure(reports, open_dialog, qtbot):
    keep_stream(reports)
    runs = {f"run_{number}": number for number in range(30)}
    file = keep(reports, summary=runs | {"rate": 9.5, "rate_spread": [9.0, 10.0]})
    dialog = open_dialog(2)
    assert dialog.focusWidget() is dialog.list
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    assert dialog.current.file == file
    assert figures(dialog)[-1] == ["rate", "9.500 (9.000 to 10)"]
    assert not dialog.page.drawing.isVisible()
    assert not dialog.save.isEnabled()
    sheet = dialog.page.sheet

    def has_rows_in_sight(least_px):
        return sheet.viewport().height() >= sheet.visualItemRect(sheet.topLevelItem(30)).bottom() > 30 * least_px

    qtbot.waitUntil(lambda: has_rows_in_sight(16))
    sheet.setStyleSheet("QTreeView::item { height: 40px; }")
    qtbot.waitUntil(lambda: has_rows_in_sight(40))


def test_the_tab_key_reaches_everything(reports, open_dialog):
    keep_stream(reports)
    dialog = open_dialog(1)
    reached = []
    for _ in range(10):
        reached.append(dialog.focusWidget())
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    assert {dialog.list, dialog.page, dialog.page.sheet, dialog.save, dialog.delete} <= set(reached)
    assert all(one.accessibleName() for one in reached)


def test_a_report_made_in_the_meantime_is_there_when_the_dialog_is_opened_again(reports, open_dialog):
    file = keep(reports)
    open_dialog(1).close()
    keep_stream(reports)
    dialog = open_dialog(2)
    assert dialog.current.file == file
    assert dialog.list.currentIndex().row() == 1


def test_a_report_is_deleted_only_after_a_yes(reports, open_dialog, qtbot):
    left, gone = keep(reports), keep_stream(reports)
    dialog = open_dialog(2)
    dialog.delete.click()
    assert "cannot be undone" in answer(dialog, qtbot, "Keep")
    assert gone.exists()
    dialog.delete.click()
    assert "“Stream”" in answer(dialog, qtbot, "Delete")
    qtbot.waitUntil(lambda: dialog.list.model().rowCount() == 1)
    assert list(left.parent.iterdir()) == [left]
    assert dialog.current.file == left


def test_the_last_deleted_report_leaves_the_sentence_that_teaches(reports, open_dialog, qtbot):
    keep_stream(reports)
    dialog = open_dialog(1)
    dialog.delete.click()
    answer(dialog, qtbot, "Delete")
    qtbot.waitUntil(dialog.empty.isVisible)
    assert dialog.current is None
    assert not dialog.delete.isVisible()


def test_without_reports_the_command_that_makes_one_is_told_and_copied(reports, open_dialog, qtbot):
    dialog = open_dialog(0)
    qtbot.waitUntil(dialog.empty.isVisible)
    assert COMMAND in dialog.empty.sentence.text()
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == COMMAND


def test_a_picture_is_saved_where_it_is_wanted(reports, open_dialog, qtbot, tmp_path):
    file = keep_stream(reports)
    dialog = open_dialog(1)
    dialog.save.click()
    (box,) = dialog.findChildren(QFileDialog)
    assert box.selectedFiles()[0].endswith("stream-20261124-100000.png")
    box.selectFile(str(tmp_path / "mine"))
    box.accept()
    qtbot.waitUntil(dialog.notice.isVisible)
    assert (tmp_path / "mine.png").read_bytes() == file.with_suffix(".png").read_bytes()
    assert "mine.png" in dialog.notice.text.text()


def test_what_went_wrong_is_told_in_the_dialog(reports, open_dialog, qtbot):
    file = keep_stream(reports)
    dialog = open_dialog(1)
    file.with_suffix(".png").unlink()
    dialog._save(dialog.current, file.parent / "copy.png")
    qtbot.waitUntil(dialog.notice.isVisible)
    assert "was not saved as" in dialog.notice.text.text()
    assert dialog.notice.property("tone") == "danger"
