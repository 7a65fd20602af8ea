"""The window speaks one language: its words, figures, dates and direction, and nothing is cut off by longer words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QSettings, Qt, QTranslator
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QToolButton, QWidget

from nestdesk.gui import language, words
from nestdesk.gui.elements import ElidedLabel
from nestdesk.gui.language import tr
from nestdesk.gui.rail import VIEWS
from nestdesk.gui.shortcuts import stored_as

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of dialogs
ACCENTED = str.maketrans("aeiouyAEIOUY", "áéíóúýÁÉÍÓÚÝ")
KEPT = re.compile(r"(\{\w+\}|%Ln|\(\*.*?\)|&.)")
PLAIN = re.compile(r"\b[A-Za-z]{3,}\b")


class Pseudo(QTranslator):
    """Says every text of the window accented and 40 % longer, so that what is not looked up stands out."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, text: str, about: str | None = None, n: int = -1) -> str | None:
        if context != language.CONTEXT or "QLocale" in (about or ""):
            return None
        said = "".join(part if KEPT.fullmatch(part) else part.translate(ACCENTED) for part in KEPT.split(text))
        return said + "~" * round(len(text) * 0.4)


@pytest.fixture
def qt(qapp: QApplication) -> Iterator[QApplication]:
    """Return the application, which speaks English from left to right again afterwards."""
    yield qapp
    language.install(qapp, language.SOURCE)


@pytest.fixture
def pseudo(qt: QApplication) -> Iterator[None]:
    made = Pseudo(qt)
    qt.installTranslator(made)
    yield
    qt.removeTranslator(made)


def shown(window: QWidget, kind: type) -> list:
    return [one for one in window.findChildren(kind) if one.isVisibleTo(window) and not one.visibleRegion().isEmpty()]


def cut(window: QWidget) -> set[tuple[int, ...]]:
    """Return which texts have less room than they need, where they do not give way on purpose."""
    found = set()
    for one in (*shown(window, QLabel), *shown(window, QAbstractButton)):
        if not one.text() or isinstance(one, ElidedLabel):
            continue
        if isinstance(one, QLabel) and one.wordWrap():
            is_cut = one.height() < one.heightForWidth(one.width())
        else:
            is_cut = one.width() < one.sizeHint().width()
        if is_cut:
            found.add(_path(one, window))
    return found


def _path(widget: QWidget, window: QWidget) -> tuple[int, ...]:
    """Return where a widget stands among the others, the same in every window with the same content."""
    path = []
    while widget is not window:
        parent = widget.parentWidget()
        path.append([one for one in parent.children() if isinstance(one, QWidget)].index(widget))
        widget = parent
    return tuple(reversed(path))


def said(window: QWidget) -> set[str]:
    """Return every text that is seen or read out."""
    found: set[str] = set()
    for one in shown(window, QWidget):
        found |= {one.accessibleName(), one.toolTip()}
        for name in ("text", "placeholderText"):
            value = one.property(name)
            found |= {value} if isinstance(value, str) else set()
    return found | {action.text() for menu in window.menuBar().actions() for action in (menu, *menu.menu().actions())}


def walk(desk, qtbot) -> Iterator[str]:
    """Show one view after the other at the smallest size that is promised."""
    desk.window.resize(1024, 700)
    for view in VIEWS:
        desk.window.show_view(view.name)
        qtbot.waitUntil(lambda: desk.window.width() == 1024)
        QCoreApplication.processEvents()
        yield view.name


def test_longer_words_are_not_cut_off(make_desk, app, qtbot, request):
    english = {name: cut(desk.window) for desk in [make_desk(app)] for name in walk(desk, qtbot)}
    request.getfixturevalue("pseudo")
    desk = make_desk(type(app)())
    assert "~" in desk.window.rail.findChildren(QAbstractButton)[0].text()
    for name in walk(desk, qtbot):
        assert cut(desk.window) <= english[name], name


def test_nothing_in_the_window_stays_english(pseudo, make_desk, app, qtbot):
    desk = make_desk(app)
    own = (*app.sources(), *app.conversations(), *app.summaries(), *app.list(), *app.memory.facts())
    data = {"SmolLM", "Instruct"}
    data |= {word for one in own for word in PLAIN.findall(str(vars(one)))}
    for view in walk(desk, qtbot):
        left = {text for text in said(desk.window) if set(PLAIN.findall(_vowels(text))) - data}
        assert left == set(), view


def _vowels(text: str) -> str:
    """Return the words that have a vowel: the others look the same in every language of this kind."""
    return " ".join(word for word in re.findall(r"[^\W\d_]+", text) if re.search("[aeiouyAEIOUY]", word))


def test_from_right_to_left_the_window_is_mirrored(qt, make_desk, app, qtbot):
    english = {name: cut(desk.window) for desk in [make_desk(app)] for name in walk(desk, qtbot)}
    qt.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    desk = make_desk(type(app)())
    for view in walk(desk, qtbot):
        rail, page = desk.window.rail, desk.window.chat if view == "chats" else getattr(desk.window, view)
        left_of_rail = page.mapTo(desk.window, page.rect().topRight()).x()
        assert left_of_rail < rail.mapTo(desk.window, rail.rect().topLeft()).x()
        assert cut(desk.window) <= english[view]
        assert overlapping(desk.window.desk) == []


def overlapping(root: QWidget) -> list[tuple[QWidget, QWidget]]:
    """Return neighbours in one layout that cover each other."""
    found = []
    for parent in (root, *shown(root, QWidget)):
        if parent.layout() is None:
            continue
        parts = [one for one in parent.children() if isinstance(one, QWidget) and one.isVisibleTo(root)]
        parts = [one for one in parts if parent.layout().indexOf(one) >= 0]
        found += [
            (a, b) for at, a in enumerate(parts) for b in parts[at + 1 :] if a.geometry().intersects(b.geometry())
        ]
    return found


def test_german_words_figures_and_dates(qt, fake):
    language.install(qt, "de")
    assert tr("Close") == "Schließen"
    assert [tr("%Ln source(s)", number) for number in (1, 2, 4321)] == ["1 Quelle", "2 Quellen", "4.321 Quellen"]
    assert words.percent(0.425) == "42,5 %"
    assert words.size(1_310_720) == "1,3 MB"
    now = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
    assert words.when(now - timedelta(days=400), now) == "30. März 2025"
    assert words.when(now, now).startswith("heute ")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"  # Qt's own dialogs
    assert qt.layoutDirection() == Qt.LayoutDirection.LeftToRight


def test_english_counts_one_and_many(qt):
    language.install(qt, "en")
    assert [tr("%Ln chat(s) is/are new", number) for number in (1, 1234)] == ["1 chat is new", "1,234 chats are new"]
    assert QLocale().language() == QLocale.Language.English


def test_a_language_without_translation_is_shown_in_english(qt):
    language.install(qt, "fi")
    assert tr("Close") == "Close"
    assert tr("%Ln source(s)", 2) == "2 sources"
    assert QLocale().language() == QLocale.Language.English


def test_a_value_may_hold_what_looks_like_a_field():
    assert tr("Forget “{title}”?", title="{name} %n") == "Forget “{name} %n”?"


def test_the_window_opens_in_german_and_keeps_its_keys(qt, make_desk, app):
    english = {stored_as(one) for one in make_desk(app).window.menus.actions}
    language.install(qt, "de")
    window = make_desk(type(app)()).window
    assert window.menuBar().actions()[0].text() == "&Chat"
    assert "&Neuer Chat" in {one.text() for one in window.menus.actions}
    assert {stored_as(one) for one in window.menus.actions} == english


def test_the_language_is_kept_for_the_next_start(desk, app, qtbot, tmp_path):
    dialog = desk.window._preferences.dialog
    dialog.popup()
    qtbot.waitUntil(dialog.isVisible)
    assert dialog.language.currentIndex() == 0
    dialog.language.setCurrentIndex(2)
    dialog.language.activated.emit(2)
    qtbot.waitUntil(lambda: app.settings.language == "de")
    state = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    qtbot.waitUntil(lambda: (state.sync(), state.value(language.KEY))[1] == "de")
    assert dialog.windowTitle() == "Settings"  # the next start, not this one


def test_every_tool_button_without_words_has_a_name(pseudo, make_desk, app, qtbot):
    desk = make_desk(app)
    for _ in walk(desk, qtbot):
        assert all(one.accessibleName() for one in shown(desk.window, QToolButton) if not one.text())
