"""A question that is asked in a part of the library is answered from that part alone."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from nestdesk.core.jobs import finish
from nestdesk.core.scope import EVERYTHING, Scope
from nestdesk.core.types import Level, Mode

HARBOUR = "The harbour master Ellinor Vance keeps seven lanterns in the northern lighthouse of Brackwater. " * 12
OTHER = HARBOUR.replace("seven", "nine").replace("Brackwater", "Dunmore")
FERRY = "The ferry of Ostrava carries forty passengers across the river. " * 12
ABOUT = "Which harbour master keeps lanterns in the northern lighthouse?"
FERRIES = "How many passengers carries the ferry of Ostrava?"
SEVERAL = "How many lanterns has the lighthouse of Dunmore and how many passengers carries the ferry of Ostrava?"


@dataclass(frozen=True)
class Known:
    """Two collections that tell nearly the same, and a source in none."""

    north: Scope
    south: Scope
    ids: dict[str, int]

    def hidden(self, scope: Scope) -> set[int]:
        own = {"northern": self.north, "southern": self.south}
        return {id for title, id in self.ids.items() if own.get(title) != scope}


@pytest.fixture
def known(desk, document):
    homes = {name: desk.collections.create(name).id for name in ("north", "south")}
    texts = {"northern": HARBOUR, "southern": OTHER, "ferry": FERRY}
    ids = {}
    for title, text in texts.items():
        (source,) = finish(
            desk.learn.add([document(f"{title}.txt", text)], collection_id=homes.get(title.removesuffix("ern")))
        )
        ids[title] = finish(desk.learn.run(source.id)).id
    scopes = {name: Scope(collection_ids=frozenset({id})) for name, id in homes.items()}
    return Known(scopes["north"], scopes["south"], ids)


def sources_of(plan):
    return {hit.source_id for hit in plan.why.passages}


def learned(plan):
    return {gate.name for gate in plan.why.experts if gate.level is not Level.SLOW}


@pytest.mark.parametrize("mode", [Mode.AUTO, Mode.RETRIEVAL])
def test_only_passages_of_the_scope_are_found(desk, known, mode):
    assert sources_of(desk.recall.plan(ABOUT, mode)) == {known.ids["northern"], known.ids["southern"]}
    for name in ("north", "south"):
        plan = desk.recall.plan(ABOUT, mode, scope=getattr(known, name))
        assert sources_of(plan) == {known.ids[f"{name}ern"]}
        told = desk.recall.plan_told(ABOUT, desk.engine.embed([ABOUT])[0], (), (), getattr(known, name))
        assert sources_of(told) == {known.ids[f"{name}ern"]}


def test_what_another_part_tells_is_answered_by_the_backbone_alone(desk, known):
    plan = desk.recall.plan(FERRIES, scope=known.north)
    assert (plan.passages, plan.uses, plan.why.passages) == ((), (), ())
    assert "this part of the library" in plan.why.note
    assert desk.recall.plan(FERRIES).passages


@pytest.mark.parametrize("sleeps", [False, True])
def test_no_expert_of_another_part_is_on(desk, known, sleeps):
    if sleeps:
        finish(desk.sleep.run())
    for name in ("north", "south"):
        (plan,) = finish(desk.recall.plan_many([(ABOUT, None)], Mode.CLOSED, scope=getattr(known, name)))
        assert learned(plan) == {f"{name}/memory" if sleeps else f"{name}ern/memory"}
    assert learned(desk.recall.plan(FERRIES, Mode.CLOSED, scope=known.north)) == set()
    assert learned(desk.recall.plan(FERRIES, Mode.CLOSED)) == {"everything/memory" if sleeps else "ferry/memory"}


def test_a_mid_expert_of_another_collection_is_not_on_even_if_it_holds_the_source(desk, known):
    finish(desk.sleep.run())
    home = desk.collections.get("south").id
    desk.sources.move(known.ids["northern"], home)  # behind the back of the collections: nothing was taken back
    only = Scope(collection_ids=frozenset({home}), source_ids=frozenset({known.ids["northern"]}))
    assert learned(desk.recall.plan(ABOUT, Mode.CLOSED, scope=only)) == set()


def test_several_facts_are_told_only_if_the_scope_tells_each(desk, known):
    (plan,) = finish(desk.recall.plan_many([(SEVERAL, None)]))
    assert len(plan.parts) == 2
    for scope in (known.north, known.south):
        (narrow,) = finish(desk.recall.plan_many([(SEVERAL, None)], scope=scope))
        assert narrow.parts == ()
        assert not sources_of(narrow) & known.hidden(scope)


def test_documents_are_summed_up_and_counted_within_the_scope(desk, known):
    assert desk.recall.overview("Summarise the document").said.startswith("From **ferry**")
    assert desk.recall.overview("Summarise the document", scope=known.north).said.startswith("From **northern**")
    assert desk.recall.overview("Summarise ferry", scope=known.north) is None
    last = known.ids["ferry"]
    assert "**ferry**" not in desk.recall.overview("Summarise it", last, known.north).said
    answer = finish(desk.recall.ask("How many documents mention lanterns?", scope=known.south))
    assert answer.text == "1 of 1 document mentions “lanterns”."
    (told,) = finish(desk.recall.ask_many([("Which documents do I have?", None)], scope=known.south))
    assert ("**southern**" in told.text, "**northern**" in told.text) == (True, False)


def test_a_collection_without_documents_says_so(desk, known):
    empty = Scope(collection_ids=frozenset({desk.collections.create("empty").id}))
    assert (
        desk.recall.overview("Summarise the document", scope=empty).said == "There are no documents to look into yet."
    )
    plan = desk.recall.plan(ABOUT, Mode.RETRIEVAL, scope=empty)
    assert (plan.passages, plan.why.note) == ((), "There are no passages in this part of the library yet.")


def test_the_whole_library_is_what_is_asked_without_a_scope(desk, known):
    for mode in (Mode.AUTO, Mode.CLOSED, Mode.RETRIEVAL):
        assert desk.recall.plan(ABOUT, mode).why == desk.recall.plan(ABOUT, mode, scope=EVERYTHING).why
