"""Whatever changes in the order of the chats is told, so that the window follows."""

from __future__ import annotations

import pytest

from nestdesk.core.errors import StorageError
from nestdesk.services.chat_order import ChatOrder
from nestdesk.storage.chat_order import ChatOrderStore


def test_every_change_is_told_and_a_refusal_is_not(desk):
    order = ChatOrder(ChatOrderStore(desk.database), desk.changes)
    chat = desk.chat.create()
    told = []
    desk.changes.subscribe(told.append)
    folder = order.named("Work")
    order.rename(folder.id, "Office")
    order.move(chat.id, folder.id)
    order.pin(chat.id, True)
    order.archive(chat.id, True)
    assert [set(one.kinds) for one in told] == [{"conversation"}] * 5
    assert {one.ids for one in told[2:]} == {frozenset({chat.id})}
    put = desk.chat.conversations()[0]
    assert (put.folder_id, put.is_pinned, put.is_archived) == (folder.id, True, True)
    assert [one.name for one in order.folders()] == ["Office"]
    order.delete(folder.id)
    assert desk.chat.conversations()[0].folder_id is None
    with pytest.raises(StorageError):
        order.pin(99, True)
    assert len(told) == 6
