"""Chats of other programs are read as they were seen, with their branches; what is odd is told and stops nothing."""

from __future__ import annotations

import json
import tracemalloc
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nestdesk.core.chats import ForeignChat
from nestdesk.core.errors import DocumentError
from nestdesk.core.types import Role
from nestdesk.memory import chat_exports
from nestdesk.memory.chat_exports import Skipped, find
from nestdesk.memory.chat_tree import shown
from nestdesk.memory.statements import statements
from tests.memory.chat_files import branched, claude, gpt, gpt_message, open_webui
from tests.memory.files import write, zipped


def read(path):
    return [one for file in find(path) for one in file.chats()]


def chats(path):
    return [one for one in read(path) if isinstance(one, ForeignChat)]


def chat_of(tmp_path, entry):
    (only,) = read(write(tmp_path, "export.json", json.dumps([entry])))
    assert isinstance(only, ForeignChat), only
    return only


def said(chat):
    return [message.text for message in shown(chat)]


def test_chatgpt_shows_what_was_seen_and_keeps_the_other_branch(tmp_path):
    chat = chat_of(tmp_path, branched())
    assert (chat.origin, chat.title, chat.created_at.timestamp()) == ("chatgpt:a", "Chat a", 1700000000)
    assert said(chat) == ["I live in Oslo. What is near?", "Drammen is near.", "Thank you, that helps."]
    assert {message.text: message.parent for message in chat.messages} == {
        "I live in Oslo. What is near?": None,
        "Bergen.": "ask",
        "Drammen is near.": "ask",
        "Thank you, that helps.": "second",
    }
    assert [message.role for message in shown(chat)] == [Role.USER, Role.ASSISTANT, Role.USER]
    assert shown(chat)[0].created_at == datetime.fromtimestamp(1700000001.25, UTC)


def test_chatgpt_keeps_code_and_names_of_files(tmp_path):
    code = gpt_message("assistant", "", content={"content_type": "code", "text": "print(1)"})
    thoughts = gpt_message("assistant", "", content={"content_type": "thoughts", "thoughts": []})
    parts = [{"content_type": "image_asset_pointer"}, "Look \ue200cite\ue202turn0\ue201here", {"text": "spoken"}]
    content = {"content_type": "multimodal_text", "parts": parts}
    picture = gpt_message("user", "", content=content, metadata={"attachments": [{"name": "plan.png"}]})
    chat = chat_of(tmp_path, gpt("x", {"1": (None, picture), "2": ("1", thoughts), "3": ("2", code)}, "3"))
    assert said(chat) == ["Look here\n\nspoken\n\n> Attached: plan.png", "```\nprint(1)\n```"]


def test_claude_reads_blocks_branches_and_attachments(tmp_path):
    assert said(chat_of(tmp_path, claude())) == ["My cat is called Ada.", "Nice:\n\n```py\nprint(1)\n```"]
    entry = claude()
    root = "00000000-0000-4000-8000-000000000000"
    for message, parent in zip(entry["chat_messages"], (root, "1"), strict=True):
        message["parent_message_uuid"] = parent
    other = {"uuid": "3", "sender": "assistant", "text": "Another.", "parent_message_uuid": "1", "created_at": "bad"}
    entry["chat_messages"].append(other)
    entry["chat_messages"][0]["attachments"] = [
        {"file_name": "cv.txt", "extracted_content": "I live in Rome.\nI am 9."}
    ]
    chat = chat_of(tmp_path, entry)
    assert said(chat) == ["My cat is called Ada.\n\n> Attached: cv.txt\n> I live in Rome.\n> I am 9.", "Another."]
    assert [message.parent for message in chat.messages] == [None, "1", "1"]
    assert chat.messages[2].created_at == chat.messages[0].created_at  # it tells no time of its own
    assert "Ada" in "".join(statements(shown(chat)))
    assert "Rome" not in "".join(statements(shown(chat)))  # a document never speaks for the person


def test_open_webui_ends_at_current_id_and_drops_the_reasoning(tmp_path):
    chat = chat_of(tmp_path, open_webui())
    assert (chat.origin, said(chat)) == ("openwebui:w", ["I work in Lyon.", "One."])
    assert [message.text for message in chat.messages] == ["I work in Lyon.", "One.", "Two."]


def test_a_missing_leaf_gives_way_to_the_newest_message(tmp_path):
    for leaf in (None, "nowhere", 7):
        entry = branched()
        entry["current_node"] = leaf
        assert said(chat_of(tmp_path, entry))[-1] == "Thank you, that helps."
    entry["current_node"] = "tool"  # never shown: the message above it ends the branch
    assert said(chat_of(tmp_path, entry)) == ["I live in Oslo. What is near?"]


def test_cycles_are_cut_and_nothing_is_lost(tmp_path):
    nodes = {
        "a": ("c", gpt_message("user", "one")),
        "b": ("a", gpt_message("assistant", "two")),
        "c": ("b", None),
        "self": ("self", gpt_message("user", "alone")),
        "lost": ("gone", gpt_message("user", "orphan")),
    }
    chat = chat_of(tmp_path, gpt("loop", nodes, "b"))
    assert sorted(message.text for message in chat.messages) == ["alone", "one", "orphan", "two"]
    keys: set[str] = set()
    for message in chat.messages:
        assert message.parent is None or message.parent in keys
        keys.add(message.key)
    assert said(chat)[-1] == "two"


def test_a_very_long_chat_is_read_in_one_go(tmp_path):
    nodes = {str(at): (str(at - 1), gpt_message("user", f"say {at}") if at % 2 else None) for at in range(6_000)}
    assert len(said(chat_of(tmp_path, gpt("long", dict(reversed(nodes.items())), "5999")))) == 3_000


def test_bad_entries_are_told_and_never_stop_the_rest(tmp_path):
    empty = gpt("empty", {"root": (None, None)}, None)
    odd = [None, 7, "x", [], {}, {"mapping": 3}, {"chat_messages": {}}, {"chat": {"history": []}}, empty]
    odd += [{"mapping": {"a": 1, "b": {"message": {"author": "x", "content": {"parts": 4}}}}}]
    odd += [{"chat_messages": [3, {"sender": "human", "text": 4, "content": 5, "attachments": 6}]}]
    odd += [{"chat": {"history": {"messages": {"a": None, "b": {"role": ["user"], "content": {}}}}}}]
    found = read(write(tmp_path, "export.json", json.dumps([*odd, branched(), *odd, claude()])))
    assert [one.origin for one in found if isinstance(one, ForeignChat)] == ["chatgpt:a", "claude:c"]
    skipped = [one for one in found if isinstance(one, Skipped)]
    assert len(skipped) == 2 * len(odd)
    assert Skipped("Chat empty", "nothing was said in it") in skipped
    assert all(one.title and one.reason for one in skipped)


@pytest.mark.parametrize("tail", [b"", b', {"mapping": {"a"', b", nonsense]", b', "\xff"]', b"] trailing"])
def test_a_file_that_was_cut_off_gives_what_it_has(tmp_path, tail):
    data = b"[" + json.dumps(branched()).encode() + tail
    first, rest = read(write(tmp_path, "export.json", b"\xef\xbb\xbf" + data))
    assert first.origin == "chatgpt:a"
    assert "damaged or cut off" in rest.reason


def test_brackets_without_end_cost_nothing(tmp_path):
    deep = b"[" * 100_000 + b"]" * 100_000
    tracemalloc.start()
    found = read(write(tmp_path, "export.json", b"[" + deep + b"," + json.dumps(branched()).encode() + b"]"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [type(one) for one in found] == [Skipped, ForeignChat]
    assert peak < 10_000_000  # a path of 100,000 names kept for every level would take gigabytes


def test_an_archive_a_folder_and_shards_are_found(tmp_path):
    shards = {f"export/conversations-00{at}.json": json.dumps([branched(str(at))]) for at in range(3)}
    more = {**shards, "export/shared_conversations.json": "[{}]", "export/picture.png": b"x", "manifest.json": "{}"}
    archive = write(tmp_path, "export.zip", zipped(more))
    assert [chat.origin for chat in chats(archive)] == ["chatgpt:0", "chatgpt:1", "chatgpt:2"]
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path)
    assert [chat.origin for chat in chats(tmp_path / "export")] == ["chatgpt:0", "chatgpt:1", "chatgpt:2"]
    webui = write(tmp_path, "chat-export-17.json", json.dumps([open_webui()]))
    assert [chat.origin for chat in chats(webui)] == ["openwebui:w"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("notes.txt", b"no export at all"),
        ("empty.json", b""),
        ("list.json", b"[]"),
        ("other.json", b'[{"a": 1}, {"b": 2}]'),
        ("table.json", b'{"mapping": {}}'),
        ("letters.zip", zipped({"letter.txt": "dear"})),
    ],
)
def test_what_is_no_export_is_said_in_plain_words(tmp_path, name, data):
    with pytest.raises(DocumentError, match=f"There are no chats in {name} that ChatGPT, Claude"):
        find(write(tmp_path, name, data))


def test_what_cannot_be_opened_is_said_in_plain_words(tmp_path):
    with pytest.raises(DocumentError, match="cannot be opened"):
        find(tmp_path / "nowhere.zip")
    (tmp_path / "folder").mkdir()
    with pytest.raises(DocumentError, match="There are no chats in folder"):
        find(tmp_path / "folder")
    whole = zipped({"conversations.json": json.dumps([branched()])})
    with pytest.raises(DocumentError, match="damaged"):
        find(write(tmp_path, "cut.zip", whole[: len(whole) // 2]))
    locked = bytearray(whole)
    locked[locked.index(b"PK\x01\x02") + 8] |= 1  # the directory's flag for what is encrypted
    with pytest.raises(DocumentError, match="password"):
        find(write(tmp_path, "locked.zip", bytes(locked)))


def test_a_bomb_is_not_opened(tmp_path):
    bomb = zipped({"conversations.json": b"[" + b" " * 64 * 1024 * 1024 + b"]"})
    with pytest.raises(DocumentError, match="would expand"):
        find(write(tmp_path, "bomb.zip", bomb))


def test_a_chat_without_end_is_left(tmp_path, monkeypatch):
    monkeypatch.setattr(chat_exports, "MAX_CHAT_BYTES", 200_000)
    endless = gpt("endless", {"a": (None, gpt_message("user", "x" * 300_000))}, "a")
    first, rest = read(write(tmp_path, "export.json", json.dumps([branched(), endless])))
    assert first.origin == "chatgpt:a"
    assert "far longer" in rest.reason


def test_memory_does_not_grow_with_the_file(tmp_path: Path):
    text = "All work and no play makes a dull chat. " * 250
    nodes = {str(at): (str(at - 1), gpt_message("user", f"{at} {text}")) for at in range(100)}
    line = json.dumps(gpt("ID", nodes, "99"))
    path = tmp_path / "conversations.json"
    with path.open("w") as file:
        file.write("[" + line)
        for _ in range(99):
            file.write("," + line)
        file.write("]")
    assert path.stat().st_size > 100_000_000
    tracemalloc.start()
    letters, done = 0, []
    (file_of_chats,) = find(path)
    for chat in file_of_chats.chats():
        letters += sum(len(message.text) for message in chat.messages)
        done.append(file_of_chats.done)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert letters > 99_000_000
    assert done == sorted(done)
    assert 0 < done[0] < done[-1] <= 1
    assert peak < 10_000_000
