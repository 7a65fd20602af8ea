"""The window's language: one function for every text it shows, and the choice of what that function says.

The source is English. What is said in other languages lies in resources/translations as Qt Linguist files; English has
one too, for its plurals. The language is chosen before the first widget is made and holds until NestDesk is left.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from nestdesk.core.paths import resources

CONTEXT = "NestDesk"
SOURCE = "en"
SYSTEM = "system"
KEY = "language"  # in the window's own file: it is needed before the database can be opened


def tr(text: str, number: int = -1, about: str = "", **values: object) -> str:
    """Return a text in the language of the window.

    Args:
        text: the English source, with {name} where a value stands and %Ln where the number stands.
        number: selects the plural form; its English forms are in nestdesk_en.ts.
        about: what a short text is about, where one English word has two meanings.
        values: what stands in place of the names.
    """
    found = QCoreApplication.translate(CONTEXT, text, about or None, number)
    return found.format(**values) if values else found


def mark(text: str) -> str:
    """Return the text itself: it is in a constant, and goes through tr() when it is shown."""
    return text


def spoken() -> str:
    """Return the code of the window's language."""
    return QLocale.languageToCode(QLocale().language())


def install(qt: QApplication, choice: str = SYSTEM) -> None:
    """Have every text from now on in one language: words, Qt's own dialogs, figures, dates, direction.

    Args:
        qt: the application.
        choice: the code of a language, or the first of the system's languages that there is.
    """
    for old in qt.findChildren(QTranslator):
        qt.removeTranslator(old)
        old.deleteLater()
    wanted = QLocale.system() if choice == SYSTEM else QLocale(choice)
    own = QTranslator(qt)
    if not own.load(wanted, "nestdesk", "_", str(resources() / "translations")):
        own.load(f"nestdesk_{SOURCE}", str(resources() / "translations"))
    found = QLocale(own.language())
    system = QLocale.system()
    locale = system if system.language() == found.language() else found  # Swiss figures for a Swiss reader
    of_qt = QTranslator(qt)
    if of_qt.load(locale, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        qt.installTranslator(of_qt)
    qt.installTranslator(own)
    QLocale.setDefault(locale)
    qt.setLayoutDirection(locale.textDirection())
