"""Whatever an export says of parents, each message that was seen is kept once, behind the one it hangs on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nestdesk.core.errors import DocumentError
from nestdesk.core.types import Role
from nestdesk.memory.chat_tree import Node, Told, attached, moment, planted, shown

LATER = datetime(2030, 1, 1, tzinfo=UTC)
KEYS = [str(key) for key in range(8)]
NODES = st.dictionaries(
    st.sampled_from(KEYS),
    st.builds(
        Node,
        st.sampled_from([None, "gone", *KEYS]),
        st.sampled_from([None, Role.USER, Role.ASSISTANT]),
        st.sampled_from(["", " ", "said"]),
        st.sampled_from([None, datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)]),
    ),
)


def told(leaf: str | None = None, id: str = "1") -> Told:
    return Told("program", id, "", None, leaf)


@given(NODES, st.sampled_from([None, "gone", *KEYS]))
def test_every_message_is_kept_once_behind_its_parent(nodes, leaf):
    seen = {key for key, node in nodes.items() if node.role and node.text.strip()}
    if not seen:
        with pytest.raises(DocumentError, match="nothing was said"):
            planted(told(leaf), nodes, LATER)
        return
    chat = planted(told(leaf), nodes, LATER)
    keys = [message.key for message in chat.messages]
    assert sorted(keys) == sorted(seen)
    for place, message in enumerate(chat.messages):
        assert message.parent is None or message.parent in keys[:place]
        if nodes[message.key].parent in seen and not _is_in_a_cycle(nodes, message.key):
            assert message.parent == nodes[message.key].parent
    path = shown(chat)
    assert path[0].parent is None
    assert path[-1].key == chat.leaf
    if leaf in seen:
        assert chat.leaf == leaf
    elif leaf not in nodes:
        assert chat.leaf not in {message.parent for message in chat.messages}


def _is_in_a_cycle(nodes, key):
    at = nodes[key].parent
    for _ in nodes:
        if at == key:
            return True
        at = nodes[at].parent if at in nodes else None
    return False


def test_what_tells_no_time_or_id_takes_it_from_what_it_hangs_on():
    early = datetime(2020, 1, 1, tzinfo=UTC)
    nodes = {"a": Node(None, Role.USER, "When?\nNow", early), "b": Node("a", Role.ASSISTANT, "Then.")}
    chat = planted(told(id=""), nodes, LATER)
    assert (chat.origin, chat.title, chat.created_at) == ("program:a", "When? Now", early)
    assert [message.created_at for message in chat.messages] == [early, early]
    timeless = planted(told(), {"b": Node(None, Role.USER, "Then.")}, LATER)
    assert timeless.created_at == timeless.messages[0].created_at == LATER


def test_an_attachment_is_a_quotation_to_its_last_line():
    assert attached("a.txt", "one\n\n```\ntwo") == "> Attached: a.txt\n> one\n> \n> ```\n> two"


@pytest.mark.parametrize(
    "value", [None, "", "soon", True, -5, 0, 1e300, float("inf"), float("nan"), [], {}, "9999999999"]
)
def test_what_is_no_time_is_none(value):
    assert moment(value) is None


def test_times_come_in_seconds_milliseconds_and_words():
    wanted = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
    stamp = wanted.timestamp()
    words = ("2025-01-02T03:04:05Z", "2025-01-02T03:04:05", "2025-01-02T05:04:05+02:00")
    assert {moment(stamp), moment(stamp * 1000), *map(moment, words)} == {wanted}
