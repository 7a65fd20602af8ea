"""A chat stands in one place of the rail, and what is folded away is counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt

from nestdesk.core.chats import ChatFolder
from nestdesk.core.types import Conversation
from nestdesk.gui.chat_groups import ARCHIVED, OTHERS, PINNED, chat_rows, folder_heading, folder_of
from nestdesk.gui.item_models import Heading, RowsModel

NOW = datetime(2026, 1, 31, tzinfo=UTC)
WORK, HOME = ChatFolder(1, "Work"), ChatFolder(2, "Home")


def chat(number, **more):
    return replace(Conversation(number, f"Chat {number}", NOW, NOW), **more)


def shown(rows):
    return [(row.title, row.count) if isinstance(row, Heading) else row.id for row in rows]


def test_chats_without_an_order_are_a_plain_list():
    assert shown(chat_rows([chat(2), chat(1)], [], ())) == [2, 1]
    assert chat_rows([], [], ()) == []


def test_pinned_ones_come_first_then_folders_then_the_rest_then_the_archive():
    chats = [
        chat(7),
        chat(6, folder_id=WORK.id),
        chat(5, is_pinned=True, folder_id=WORK.id),
        chat(4, is_archived=True, is_pinned=True, folder_id=WORK.id),
        chat(3, folder_id=WORK.id),
        chat(2, folder_id=99),
    ]
    rows = chat_rows(chats, [HOME, WORK], ())
    expected = [("Pinned", 1), 5, ("Home", 0), ("Work", 2), 6, 3, ("Other chats", 2), 7, 2, ("Archived", 1), 4]
    assert shown(rows) == expected
    folded = chat_rows(chats, [HOME, WORK], {PINNED, folder_heading(WORK.id), OTHERS, ARCHIVED})
    assert shown(folded) == [one for one in expected if isinstance(one, tuple)]
    assert len({row.id for row in rows}) == len(rows), "a heading is no chat"


def test_the_archive_alone_does_not_make_headings_of_the_rest():
    chats = [chat(2), chat(1, is_archived=True)]
    assert shown(chat_rows(chats, [], {ARCHIVED, OTHERS})) == [2, ("Archived", 1)]


@pytest.mark.parametrize("heading", [PINNED, OTHERS, ARCHIVED])
def test_a_folder_is_known_by_its_heading(heading):
    assert folder_of(folder_heading(7)) == 7
    assert folder_of(heading) is None
    assert folder_of(7) is None


def test_headings_are_read_out_and_cannot_be_chosen(qtmodeltester):
    model = RowsModel()
    model.show(chat_rows([chat(2, is_pinned=True), chat(1)], [], {OTHERS}))
    qtmodeltester.check(model)
    spoken = [model.index(at).data(Qt.ItemDataRole.AccessibleTextRole) for at in range(model.rowCount())]
    assert (spoken[0], spoken[2]) == ("Pinned, 1 entry, open", "Other chats, 1 entry, closed")
    can_be_chosen = [bool(model.index(at).flags() & Qt.ItemFlag.ItemIsSelectable) for at in range(model.rowCount())]
    assert can_be_chosen == [False, True, False]
