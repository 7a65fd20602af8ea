"""The help holds every word the window uses, leads from page to page, and lists the shortcuts of the menus."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from nestdesk.core.paths import resources
from nestdesk.gui import help_pages
from nestdesk.gui.rail import VIEWS

WORDS = (  # of the window's design, and what stands for them in the window
    "Learn", "Learned", "Forget", "Roll back", "Restore", "Expert", "Source", "Checkpoint", "Memory", "Temporary chat",
    "Backbone", "Collection", "Engine", "Fact", "Function", "Gate", "Inspector", "Level", "Library", "Passage", "Sleep",
    "Watched folder", "Weights", "Effort", "Eagerness", "Queue", "Receipt", "Export", "Score", "Searchable only",
    "In use", "Archive", "Folder", "Pin", "Preset",
)  # fmt: skip
PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
FORBIDDEN = ("training", "fine-tun", "lora", "epoch")
SHORTCUTS = [("Ctrl+K", "Find anything"), ("Ctrl+|", "Odd keys")]


@pytest.fixture(scope="module")
def pages():
    return {page.name: page for page in help_pages.load(SHORTCUTS)}


def test_every_view_has_a_page(pages):
    assert {view.name for view in VIEWS} < set(pages)
    assert all(page.title and len(page.text) > 200 for page in pages.values())


def test_every_file_of_the_help_is_a_page():
    files = {file.stem for file in (resources() / "help").glob("*.md")}
    assert files == set(help_pages.NAMES)


def test_the_wheel_takes_the_help_along():
    wheel = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert "resources" in wheel["only-include"]
    assert wheel["sources"]["resources"] == "nestdesk/resources"


def test_the_glossary_explains_every_word_of_the_window(pages):
    explained = help_pages.terms(pages["words"])
    assert set(WORDS) <= set(explained)
    assert len(explained) == len(set(explained))
    assert sorted(explained, key=str.casefold) == list(explained)


def test_every_link_leads_to_a_page_and_none_leaves_the_help(pages):
    links = [link for page in pages.values() for link in page.links()]
    assert len(links) >= 2 * len(pages)
    assert [link for link in links if not help_pages.target(link)] == []
    assert not any(re.search(r"https?:|<img|!\[", page.text) for page in pages.values())


def test_every_page_can_be_reached_from_the_chats_page(pages):
    reached, todo = set(), ["chats"]
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += [help_pages.target(link) for link in pages[name].links()]
    assert reached == set(pages)


def test_the_shortcuts_are_those_that_are_given(pages):
    text = pages["shortcuts"].text
    assert "| Ctrl+K | Find anything |" in text
    assert "| Ctrl+\\| | Odd keys |" in text
    assert "{shortcuts}" not in text


def test_no_page_speaks_of_training(pages):
    assert [(page.name, word) for page in pages.values() for word in FORBIDDEN if page.holds(word)] == []


def test_a_page_is_found_by_all_its_words(pages):
    assert pages["data"].holds("receipt FORGETTING")
    assert not pages["data"].holds("receipt bassoon")


@pytest.fixture(scope="module")
def german():
    return {page.name: page for page in help_pages.load(SHORTCUTS, "de")}


def test_german_has_the_same_pages_with_the_same_links_and_headings(pages, german):
    assert {file.stem for file in (resources() / "help" / "de").glob("*")} == set(help_pages.NAMES)
    for name, page in german.items():
        assert page.text != pages[name].text
        assert sorted(set(page.links())) == sorted(set(pages[name].links())), name
        heads = [re.findall(r"^#+", one.text, re.MULTILINE) for one in (page, pages[name])]
        assert heads[0] == heads[1], name
        assert "| Ctrl+K | Find anything |" in page.text or name != "shortcuts"


def test_the_german_glossary_explains_each_word_once_and_in_order(pages, german):
    explained = help_pages.terms(german["words"])
    assert len(explained) == len(set(explained)) == len(help_pages.terms(pages["words"]))
    folded = [one.casefold().replace("ü", "ue").replace("ä", "ae") for one in explained]
    assert folded == sorted(folded)


def test_a_language_without_help_reads_the_english_one(pages):
    assert help_pages.load(SHORTCUTS, "fr") == tuple(pages.values())
