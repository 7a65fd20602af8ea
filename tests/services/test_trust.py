"""A source of low trust is quoted with a mark and is in no weights; one of high trust wins a tie; copies count once."""

from __future__ import annotations

import pytest

from nestdesk.core.errors import StorageError
from nestdesk.core.jobs import finish
from nestdesk.core.trust import LITTLE, Trust
from nestdesk.core.types import Level, Mode, SourceState
from nestdesk.engine import protocol
from nestdesk.services.library_index import TRUST_LIFT
from nestdesk.services.recall import ONLY_LITTLE_TRUSTED
from nestdesk.services.trust import TrustLevels
from tests.services.two_sources import BAKERY, HARBOUR

ABOUT = "Which harbour master keeps seven lanterns in the northern lighthouse?"
MARK = "(a source you trust little)"


@pytest.fixture
def levels(desk):
    return TrustLevels(desk.database, desk.sources, desk.experts, desk.roster, desk.sleep, desk.changes)


def set_to(levels, source, trust):
    return finish(levels.set(source.id, trust))


def take_in(desk, file, learns=True):
    (source,) = finish(desk.learn.add([file]))
    return finish(desk.learn.run(source.id, learns=learns))


def test_trust_is_kept_and_normal_at_first(desk, document, levels):
    source = take_in(desk, document("harbour.txt", HARBOUR))
    assert source.trust is Trust.NORMAL
    assert set_to(levels, source, Trust.HIGH).trust is Trust.HIGH
    assert desk.sources.get(source.id).trust is Trust.HIGH
    assert {hit.trust for hit in desk.sources.passages(source.id)} == {Trust.HIGH}
    assert desk.experts.of_source(source.id), "only low trust takes anything from the weights"
    with pytest.raises(StorageError, match="no source"):
        finish(levels.set(99, Trust.LOW))


def test_what_is_not_trusted_leaves_the_weights_and_its_text_stays(desk, two, levels):
    finish(desk.sleep.run())
    mid = next(one for one in desk.experts.list() if one.level is Level.MID)
    assert set(mid.head.source_ids) == {one.id for one in two}
    harbour, bakery = two
    low = set_to(levels, harbour, Trust.LOW)
    assert (low.state, low.error, low.items, low.after) == (SourceState.REMEMBERED, LITTLE, 0, None)
    assert desk.experts.of_source(harbour.id) == ()
    held = {source for one in desk.experts.list() if one.head for source in one.head.source_ids}
    assert harbour.id not in held
    assert bakery.id in held, "the other one was consolidated anew"
    assert desk.recall.plan(ABOUT, Mode.CLOSED).why.experts == desk.recall.plan("How are you?", Mode.CLOSED).why.experts
    assert desk.sources.passages(harbour.id)
    assert desk.problems() == []
    asked = len([one for one in desk.engine.requests if isinstance(one, protocol.Learn)])
    finish(desk.learn.again([harbour.id]))
    assert finish(desk.learn.run(harbour.id)).state is SourceState.REMEMBERED
    assert len([one for one in desk.engine.requests if isinstance(one, protocol.Learn)]) == asked, "it is never learned"
    assert set_to(levels, harbour, Trust.NORMAL).error == ""
    finish(desk.learn.again([harbour.id]))
    assert finish(desk.learn.run(harbour.id)).state is SourceState.LEARNED


def test_what_is_not_trusted_is_quoted_with_a_mark_and_never_read_to_the_model_that_writes(desk, document, levels):
    source = take_in(desk, document("harbour.txt", HARBOUR))
    set_to(levels, source, Trust.LOW)
    desk.engine.answer = "seven lanterns"
    assert finish(desk.recall.ask(ABOUT)).text.endswith(f"From harbour {MARK}.")
    short = finish(desk.recall.ask(ABOUT, is_short=True))
    assert short.text == "seven lanterns"
    assert MARK in short.why.note
    account = finish(desk.recall.ask("Tell me about the harbour master of the northern lighthouse."))
    assert f"From **harbour {MARK}**:" in account.text
    assert f"**harbour {MARK}**" in finish(desk.recall.ask("Summarise the document harbour.")).text
    written = finish(desk.recall.ask("Write a poem about the harbour master Ellinor Vance and her lanterns."))
    assert (written.why.note, written.why.passages) == (ONLY_LITTLE_TRUSTED, ())
    assert "Brackwater" not in str(desk.engine.requests[-1].asked.turns)


def test_high_trust_wins_a_tie_and_no_more(desk, document, levels):
    first = take_in(desk, document("harbour.txt", HARBOUR))
    second = take_in(desk, document("other.txt", HARBOUR.replace("seven", "nine")))
    bakery = take_in(desk, document("bakery.txt", BAKERY))
    question = "Which harbour master keeps lanterns in the northern lighthouse?"

    def ranked():
        return [(hit.source_id, hit.score) for hit in finish(desk.recall.search(question, 9))]

    before = ranked()
    assert before[0][0] == first.id, "a tie goes to the older one"
    set_to(levels, second, Trust.HIGH)
    set_to(levels, bakery, Trust.HIGH)
    after = ranked()
    assert after[0][0] == second.id
    assert dict(after)[second.id] == pytest.approx(dict(before)[second.id] + TRUST_LIFT)
    assert after[-1][0] == bakery.id, "trust does not make a passage answer another question"


def test_one_claim_in_many_copies_counts_once_and_that_of_the_most_trusted_stands_for_it(desk, document, levels):
    question = "Which harbour master keeps lanterns in the northern lighthouse?"
    false = HARBOUR.replace("seven", "nine")
    copies = [
        take_in(desk, document(f"copy{number}.txt", f"{false}{'!' * number} The the."), learns=False)
        for number in range(25)  # more than are ever looked at
    ]
    true = take_in(desk, document("true.txt", HARBOUR), learns=False)  # the newest loses every tie
    plan = desk.recall.plan(question, Mode.RETRIEVAL)
    assert len(plan.passages) == 2
    assert true.id in {hit.source_id for hit in plan.why.passages}
    set_to(levels, copies[7], Trust.HIGH)
    found = {hit.source_id for hit in desk.recall.plan(question, Mode.RETRIEVAL).why.passages}
    assert found == {true.id, copies[7].id}
